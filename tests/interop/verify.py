#!/usr/bin/env python3
"""verify ROOT PROGRAM - `impact --verify` against real servers that enforce a policy.

The hellos are those of our own captures, over TCP, DTLS and QUIC. A server that enforces
the policy answers each as predicted; one that presents another key than was said does not.
What is not installed is left out by name.
"""
import contextlib
import itertools
import json
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
HOST = "127.0.0.1"
ELSEWHERE = "127.0.0.2"
POLICY = """\
name: tested
title: what the servers of this test enforce
source: tests/interop/verify.py
versions: [TLS 1.2, TLS 1.3]
cipher-suites-1.3: [TLS_AES_128_GCM_SHA256]
cipher-suites-1.2:
  - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
order: server
groups: [x25519, secp256r1]
"""
GO_POLICY = """\
name: tested-go
title: what Go does if it is told of suites and groups
source: tests/interop/verify.py
versions: [TLS 1.2, TLS 1.3]
cipher-suites-1.3:
  - TLS_AES_128_GCM_SHA256
  - TLS_AES_256_GCM_SHA384
  - TLS_CHACHA20_POLY1305_SHA256
cipher-suites-1.2: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
order: server
groups: [x25519, secp256r1]
alpn: [h2, http/1.1, h3]
"""
KEYS = {"rsa": ["rsa:2048"], "ecdsa": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]}


def free_port():
    """Free for connections and for datagrams."""
    while True:
        with socket.create_server((HOST, 0)) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            port = tcp.getsockname()[1]
            with contextlib.suppress(OSError):
                udp.bind((HOST, port))
                return port


def udp_listens(port, tables=("udp", "udp6")):
    """Whether the kernel knows a socket there; nothing is sent to it."""
    for table in tables:
        with contextlib.suppress(FileNotFoundError), \
                open(f"/proc/net/{table}", encoding="ascii") as sockets:
            if f":{port:04X} " in sockets.read():
                return True
    return False


def udp4_listens(port):
    """For servers that have a socket for each family, one after the other."""
    return udp_listens(port, ("udp",))


def tcp_listens(port):
    with contextlib.suppress(OSError):
        socket.create_connection((HOST, port), 1).close()
        return True
    return False


