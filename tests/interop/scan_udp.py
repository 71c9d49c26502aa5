#!/usr/bin/env python3
"""scan_udp TLSUNSET [LAB] - `scan --udp` against real servers of DTLS and QUIC, whose
settings say what must be found, and against what means harm over UDP.

OpenSSL, coturn, GnuTLS, Caddy (quic-go), and where LAB has it Deno (rustls, ML-KEM). Silence is
"no-answer", never "refused"; what is not known has a reason, and the exit is not 0. Everything
listens on 127.0.0.0/8. What is not installed is left out by name. Most of the time is waited for
what does not come: they are tried side by side, but for the one that counts seconds.
"""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import scan_program

HOST = "127.0.0.1"
SKIPPED = 77
SUITES = {"ECDHE-RSA-AES128-GCM-SHA256": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "ECDHE-RSA-AES128-SHA": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "AES128-SHA": "TLS_RSA_WITH_AES_128_CBC_SHA"}
OLD_SUITES = list(SUITES.values())[1:]  # without AEAD, which is of DTLS 1.2
ALERT = bytes.fromhex("15fefd000000000000000900020246")  # fatal, protocol_version
DATAGRAM_MAX = 65536
AT_ONCE = 8
CADDY = """\
{
\tadmin off
\tauto_https disable_redirects
\tskip_install_trust
\tstorage file_system %(folder)s/caddy
}
https://localhost:%(port)d {
\ttls %(folder)s/certificate %(folder)s/key
\trespond "hi"
}
"""
DENO = """\
const [port, folder] = Deno.args;
const endpoint = new Deno.QuicEndpoint({ hostname: "127.0.0.1", port: Number(port) });
const listener = endpoint.listen({ alpnProtocols: ["doq", "h3"],
    cert: Deno.readTextFileSync(folder + "/certificate"),
    key: Deno.readTextFileSync(folder + "/key") });
for (;;) try { await listener.accept(); } catch { }
"""


def free_port():
    """Free for connections and for datagrams."""
    while True:
        with socket.create_server((HOST, 0)) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            port = tcp.getsockname()[1]
            with contextlib.suppress(OSError):
                udp.bind((HOST, port))
                return port


def listens(port):
    """Whether the kernel knows a socket of UDP there; nothing is sent to it."""
    for table in ("udp", "udp6"):
        with contextlib.suppress(FileNotFoundError), \
                open(f"/proc/net/{table}", encoding="ascii") as sockets:
            if f":{port:04X} " in sockets.read():
                return True
    return False


class Front(threading.Thread):
    """A socket of UDP that strangers' datagrams come to; `answer` says what is done."""

    def __init__(self, answer, host=HOST, port=0):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, port))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.answer, self.over, self.came = answer, False, []
        self.known = {}  # what an answer keeps of each client
        self.start()

    def run(self):
        while not self.over:
            with contextlib.suppress(OSError):
                datagram, client = self.socket.recvfrom(DATAGRAM_MAX)
                self.came.append(time.monotonic())
                self.answer(self, datagram, client)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over = True
        self.join()
        self.socket.close()


def silence(_front, _datagram, _client):
    pass


def garbage(front, _datagram, client):
    front.socket.sendto(b"HTTP/1.1 400 Bad Request\r\n\r\n", client)


def records(front, datagram, client):
    """They begin as DTLS, and then do not go on so."""
    front.socket.sendto(bytes.fromhex("16fefd0000000000000000") +
                        struct.pack("!H", len(datagram)) + os.urandom(len(datagram)), client)


def flood(front, _datagram, client):
    """Two MB for a hello: pieces of a message that never is whole. RFC 6347, 4.2.2."""
    for number in range(1700):
        body = b"\2\0\xff\0\0\0" + (number % 50 * 1160).to_bytes(3, "big") + \
            (1160).to_bytes(3, "big") + b"x" * 1160
        front.socket.sendto(struct.pack("!BHHIHH", 22, 0xfefd, 0, 0, number, len(body)) + body,
                            client)


def other_versions(front, datagram, client):
    """Version Negotiation with draft 29 alone. RFC 9000, 17.2.1."""
    if datagram[0] & 0x80:
        length = datagram[5]
        front.socket.sendto(b"\x80\0\0\0\0\0" + datagram[5:6 + length] +
                            b"\xff\0\0\x1d", client)


