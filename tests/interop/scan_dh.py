#!/usr/bin/env python3
"""scan_dh TLSUNSET - whose DH parameters a server has, as its own settings say.

OpenSSL's server with the parameters that old servers had built in, written out from their
sources, and with some of its own; each is to be named, and its size with it. Everything
listens on 127.0.0.1.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from scan_openssl import make_certificate, run, serving

# Primes, generator 2: of Apache httpd's ssl_engine_dh.c (2.2), of nginx's ngx_event_openssl.c
# (1.10), of OpenJDK's ParameterCache.
HTTPD = ("D67DE440CBBBDC1936D693D34AFD0AD50C84D239A45F520BB88174CB98BCE951849F912E639C72FB13B4"
         "B4D7177E16D55AC179BA420B2A29FE324A467A635E81FF5901377BEDDCFD33168A461AAD3B72DAE88600"
         "78045B07A7DBCA7874087D1510EA9FCC9DDD330507DD62DB88AEAA747DE0F4D6E2BD68B0E7393E0F2421"
         "8EB3")
NGINX = ("BBBC2DCAD84674907C43FCF580E9CFDBD958A3F568B42D4B08EED4EB0FB3504C6C030276E710800C5CCB"
         "BAA8922614C5BEECA565A5FDF1D287A2BC049BE6778060E91A92A757E3048F68B076F7D36CC8F29BA5DF"
         "81DC2CA725ECE66270CC9A5035D8CECEEF9EA0274A63AB1E58FAFD4988D0F65D146757DA071DF045CFE1"
         "6B9B")
JAVA = ("FD7F53811D75122952DF4A9C2EECE4E7F611B7523CEF4400C31E3F80B6512669455D402251FB593D8D58F"
        "ABFC5F5BA30F6CB9B556CD7813B801D346FF26660B76B9950A5A49F9FE8047B1022C24FBBA9D7FEB7C61B"
        "F83B57E7C6A8A6150F04FB83F6D3C51EC3023554135A169132F675F3AE2B61D72AEFF22203199DD14801C"
        "7")
CASES = [("httpd", HTTPD, "Apache httpd before 2.4.7", True),
         ("nginx", NGINX, "nginx before 1.11.0", True),
         ("java", JAVA, "Java's built-in group", True)]
SETTINGS = ["-key", "key", "-cert", "certificate", "-tls1_2", "-cipher",
            "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0"]


def write_parameters(folder, name, prime):
    (folder / f"{name}.conf").write_text(
        f"asn1 = SEQUENCE:dh\n[dh]\np = INTEGER:0x{prime}\ng = INTEGER:2\n")
    run(folder, "openssl", "asn1parse", "-genconf", f"{name}.conf", "-out", f"{name}.der",
        "-noout")
    body = subprocess.run(["openssl", "base64", "-in", f"{name}.der"], cwd=folder, check=True,
                          capture_output=True, text=True).stdout
    (folder / f"{name}.pem").write_text(
        f"-----BEGIN DH PARAMETERS-----\n{body}-----END DH PARAMETERS-----\n")


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_certificate(folder, "dh")
        own = subprocess.run(["openssl", "prime", "-generate", "-bits", "1024", "-hex"],
                             check=True, capture_output=True, text=True).stdout.strip()
        for case, prime, *_ in CASES + [("own", own)]:
            write_parameters(folder, case, prime)
        for case, known, broken in [(c, k, b) for c, _, k, b in CASES] + [("own", None, False)]:
            with serving(folder, *SETTINGS, "-dhparam", f"{case}.pem") as port:
                done = subprocess.run(
                    [sys.argv[1], "scan", "--no-store", "--trust", "none", "--output", "json",
                     f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=120,
                    check=False)
            found = json.loads(done.stdout)["endpoints"][0]
            is_ = (found["dh"], found["exposures"]["Logjam"]["exposed"])
            should = ({"bits": 1024, "known": known, "reused": False}, broken)
            if is_ != should:
                failed += 1
                print(f"{case}: {is_!r}, expected {should!r}")
    print(f"{len(CASES) + 1} checks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