class Lab:
    def __init__(self, program, folder):
        self.program, self.folder, self.faults = program, folder, []
        self.store = folder / "hellos.db"
        subprocess.run([program, "watch", "--quiet", "--store", f"sqlite:{self.store}",
                        ROOT / "examples", ROOT / "tests/golden"], check=True,
                       stdout=subprocess.DEVNULL)
        (folder / "policy.yaml").write_text(POLICY)
        (folder / "go.yaml").write_text(GO_POLICY)
        for name, key in KEYS.items():
            subprocess.run(["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-days", "30",
                            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                            "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"],
                           check=True, capture_output=True)

    def expect(self, true, what):
        if not true:
            self.faults.append(what)

    @contextlib.contextmanager
    def server(self, *command, listens=tcp_listens, patience=8):
        port = free_port()
        process = subprocess.Popen(
            [str(word).replace("{port}", str(port)) for word in command],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE,
            env={"HOME": str(self.folder), "PATH": "/usr/sbin:/usr/bin:/bin"})
        try:
            end = time.monotonic() + patience
            while not listens(port) and time.monotonic() < end and process.poll() is None:
                time.sleep(0.02)
            yield port
        finally:
            process.kill()
            process.wait()
            process.stdin.close()

    def openssl(self, key, *options, **how):
        return self.server(
            "openssl", "s_server", "-accept", "{port}", "-quiet", "-serverpref",
            "-key", self.folder / f"{key}.key", "-cert", self.folder / f"{key}.pem",
            "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256",
            "-groups", "X25519:P-256", *options, **how)

    def only_dtls(self):
        """A store with the hellos of DTLS alone."""
        store = self.folder / "dtls.db"
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            db.execute("VACUUM INTO ?", (str(store),))
        with contextlib.closing(sqlite3.connect(store)) as db:
            db.execute("DELETE FROM handshake WHERE hello NOT IN"
                       " (SELECT id FROM hello WHERE format = 2)")
            db.execute("DELETE FROM hello WHERE format != 2")
            db.commit()
        return store

    def verify(self, port, *options, policy="policy.yaml", where=HOST, store=None):
        """Its exit code, what it says, and the differences that it kept."""
        kept = self.folder / "differences.jsonl"
        kept.unlink(missing_ok=True)
        done = subprocess.run(
            [self.program, "impact", "--store", f"sqlite:{store or self.store}", "--policy",
             self.folder / policy, "--verify", f"{where}:{port}", "--differences", kept,
             *options], capture_output=True, text=True, check=False, timeout=120)
        lines = kept.read_text().splitlines() if kept.exists() else []
        return done.returncode, done.stdout + done.stderr, [json.loads(x) for x in lines]

    def expect_agreement(self, what, told, least):
        """All are answered as predicted, and so many at least."""
        code, said, kept = told
        count = said.split(": ", 1)[1].split(" of ")[0].replace(",", "") \
            if " of " in said else "0"
        self.expect(code == 0 and not kept and int(count) >= least,
                    f"{what}: ends with {code}\n{said}")

    # Each of these is a server.

    def openssl_tls(self):
        for key, said in (("rsa", "rsa-2048"), ("ecdsa", "ecdsa-p256")):
            with self.openssl(key, "-min_protocol", "TLSv1.2", "-ciphersuites",
                              "TLS_AES_128_GCM_SHA256", "-www") as port:
                self.expect_agreement(f"OpenSSL, {key}", self.verify(
                    port, "--stack", "openssl-3.0", "--certificate", said,
                    "--concurrency", "1"), 60)

    def another_certificate(self):
        """What was said of the server is wrong: that must show, and be kept."""
        with self.openssl("rsa", "-min_protocol", "TLSv1.2", "-ciphersuites",
                          "TLS_AES_128_GCM_SHA256", "-www") as port:
            code, said, kept = self.verify(port, "--certificate", "ecdsa-p256",
                                           "--concurrency", "1")
        self.expect(code == 1 and "are not" in said and len(kept) > 5 and
                    all(case["predicted"] != case["answered"] for case in kept),
                    f"wrong certificate: ends with {code}, {len(kept)} kept\n{said}")
        self.expect("Server: as openssl-3.5 (assumed) at security level 0 (assumed" in said
                    and "), presenting ECDSA secp256r1.\n" in said,
                    f"what is assumed of the server is not told apart:\n{said}")

    def another_stack(self):
        with self.openssl("rsa", "-min_protocol", "TLSv1.2", "-ciphersuites",
                          "TLS_AES_128_GCM_SHA256", "-www") as port:
            code, said, kept = self.verify(port, "--stack", "jsse", "--certificate",
                                           "rsa-2048", "--concurrency", "1")
        self.expect(code == 1 and kept, f"wrong stack: ends with {code}\n{said}")

    def openssl_dtls(self):
        # Without cookies and with them; then what is too old is passed over in silence.
        for least, options in ((3, []), (1, ["-listen"])):
            with self.openssl("rsa", "-dtls", "-min_protocol", "DTLSv1.2", *options,
                              listens=udp_listens) as port:
                self.expect_agreement(f"OpenSSL, DTLS {options}", self.verify(
                    port, "--stack", "openssl-3.0", "--certificate", "rsa-2048",
                    "--concurrency", "1"), least)

    def gnutls_tls(self):
        with self.server(
                "gnutls-serv", "--port", "{port}", "--quiet",
                "--x509keyfile", self.folder / "rsa.key",
                "--x509certfile", self.folder / "rsa.pem", "--priority",
                "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+COMP-NULL:+AES-128-GCM:+AEAD:+ECDHE-ECDSA:"
                "+ECDHE-RSA:+GROUP-X25519:+GROUP-SECP256R1:+SIGN-ALL:"
                "%SERVER_PRECEDENCE") as port:
            self.expect_agreement("GnuTLS", self.verify(
                port, "--stack", "gnutls", "--certificate", "rsa-2048",
                "--concurrency", "2"), 60)

    def gnutls_dtls(self):
        """gnutls-serv sends no alert over UDP: it is silent to whom it refuses, which is
        never counted as agreement. It serves one after the other, and what is no DTLS
        holds it up."""
        with self.server(
                "gnutls-serv", "--udp", "--port", "{port}", "--quiet", "--mtu", "1400",
                "--x509keyfile", self.folder / "rsa.key",
                "--x509certfile", self.folder / "rsa.pem", "--priority",
                "NONE:+VERS-DTLS1.2:+COMP-NULL:+AES-128-GCM:+AEAD:+ECDHE-ECDSA:+ECDHE-RSA:"
                "+GROUP-X25519:+GROUP-SECP256R1:+SIGN-ALL:%SERVER_PRECEDENCE",
                listens=udp4_listens) as port:
            self.expect_agreement("GnuTLS, DTLS", self.verify(
                port, "--stack", "gnutls", "--certificate", "rsa-2048",
                "--concurrency", "1", store=self.only_dtls()), 1)

    def jsse(self):
        """Whether it can sign JSSE finds out behind its ServerHello, or asks again before."""
        capture, keys = self.folder / "signs.pcap", self.folder / "ecdsa.p12"
        spoken = variants.record(capture, lambda port: [
            ["openssl", "s_client", "-connect", f"{HOST}:{port}", "-tls1_3", "-groups",
             groups, "-sigalgs", schemes] for groups in ("X25519", "P-521:P-256")
            for schemes in ("ECDSA+SHA384", "ed25519", "rsa_pss_rsae_sha256")])
        subprocess.run([self.program, "watch", "--quiet", "--store", f"sqlite:{self.store}",
                        capture], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["openssl", "pkcs12", "-export", "-in", self.folder / "ecdsa.pem",
                        "-inkey", self.folder / "ecdsa.key", "-out", keys, "-passout", "pass:"],
                       check=True, capture_output=True)
        # As OpenJDK had it until it took SHA-1 from handshakes too.
        properties = self.folder / "java.security"
        properties.write_text("jdk.tls.disabledAlgorithms=SSLv3, MD5withRSA\n")
        with self.server(
                "java", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                f"-Djava.security.properties={properties}",
                "-Djdk.tls.namedGroups=x25519,secp256r1", ROOT / "tools/lab/Enforce.java",
                HOST, "{port}", keys, "TLSv1.2,TLSv1.3",
                "TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,"
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "server", patience=60) as port:
            told = self.verify(port, "--stack", "jsse", "--certificate", "ecdsa-p256",
                               "--concurrency", "2")
            wrong = self.verify(port, "--stack", "jsse", "--certificate", "ecdsa-p384",
                                "--concurrency", "2")
        self.expect(spoken == 6, f"JSSE: {spoken} clients spoke")
        self.expect_agreement("JSSE", told, 60)
        # "refused": by no alert that could be read.
        self.expect(wrong[0] == 1 and any(
            (case["predicted"], case["answered"]) == ("TLS 1.3", "refused")
            for case in wrong[2]), f"JSSE refuses nobody behind its ServerHello\n{wrong[1]}")

    def caddy_quic(self):
        config = self.folder / "caddy.json"
        port = free_port()
        config.write_text(json.dumps({
            "admin": {"disabled": True},
            "logging": {"logs": {"default": {"level": "PANIC"}}},
            "storage": {"module": "file_system", "root": str(self.folder / "caddy")},
            "apps": {
                "http": {"servers": {"one": {
                    "listen": [f"{HOST}:{port}"],
                    "tls_connection_policies": [{
                        "default_sni": "localhost", "curves": ["x25519", "secp256r1"],
                        "cipher_suites": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]}],
                    "automatic_https": {"disable": True},
                    "routes": [{"handle": [{"handler": "static_response"}]}]}}},
                "tls": {"certificates": {"load_files": [{
                    "certificate": str(self.folder / "rsa.pem"),
                    "key": str(self.folder / "rsa.key")}]}}}}))
        with self.server("caddy", "run", "--config", config,
                         listens=lambda _: udp_listens(port) and tcp_listens(port)):
            code, said, kept = self.verify(port, "--stack", "go", "--certificate", "rsa-2048",
                                           policy="go.yaml")
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            dtls, quic = (db.execute("SELECT count(*) FROM hello WHERE format = ?",
                                     (kind,)).fetchone()[0] for kind in (2, 3))
        self.expect(code == 0 and not kept and quic > 0 and
                    f"; {dtls} got no answer that tells." in said,
                    f"Caddy over TCP and QUIC: ends with {code}\n{said}\n{kept}")

    # What it must not do.

    def stays_within_bounds(self):
        """No more at a time and in a second than was said; nobody else is spoken to, not
        even on the next port or over UDP."""
        state = {"now": 0, "most": 0, "all": 0, "others": 0}
        lock = threading.Lock()

        def refuse(peer):
            with peer:
                peer.recv(65536)
                time.sleep(0.02)
                with lock:
                    state["now"] -= 1
                peer.sendall(bytes.fromhex("15030100020246"))

        def serve(listener):
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    with lock:
                        state["now"] += 1
                        state["all"] += 1
                        state["most"] = max(state["most"], state["now"])
                    threading.Thread(target=refuse, args=(peer,), daemon=True).start()

        def knocks(listener):
            """How many connections or datagrams wait there; the kernel took them."""
            listener.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                for count in itertools.count():
                    if listener.type == socket.SOCK_STREAM:
                        listener.accept()[0].close()
                    else:
                        listener.recv(65536)
            return count

        with socket.create_server((HOST, 0)) as asked, \
                socket.create_server((ELSEWHERE, asked.getsockname()[1])) as other, \
                socket.create_server((HOST, 0)) as beside, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind((ELSEWHERE, asked.getsockname()[1]))
            threading.Thread(target=serve, args=(asked,), daemon=True).start()
            began = time.monotonic()
            self.verify(asked.getsockname()[1], "--concurrency", "3", "--rate", "100")
            took, connections = time.monotonic() - began, state["all"]
            asked.shutdown(socket.SHUT_RDWR)
            state["others"] = sum(map(knocks, (other, beside, datagrams)))
            socket.create_connection(other.getsockname()).close()
            seen = knocks(other)  # else it would have seen nobody ever
        # The first connection only asks whether anybody listens.
        self.expect(state["most"] <= 4 and connections > 50 and
                    took >= (connections - 5) / 100 and state["others"] == 0 and seen == 1,
                    f"bounds: {state}, {connections} in {took:.2f} s")

    def asks_nobody_who_is_not_named(self):
        done = subprocess.run([self.program, "impact", "--store", f"sqlite:{self.store}",
                               "--policy", self.folder / "policy.yaml", "--verify"],
                              capture_output=True, text=True, check=False)
        self.expect(done.returncode == 2, f"no address: ends with {done.returncode}")

    def says_that_nobody_is_there(self):
        code, said, _ = self.verify(free_port())
        self.expect(code == 3 and "nobody listens there" in said, f"nobody: {code} {said}")


def main():
    if shutil.which("openssl") is None:
        print("skipped: openssl is absent")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(sys.argv[2], pathlib.Path(folder))
        for what, needs in (
                (lab.asks_nobody_who_is_not_named, None),
                (lab.says_that_nobody_is_there, None), (lab.stays_within_bounds, None),
                (lab.openssl_tls, None), (lab.another_certificate, None),
                (lab.another_stack, None), (lab.openssl_dtls, None),
                (lab.gnutls_tls, "gnutls-serv"),
                (lab.gnutls_dtls, "gnutls-serv"), (lab.caddy_quic, "caddy"),
                (lab.jsse, "javac")):
            if needs is not None and shutil.which(needs) is None:
                print(f"left out: {needs} is absent")
                continue
            began = time.monotonic()
            what()
            print(f"{what.__name__}: {time.monotonic() - began:.1f} s")
    for fault in lab.faults:
        print(fault)
    print(f"{len(lab.faults)} faults")
    return 1 if lab.faults else 0


if __name__ == "__main__":
    ROOT = pathlib.Path(sys.argv[1])
    sys.path.insert(0, str(ROOT / "tools/lab"))
    sys.dont_write_bytecode = True
    import variants
    sys.exit(main())