def relay(port, before=None):
    """A server behind a front: `before` is asked whether a datagram goes on."""
    def back(front, upstream, client):
        while not front.over:
            with contextlib.suppress(OSError):
                datagram = upstream.recv(DATAGRAM_MAX)
                front.known[client][1].sendto(datagram, client)

    def answer(front, datagram, client):
        if client not in front.known:
            upstream = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            upstream.connect((HOST, port))
            upstream.settimeout(0.1)
            front.known[client] = [upstream, front.socket, 0]
            threading.Thread(target=back, args=(front, upstream, client), daemon=True).start()
        front.known[client][2] += 1
        if before is None or before(front, client):
            front.known[client][0].send(datagram)
    return answer


def drop_first(front, client):
    return front.known[client][2] > 1


def answer_elsewhere(front, client):
    """What comes back comes of another port than was asked."""
    if front.known[client][2] == 1:
        front.known[client][1] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        front.known[client][1].bind((HOST, 0))
    return True


def inject(front, client):
    """Somebody else refuses before the server can answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HOST, 0))
        other.sendto(ALERT, client)
    return True


class Lab:
    def __init__(self, program, folder, lab):
        self.program, self.folder, self.lab = program, folder, lab
        self.done = self.failed = 0
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                        "30", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost", "-keyout", folder / "key", "-out",
                        folder / "certificate"], check=True, stderr=subprocess.DEVNULL)

    def same(self, what, is_, expected):
        self.done += 1
        if is_ != expected:
            self.failed += 1
            print(f"{what}: {is_!r}, expected {expected!r}")

    @contextlib.contextmanager
    def server(self, *command, port=None):
        port = port or free_port()
        process = subprocess.Popen(
            [str(word).replace("{port}", str(port)) for word in command],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"HOME": str(self.folder), "PATH": "/usr/sbin:/usr/bin:/bin"})
        try:
            end = time.monotonic() + 20
            while not listens(port) and time.monotonic() < end and process.poll() is None:
                time.sleep(0.02)
            yield port
        finally:
            process.kill()
            process.wait()
            process.stdin.close()

    def openssl(self, *options):
        return self.server(
            "openssl", "s_server", "-accept", "{port}", "-quiet", "-serverpref", "-key",
            self.folder / "key", "-cert", self.folder / "certificate", "-cipher",
            ":".join(SUITES) + ":@SECLEVEL=0", "-groups", "X25519:P-256", *options)

    def scan(self, port, *words, host=HOST):
        return scan_program.scan(self.program, "--udp", "--timeout", "2", "--trust", "none",
                                 *words, f"{host}:{port}", patience=200)

    def versions(self, what, answer, **expected):
        endpoint = answer.one()
        found = endpoint and {name.replace(" ", "_").replace(".", "_"): version["status"]
                              for name, version in endpoint["versions"].items()}
        self.same(f"{what}, versions", found, expected)
        return endpoint

    # Real servers.

    def openssl_both(self):
        with self.openssl("-dtls") as port:
            answer = self.scan(port)
            strict = self.scan(port, "--mass", "--policy", "rfc8996")
        found = self.versions("OpenSSL", answer, DTLS_1_0="accepted", DTLS_1_2="accepted",
                              DTLS_1_3="refused")
        self.same("OpenSSL, exit", answer.exit, 0)
        self.same("OpenSSL, both", found["udp"],
                  {"dtls": "accepted", "quic": "no-answer", "quic_versions": []})
        for name, suites in ("DTLS 1.2", list(SUITES.values())), ("DTLS 1.0", OLD_SUITES):
            version = found["versions"][name]
            self.same(f"OpenSSL, {name}", (version["suites"], version["suites_whole"],
                                           version["order"]), (suites, True, "server"))
        self.same("OpenSSL, groups", (found["groups"], found["groups_whole"]),
                  (["x25519", "secp256r1"], True))
        self.same("OpenSSL, key", found["certificates"][0]["chain"][0]["key_bits"],
                  2048)
        self.same("OpenSSL, policy", (strict.exit, strict.one()["policy"]["verdict"]),
                  (1, "breaks"))

    def openssl_one(self):
        for option, old, new in ("-dtls1", "accepted", "refused"), \
                ("-dtls1_2", "refused", "accepted"):
            with self.openssl(option) as port:
                answer = self.scan(port, "--mass")
            self.versions(f"OpenSSL {option}", answer, DTLS_1_0=old, DTLS_1_2=new,
                          DTLS_1_3="refused")

    def coturn(self):
        """OpenSSL with cookies (DTLSv1_listen), and many clients at a time."""
        suites = list(SUITES)[:2]
        with self.server(
                "turnserver", "-n", "--no-cli", "--no-stdout-log", "--listening-ip", HOST,
                "--listening-port", free_port(), "--tls-listening-port", "{port}", "--cert",
                self.folder / "certificate", "--pkey", self.folder / "key", "--realm", "x",
                "--cipher-list", ":".join(suites), "--userdb", self.folder / "turn.db",
                "--log-file", self.folder / "turn.log", "--pidfile",
                self.folder / "turn.pid") as port:
            answer = self.scan(port)
        found = self.versions("coturn", answer, DTLS_1_0="refused", DTLS_1_2="accepted",
                              DTLS_1_3="refused")
        version = found["versions"]["DTLS 1.2"]
        self.same("coturn, suites", (version["suites"], version["suites_whole"]),
                  ([SUITES[name] for name in suites], True))
        self.same("coturn, rest", (answer.exit, found["traits"]["address_validated"],
                                   found["groups_whole"], "stun.turn" in found["alpn"]),
                  (0, True, True, True))

    def gnutls(self):
        """It sends no alerts over UDP: what it refuses it passes over in silence."""
        with self.server(
                "gnutls-serv", "--udp", "--port", "{port}", "--quiet", "--x509keyfile",
                self.folder / "key", "--x509certfile", self.folder / "certificate",
                "--priority", "NONE:+VERS-DTLS1.2:+COMP-NULL:+AES-128-GCM:+AEAD:+ECDHE-RSA:"
                "+GROUP-X25519:+SIGN-ALL") as port:
            answer = self.scan(port, "--mass", "--policy", "rfc8996")
        found = self.versions("GnuTLS", answer, DTLS_1_0="no-answer", DTLS_1_2="accepted",
                              DTLS_1_3="no-answer")
        self.same("GnuTLS, verdict", (answer.exit, found["policy"]["verdict"]),
                  (3, "unknown"))
        self.same("GnuTLS, cookie", found["traits"]["address_validated"], True)
        self.same("GnuTLS, suite", found["versions"]["DTLS 1.2"]["suites"],
                  ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"])

    def caddy(self):
        port, store = free_port(), f"sqlite:{self.folder}/scans.db"
        (self.folder / "Caddyfile").write_text(
            CADDY % {"folder": self.folder, "port": port})
        words = ["--server-name", "localhost", f"{HOST}:{port}"]
        with self.server("caddy", "run", "--adapter", "caddyfile", "--config",
                         self.folder / "Caddyfile", port=port):
            answer = self.scan(port, "--server-name", "localhost")
            for over in [], ["--udp"]:
                subprocess.run([self.program, "scan", "--store", store, "--mass",
                                "--timeout", "2", *over, *words], check=False,
                               stdout=subprocess.DEVNULL)
        found = self.versions("Caddy", answer, TLS_1_3="accepted")
        self.same("Caddy, exit", answer.exit, 0)
        self.same("Caddy, both", (found["quic"], found["udp"]["dtls"],
                                  "QUIC v1" in found["udp"]["quic_versions"]),
                  (True, "no-answer", True))
        self.same("Caddy, lists", (sorted(found["versions"]["TLS 1.3"]["suites"]),
                                   found["groups"], found["alpn"]),
                  (["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256"], ["x25519", "secp256r1"], ["h3"]))
        self.same("one port over TCP and UDP, kept", self.kept(store),
                  [("tcp", False, False), ("udp", True, True)])
        self.same("kept over UDP", self.kept(store, "--udp"), [("udp", True, True)])
        made = subprocess.run([self.program, "policy", "from-scan", "--store", store,
                               f"{HOST}:{port}"], check=False, capture_output=True, text=True)
        self.same("the policy is of TCP", "TLS 1.2" in made.stdout, True)

    def kept(self, store, *words):
        """Of each: transport, QUIC or not, and whether TLS 1.2 is none of its versions."""
        out = subprocess.run([self.program, "scan", "--store", store, "--stored", "--output",
                              "jsonl", *words], check=False, capture_output=True,
                             text=True).stdout
        return sorted((one["transport"], one["quic"], one["versions"].get("TLS 1.2") is None)
                      for one in map(json.loads, out.splitlines()))

    def deno(self):
        (self.folder / "quic.js").write_text(DENO)
        with self.server(self.lab / "deno/bin/run", "run", "--unstable-net", "--allow-read",
                         "--allow-net", self.folder / "quic.js", "{port}",
                         self.folder) as port:
            answer = self.scan(port, "--server-name", "localhost")
        found = self.versions("rustls", answer, TLS_1_3="accepted")
        self.same("rustls, groups", (found["groups_whole"], set(found["groups"])),
                  (True, {"x25519", "secp256r1", "secp384r1", "X25519MLKEM768"}))
        self.same("rustls, rest", (found["alpn"], "draft-29" in
                                   found["udp"]["quic_versions"]), (["h3", "doq"], True))

    # What means harm, or is not there.

    def nobody(self):
        answer = self.scan(free_port())
        found = answer.one()
        self.same("nobody", (answer.exit, found["status"], "ICMP" in found["reason"]),
                  (3, "no-answer", True))
        self.same("nobody, at once", answer.seconds < 10, True)

    def quiet(self):
        with Front(silence) as front:
            answer = self.scan(front.port)
        found = answer.one()
        self.same("silence", (answer.exit, found["status"],
                              {v["status"] for v in found["versions"].values()}),
                  (3, "no-answer", {"no-answer"}))
        self.same("silence, datagrams", 5 <= len(front.came) <= 10, True)
        self.same("silence, in time", answer.seconds < 20, True)

    def no_tls(self):
        with Front(garbage) as front:
            answer = self.scan(front.port)
        self.same("no TLS", (answer.exit, answer.one()["status"], answer.one()["start"][:8]),
                  (3, "not-tls", "HTTP/1.1"))

    def harmful(self):
        for what in records, flood:
            with Front(what) as front:
                answer = self.scan(front.port, "--mass")
            found = {v["status"] for v in answer.one()["versions"].values()}
            self.same(f"{what.__name__}", (answer.exit, found <= {"unknown", "not-tls"}),
                      (3, True))
            self.same(f"{what.__name__}, bounds",
                      (answer.seconds < 60, answer.megabytes < 64), (True, True))

    def negotiates(self):
        with Front(other_versions) as front:
            answer = self.scan(front.port)
        found = answer.one()
        self.same("draft 29 alone", (answer.exit, found["quic"], found["status"],
                                     found["udp"]["quic_versions"],
                                     "draft-29" in (found["reason"] or "")),
                  (3, True, "unknown", ["draft-29"], True))

    def between(self):
        with self.openssl("-dtls") as port:
            with Front(relay(port, drop_first)) as front:
                lost = self.scan(front.port, "--mass")
            with Front(relay(port, inject)) as front:
                refused = self.scan(front.port, "--mass")
            with Front(relay(port, answer_elsewhere)) as front:
                elsewhere = self.scan(front.port, "--mass")
        for what, answer in ("first datagrams are lost", lost), \
                ("another port refuses", refused):
            self.versions(what, answer, DTLS_1_0="accepted", DTLS_1_2="accepted",
                          DTLS_1_3="refused")
        self.same("another port answers", elsewhere.one()["status"], "no-answer")

    def rate(self):
        """What is said again counts, too."""
        with Front(silence, "0.0.0.0") as front:
            scan_program.scan(self.program, "--udp", "--mass", "--timeout", "2", "--rate", "10",
                              f"127.0.1.0/28:{front.port}", patience=60)
        took = front.came[-1] - front.came[0]
        self.same("rate, datagrams", len(front.came), 64)
        self.same(f"rate, 64 in {took:.2f} s", len(front.came) / took < 13, True)


def try_one(what, needs):
    if shutil.which(needs) is None:
        return f"left out: {what.__name__}, {needs} is absent"
    began = time.monotonic()
    what()
    return f"{what.__name__}: {time.monotonic() - began:.1f} s"


def main():
    lab_folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path("/nowhere")
    if shutil.which("openssl") is None:
        print("left out: openssl is absent")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder), lab_folder)
        kinds = [(lab.between, "openssl"), (lab.gnutls, "gnutls-serv"),
                 (lab.caddy, "caddy"), (lab.deno, lab_folder / "deno/bin/run"),
                 (lab.openssl_both, "openssl"), (lab.quiet, "openssl"),
                 (lab.negotiates, "openssl"), (lab.openssl_one, "openssl"),
                 (lab.coturn, "turnserver"), (lab.nobody, "openssl"),
                 (lab.no_tls, "openssl"), (lab.harmful, "openssl")]  # the longest first
        lab.rate()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for told in pool.map(try_one, *zip(*kinds)):
                print(told)
    print(f"{lab.done} checks, {lab.failed} failed")
    return 1 if lab.failed else 0


if __name__ == "__main__":
    sys.exit(main())
