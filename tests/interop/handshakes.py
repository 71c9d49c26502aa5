#!/usr/bin/env python3
"""handshakes HANDSHAKE CACHE - tls/client.h carries handshakes with real servers to their end.

Every suite that OpenSSL's server has, at every version it has it in, must be completed, and the
server must say the same version and suite; so resumption in all ways, HelloRetryRequest, every
group, an asked-for certificate. Of other stacks (SSL 3.0 in Node 0.10, GnuTLS, NSS, mbedTLS,
Java, rustls) whatever the server takes must be completed or, where libcrypto lacks the
cipher, stuck; and so many at least. What is not installed is skipped by name.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

import scan_servers
from scan_servers import free_port, running

HANDSHAKE = sys.argv[1]
VERSIONS = {"0300": "SSLv3", "0301": "TLSv1", "0302": "TLSv1.1", "0303": "TLSv1.2",
            "0304": "TLSv1.3"}
SUITES13 = ["1301", "1302", "1303", "1304", "1305"]
# Takes SSL 3.0's hello and hangs up at the Finished of any client, OpenSSL 1.0.1's too.
UNFINISHED = {("mbedtls handshakes", "0300")}
NOTHING = {"refused", "closed", "reset"}  # the server does not take the suite
faults = []


def complain(text):
    faults.append(text)
    print("FAULT", text)


def ask(port, *words):
    """What came of each handshake: a dictionary of the lines that are printed."""
    said = subprocess.run([HANDSHAKE, str(port), *words], capture_output=True, text=True,
                          timeout=60, check=False).stdout
    runs = []
    for line in said.splitlines():
        name, _, value = line.partition(" ")
        if name == "end":
            runs.append({})
        runs[-1][name] = value
    return runs


def expect(what, run, **values):
    for name, value in values.items():
        if run.get(name) != str(value):
            complain(f"{what}: {name} is {run.get(name)}, not {value}: "
                     f"{run.get('end')} {run.get('reason', '')} {run.get('alert', '')}")


class Openssl:
    """s_server; what it says of each handshake that it carried to its end."""

    def __init__(self, lab, *options):
        self.port = free_port()
        words = ["openssl", "s_server", "-accept", f"127.0.0.1:{self.port}", "-cipher",
                 "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-min_protocol", "TLSv1",
                 "-ciphersuites", ":".join(
                     "TLS_" + name for name in (
                         "AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256",
                         "AES_128_CCM_SHA256", "AES_128_CCM_8_SHA256")),
                 "-cert", lab.cert("rsa"), "-key", lab.key("rsa"),
                 "-dcert", lab.cert("ecdsa"), "-dkey", lab.key("ecdsa"), *options]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=dict(os.environ, OPENSSL_CONF="/dev/null"))
        while "ACCEPT" not in self.process.stdout.readline():
            if self.process.poll() is not None:
                raise OSError("s_server does not start")
        self.said = []
        self.reader = threading.Thread(target=self.said.extend, args=(self.process.stdout,))
        self.reader.start()

    def end(self):
        """(session, suite, resumed) of each handshake, in their order."""
        self.process.terminate()
        self.process.wait()
        self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()
        text = "".join(self.said)
        sessions = re.findall(
            r"-----BEGIN SSL SESSION PARAMETERS-----.*?-----END SSL SESSION PARAMETERS-----",
            text, re.S)
        return (sessions, re.findall(r"^CIPHER is (\S+)", text, re.M),
                text.count("Reused session-id"))


def openssl_suites():
    """Code, name and the oldest version of each suite that its server may take here."""
    said = subprocess.run(["openssl", "ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
                          capture_output=True, text=True, check=True,
                          env=dict(os.environ, OPENSSL_CONF="/dev/null")).stdout
    for line in said.splitlines():
        code, _, name, since, *parts = line.split()
        about = dict(part.split("=") for part in parts)
        if since != "TLSv1.3" and about["Kx"] in ("RSA", "DH", "ECDH") and \
                about["Au"] in ("RSA", "ECDSA", "None"):
            first, second = code.split(",")
            yield (first[2:] + second[2:]).lower(), name, since
    for code in SUITES13:
        yield code, code, "TLSv1.3"


def versions_of(since):
    if since == "TLSv1.3":
        return ["0304"]
    return ["0303"] if since == "TLSv1.2" else ["0301", "0302", "0303"]


def session_of(text):
    said = subprocess.run(["openssl", "sess_id", "-noout", "-text"], input=text,
                          capture_output=True, text=True, check=True).stdout
    return re.search(r"Protocol\s*: (\S+)", said)[1]


def every_suite(lab):
    server = Openssl(lab)
    expected = []
    for code, name, since in openssl_suites():
        for version in versions_of(since):
            words = ["ems"] if code > "c000" else ["etm"]
            run = ask(server.port, version, code, "17", *words)[0]
            expect(f"openssl {version} {name}", run, end="completed", version=version,
                   suite=code, finished=1)
            expected.append((VERSIONS[version], name))
    sessions, names, _ = server.end()
    told = list(zip(map(session_of, sessions), names))
    if [version for version, _ in told] != [version for version, _ in expected]:
        complain("OpenSSL says other versions than were agreed")
    for (_, name), (_, wanted) in zip(told, expected):
        if name != wanted and wanted not in SUITES13:
            complain(f"OpenSSL says {name}, not {wanted}")
    print(f"OpenSSL: {len(expected)} suites and versions, each completed; "
          f"{len(told)} told by the server likewise")
    if len(expected) < 100:
        complain("too few suites")


def other_ways(lab):
    server = Openssl(lab)
    for group in ("17", "18", "19", "1d", "1e"):
        for version, suite in (("0303", "c030"), ("0304", "1302")):
            expect(f"group {group}", ask(server.port, version, suite, group)[0],
                   end="completed", group=f"{int(group, 16):04x}")
    for group in ("100", "101", "102"):
        expect(f"group {group}", ask(server.port, "0304", "1301", group)[0],
               end="completed")
    for version, suite, words in (
            ("0301", "002f", ()), ("0301", "c013", ("ems", "etm")), ("0302", "0035", ()),
            ("0303", "c02f", ("ems",)), ("0304", "1301", ()), ("0304", "1302", ("hrr",))):
        first, second = ask(server.port, version, suite, "1d", "resume", *words)
        expect(f"first {version}", first, end="completed", resumed=0)
        expect(f"resumed {version}", second, end="completed", resumed=1,
               retried=int("hrr" in words))
    reused = server.end()[2]
    if reused != 6:
        complain(f"OpenSSL resumed {reused} sessions, not 6")


def by_id(lab):
    server = Openssl(lab, "-no_ticket")
    for version, suite in (("0301", "002f"), ("0303", "c02f")):
        first, second = ask(server.port, version, suite, "1d", "resume")
        expect(f"id {version}", first, end="completed", tickets=0, id=32)
        expect(f"resumed by id {version}", second, end="completed", resumed=1)
    server.end()


def early_data(lab):
    server = Openssl(lab, "-max_early_data", "4321")
    expect("early data", ask(server.port, "0304", "1301", "1d")[0], end="completed",
           early=4321)
    server.end()


def certificate_asked(lab):
    for option, end, alerts in (("-verify", "completed", {None}),
                                ("-Verify", "refused", {"40", "116"})):
        server = Openssl(lab, option, "1")
        for version, suite in (("0301", "002f"), ("0303", "c02f"), ("0304", "1301")):
            run = ask(server.port, version, suite, "1d")[0]
            expect(f"{option} {version}", run, end=end, asked=1)
            if run.get("alert") not in alerts:
                complain(f"{option} {version}: alert {run.get('alert')}")
        server.end()


def others():
    """Server, versions, suites, and how many of them must be completed at the least."""
    old = ["0004", "0005", "0007", "0009", "000a", "002f", "0035", "0041", "0096", "0016",
           "0033", "c011", "c012", "c013"]
    new = ["c02f", "c030", "cca8", "009c", "003c", "009e", "c027"]
    four = ["0301", "0302", "0303"]
    return [
        (scan_servers.old("node-0.10.35", "handshakes", []), ["0300", *four], old, 26),
        (scan_servers.old("node-0.12.18", "handshakes", []), ["0300", *four], old, 26),
        (scan_servers.node("node-4.9.1", "handshakes"), four, old + new, 9),
        (scan_servers.node("node-24.18.0", "handshakes", minVersion="TLSv1.2"),
         ["0303", "0304"], new + SUITES13, 7),
        (scan_servers.gnutls("handshakes", "NORMAL:+VERS-ALL:+ARCFOUR-128:+3DES-CBC:+MD5:"
                             "+SHA1:+DHE-RSA:+RSA:%COMPAT"),
         [*four, "0304"], old + new + SUITES13, 20),
        (scan_servers.nss("handshakes", "ssl3:tls1.2"), ["0300", *four], old + new, 18),
        (scan_servers.mbedtls("handshakes", 0, 3), ["0300", *four], old + new, 20),
        (scan_servers.nginx("handshakes", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
         [*four, "0304"], old + new + SUITES13, 12),
        (scan_servers.caddy("handshakes", "tls1.2", "tls1.3"), ["0303", "0304"],
         new + SUITES13, 6),
        (scan_servers.java("handshakes", "SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3"),
         ["0300", *four, "0304"], old + new + SUITES13, 30),
    ]


def look_at(server, port, versions, suites, least):
    counts = {}
    for version in versions:
        for suite in suites:
            if (suite in SUITES13) != (version == "0304"):
                continue
            run = ask(port, version, suite, "17,1d", "name", "www.example.net")[0]
            end = run["end"]
            counts[end] = counts.get(end, 0) + 1
            fails = end in NOTHING and run["version"] != "0000"
            if end not in {"completed", "stuck", *NOTHING} or \
                    (fails and (server.name, version) not in UNFINISHED):
                complain(f"{server.name} {version} {suite}: {end} {run.get('reason', '')}")
            if end == "stuck" and suite != "0007":
                complain(f"{server.name} {version} {suite}: {run['reason']}")
    print(f"{server.name}: {counts}")
    if counts.get("completed", 0) < least:
        complain(f"{server.name}: completed {counts.get('completed', 0)}, less than {least}")


def main():
    cache = pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        lab = scan_servers.make_lab(folder, cache)
        for part in (every_suite, other_ways, by_id, early_data, certificate_asked):
            part(lab)
        for server, *rest in others():
            absent = server.missing(lab)
            if absent:
                print(f"{server.name}: skipped, without {', '.join(absent)}")
                continue
            with running(server, lab) as (_, port):
                look_at(server, port, *rest)
    return 1 if faults else 0


sys.exit(main())
