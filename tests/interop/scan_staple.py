#!/usr/bin/env python3
"""scan_staple TLSUNSET - OCSP staples and SCTs as OpenSSL's server sends them.

A root, an issuer and a leaf that has two SCTs in it; responses that `openssl ocsp` signs:
good, revoked, of last week, and one of another issuer. Each is served over TLS 1.2 alone and
TLS 1.3 alone; what a scan says of it is what it was made as. Everything listens on 127.0.0.1.
"""
import base64
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

from scan_openssl import run, serving

# Two SCTs of three bytes, in the extension's octet string. RFC 6962, 3.3.
SCTS = "DER:04:0c:00:0a:00:03:aa:bb:cc:00:03:dd:ee:ff"
# Where it is sent, as of SSL_CTX_use_serverinfo_ex(3): in ServerHello up to TLS 1.2, beside the
# certificate in TLS 1.3. Then extension 18 with one SCT.
SENT = bytes.fromhex("000011c0" "0012000700050003aabbcc")
SETTINGS = ["-key", "leaf.key", "-cert", "leaf.pem", "-cert_chain", "chain.pem", "-serverinfo",
            "sent"]


def make_chain(folder):
    (folder / "leaf.ext").write_text(
        f"1.3.6.1.4.1.11129.2.4.2={SCTS}\nsubjectAltName=IP:127.0.0.1\n")
    (folder / "ca.ext").write_text("basicConstraints=critical,CA:TRUE\n")
    for name in ("root", "other"):
        run(folder, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
            "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    run(folder, "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=leaf",
        "-keyout", "leaf.key", "-out", "leaf.csr")
    run(folder, "openssl", "x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey",
        "root.key", "-set_serial", "7", "-days", "20", "-extfile", "leaf.ext", "-out",
        "leaf.pem")
    (folder / "chain.pem").write_text(
        (folder / "leaf.pem").read_text() + (folder / "root.pem").read_text())
    (folder / "sent").write_text(
        "-----BEGIN SERVERINFOV2 FOR SCT-----\n" + base64.b64encode(SENT).decode()
        + "\n-----END SERVERINFOV2 FOR SCT-----\n")


def index(folder, name, revoked):
    """The database that `openssl ocsp` answers by: one line, of serial 07."""
    until = (datetime.datetime.now(datetime.timezone.utc) +
             datetime.timedelta(days=20)).strftime("%y%m%d%H%M%SZ")
    state = f"R\t{until}\t260101000000Z" if revoked else f"V\t{until}\t"
    (folder / name).write_text(f"{state}\t07\tunknown\t/CN=leaf\n")


def make_staples(folder):
    index(folder, "valid", False)
    index(folder, "revoked", True)
    run(folder, "openssl", "ocsp", "-issuer", "root.pem", "-cert", "leaf.pem", "-reqout", "ask")
    for name, database, signer, rest in (
            ("good", "valid", "root", ["-ndays", "3"]),
            ("revoked.der", "revoked", "root", ["-ndays", "3"]),
            ("old", "valid", "root", ["-nmin", "1"]),
            ("bad", "valid", "other", ["-ndays", "3"])):
        run(folder, "openssl", "ocsp", "-index", database, "-CA", "root.pem", "-rsigner",
            f"{signer}.pem", "-rkey", f"{signer}.key", "-reqin", "ask", "-respout", name, *rest)


def scanned(program, folder, port, *words):
    done = subprocess.run(
        [program, "scan", "--no-store", "--trust", folder / "root.pem", "--output", "json",
         *words, f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=120, check=False)
    return json.loads(done.stdout)["endpoints"][0]["certificates"][0]


def main():
    program = sys.argv[1]
    later = (datetime.datetime.now(datetime.timezone.utc) +
             datetime.timedelta(days=2)).strftime("%Y-%m-%d")
    cases = [("good", "good", True), ("revoked.der", "revoked", True), ("old", "old", True),
             ("bad", "bad", False), (None, None, False)]
    failed = done = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_chain(folder)
        make_staples(folder)
        for version in ("-tls1_2", "-tls1_3"):
            for staple, expected, dated in cases:
                settings = [version, *SETTINGS]
                settings += ["-status_file", staple] if staple else []
                with serving(folder, *settings) as port:
                    words = ["--today", later] if staple == "old" else []
                    shown = scanned(program, folder, port, *words)
                said = shown["staple"] and shown["staple"]["status"]
                is_ = (said, bool(said and shown["staple"]["next_update"]), shown["stapled"],
                       shown["timestamps"], shown["timestamps_in"], shown["trust"])
                should = (expected, dated, staple is not None, 3,
                          {"certificate": 2, "extension": 1, "staple": 0}, "ok")
                done += 1
                if is_ != should:
                    failed += 1
                    print(f"{version} {staple}: {is_!r}, expected {should!r}")
    print(f"{done} checks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
