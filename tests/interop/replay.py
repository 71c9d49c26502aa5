#!/usr/bin/env python3
"""replay ROOT PROGRAM REPLAY - stored hellos, sent to real servers and to bad ones.

The hellos are those of our own captures, and one for each group of which a key can be
sent. What must come back follows from each server's configuration and the hello's own
lists, read here from its form.
"""
import concurrent.futures
import contextlib
import pathlib
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
NAME = "server.example"
ENOUGH_MS = 60000  # for what is there
SILENCE_MS = 1500  # for what never comes
GROUPS = {"X25519": 29, "X448": 30, "P-256": 23, "P-384": 24, "P-521": 25,
          "ffdhe2048": 256, "ffdhe3072": 257, "ffdhe4096": 258}


class Form:
    """The lists of a stored TLS hello."""

    def __init__(self, form):
        self.at, self.form = 35, form
        self.suites = self.codes(self.vector(2))
        self.vector(1)
        extensions, self.extensions = self.vector(2) if self.at < len(form) else b"", {}
        while extensions:
            kind, length = struct.unpack(">HH", extensions[:4])
            self.extensions[kind] = extensions[4:4 + length]
            extensions = extensions[4 + length:]
        self.versions = self.codes(self.extensions.get(43, b"\0")[1:]) \
            or [struct.unpack(">H", form[:2])[0]]
        self.groups = self.codes(self.extensions.get(10, b"")[2:])
        shares = self.extensions.get(51, b"")[2:]
        self.shares = [struct.unpack(">H", shares[i:i + 2])[0]
                       for i in range(0, len(shares), 5)]
        self.takes_rsa = 0x0804 in self.codes(self.extensions.get(13, b"")[2:])

    def does_tls13(self):
        """With a server that has an RSA certificate and OpenSSL's usual suites."""
        return 0x304 in self.versions and self.takes_rsa and \
            {0x1301, 0x1302, 0x1303} & set(self.suites)

    def vector(self, width):
        length = int.from_bytes(self.form[self.at:self.at + width], "big")
        start = self.at + width
        self.at = start + length
        return self.form[start:self.at]

    @staticmethod
    def codes(octets):
        return [struct.unpack(">H", octets[i:i + 2])[0]
                for i in range(0, len(octets) - 1, 2)]


def share_form(group):
    """A hello of TLS 1.3 with that group, and a share of it, alone."""
    def vector(width, octets):
        return len(octets).to_bytes(width, "big") + octets

    def extension(kind, body):
        return struct.pack(">H", kind) + vector(2, body)

    code = struct.pack(">H", group)
    return b"\3\3" + bytes(33) + vector(2, b"\x13\1\x13\2") + b"\1\0" + vector(2, b"".join([
        extension(10, vector(2, code)),
        extension(13, vector(2, bytes.fromhex("08040805040304010806"))),
        extension(43, vector(1, b"\3\4")),
        extension(51, vector(2, code + b"\0\1\0"))]))


class Lab:
    def __init__(self, program, replay, folder):
        self.replay, self.folder, self.store = replay, folder, folder / "hellos.db"
        subprocess.run([program, "watch", "--quiet", "--store", f"sqlite:{self.store}",
                        ROOT / "examples", ROOT / "tests/golden"], check=True,
                       stdout=subprocess.DEVNULL)
        with contextlib.closing(sqlite3.connect(self.store)) as db, db:
            for group in GROUPS.values():
                db.execute("INSERT INTO hello (digest, format, max_version, max_version_legacy,"
                           " fallback_scsv, family, form, ja3, ja4)"
                           " VALUES (?, 0, 772, 771, 0, 0, ?, '', '')",
                           (group.to_bytes(32, "big"), share_form(group)))
            self.forms = {digest.hex(): Form(form) for digest, form in db.execute(
                "SELECT digest, form FROM hello WHERE format = 0")}
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                        "30", "-subj", f"/CN={NAME}", "-keyout", folder / "key",
                        "-out", folder / "certificate"],
                       check=True, capture_output=True)
        self.faults = []

    def expect(self, true, what):
        if not true:
            self.faults.append(what)

    def ask(self, port, *options):
        done = subprocess.run(
            [self.replay, f"sqlite:{self.store}", f"127.0.0.1:{port}", "--name", NAME,
             *options], check=True, capture_output=True, text=True, timeout=240)
        names = ("digest outcome version cipher group scheme retried alert format reached "
                 "quoted dh_bits").split()
        return [dict(zip(names, line.split("\t"))) for line in done.stdout.splitlines()]

    @contextlib.contextmanager
    def server(self, *command):
        """A real one; {port} in its command becomes a free port."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [str(word).replace("{port}", str(port)) for word in command],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with contextlib.suppress(OSError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.kill()
            process.wait()

    def openssl(self, *options):
        return self.server("openssl", "s_server", "-accept", "{port}", "-www", "-key",
                           self.folder / "key", "-cert", self.folder / "certificate",
                           *options)

    # What real servers answer.

    def tls(self, lines):
        return [(line, self.forms[line["digest"]]) for line in lines
                if line["format"] == "tls"]

    def one_suite_of_tls12(self):
        suite = 0xc02f
        with self.openssl("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256") as port:
            answers = self.tls(self.ask(port))
        accepted = [line for line, _ in answers if line["outcome"] == "accepted"]
        self.expect(len(accepted) > 10, "TLS 1.2: hardly anything was accepted")
        for line, form in answers:
            if line["outcome"] == "accepted":
                right = (line["version"], line["cipher"]) == ("0x0303", "0xc02f") and \
                    int(line["group"], 16) in form.groups + [23] and \
                    (line["scheme"] != "-") and suite in form.suites
            else:
                right = line["outcome"] == "refused" and line["alert"] != "-" and not (
                    suite in form.suites and 0x303 in form.versions and
                    form.takes_rsa and 29 in form.groups)
            self.expect(right, f"TLS 1.2, one suite: {line} {form.suites}")

    def only_tls13(self):
        with self.openssl("-tls1_3") as port:
            answers = self.tls(self.ask(port))
        for line, form in answers:
            if 0x304 not in form.versions:
                # SSL 3.0 has no alert for it. RFC 6101, 5.4.2.
                alert = "40" if form.versions == [0x300] else "70"
                right = (line["outcome"], line["alert"]) == ("refused", alert)
            elif line["outcome"] == "accepted":
                right = line["version"] == "0x0304" and int(line["group"], 16) in form.shares
            else:
                right = line["outcome"] == "retry" or not form.does_tls13() or \
                    not {23, 24, 25, 29, 30} & set(form.groups)
            self.expect(right, f"TLS 1.3 only: {line} {form.versions}")

    def another_group(self):
        with self.openssl("-tls1_3", "-groups", "P-384") as port:
            answers = self.tls(self.ask(port))
        retried = [line for line, form in answers if form.does_tls13() and
                   24 in form.groups and 24 not in form.shares]
        self.expect(len(retried) > 3, "retry: too few hellos could be")
        for line in retried:
            self.expect((line["outcome"], line["group"], line["retried"]) ==
                        ("retry", "0x0018", "yes"), f"retry: {line}")

    def each_share(self):
        for name, group in GROUPS.items():
            with self.openssl("-tls1_3", "-groups", name) as port:
                lines = {line["digest"]: line for line in self.ask(port)}
            line = lines[group.to_bytes(32, "big").hex()]
            self.expect((line["outcome"], int(line["group"], 16)) == ("accepted", group),
                        f"share of {name}: {line}")

    def gnutls(self):
        with self.server("gnutls-serv", "--port", "{port}", "--http", "--x509keyfile",
                         self.folder / "key", "--x509certfile",
                         self.folder / "certificate", "--priority",
                         "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3") as port:
            answers = self.tls(self.ask(port))
        for line, form in answers:
            if line["outcome"] in ("accepted", "retry"):
                right = int(line["version"], 16) in (0x303, 0x304) and \
                    int(line["cipher"], 16) in form.suites
            else:
                right = line["outcome"] == "refused"
            self.expect(right, f"GnuTLS: {line}")
        self.expect(any(line["version"] == "0x0304" for line, _ in answers) and
                    any(line["version"] == "0x0303" for line, _ in answers),
                    "GnuTLS: not both versions were taken")

    # What bad servers do.

    @contextlib.contextmanager
    def bad(self, serve):
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        over = threading.Event()

        def run():
            with contextlib.suppress(OSError), \
                    concurrent.futures.ThreadPoolExecutor(64) as pool:
                while True:
                    pool.submit(serve, listener.accept()[0], over)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            listener.close()

    def expect_all(self, serve, outcome, quoted="-", timeout=ENOUGH_MS):
        with self.bad(serve) as port:
            lines = self.ask(port, "--concurrency", "64", "--timeout", str(timeout))
        for line in lines:
            if line["format"] in ("tls", "sslv2"):  # the others go over UDP
                self.expect(line["outcome"] == outcome and
                            line["quoted"].startswith(quoted),
                            f"{serve.__name__}: {line}")


def silent(peer, over):
    over.wait()
    peer.close()


def resetting(peer, _):
    peer.recv(1)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def closing(peer, over):
    peer.settimeout(0.2)
    with contextlib.suppress(OSError):
        while not over.is_set() and peer.recv(65536):
            pass
    peer.close()


def http(peer, over):
    peer.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    closing(peer, over)


def tarpit(peer, over):
    """A ServerHello, a byte in a tenth of a second."""
    octets = b"\x16\3\3\0\x2a\2\0\0\x26\3\3" + bytes(33) + b"\0\x2f\0"
    with contextlib.suppress(OSError):
        for i in range(len(octets)):
            peer.sendall(octets[i:i + 1])
            if over.wait(0.1):
                break
    silent(peer, over)


def flood(peer, _):
    """Warnings without end."""
    with contextlib.suppress(OSError):
        while True:
            peer.sendall(b"\x15\3\3\0\2\1\x70" * 1024)
    peer.close()


def main():
    program, replay = sys.argv[2:4]
    missing = [name for name in ("openssl",) if shutil.which(name) is None]
    if missing:
        print("skipped: absent:", *missing)
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(program, replay, pathlib.Path(folder))
        lab.one_suite_of_tls12()
        lab.only_tls13()
        lab.another_group()
        lab.each_share()
        if shutil.which("gnutls-serv"):
            lab.gnutls()
        else:
            print("left out: gnutls-serv is absent")
        lab.expect_all(silent, "silent", timeout=SILENCE_MS)
        lab.expect_all(resetting, "reset")
        lab.expect_all(closing, "closed")
        lab.expect_all(http, "not-tls", "HTTP/1.1 400 Bad Request\\x0d\\x0a")
        lab.expect_all(tarpit, "silent", timeout=SILENCE_MS)
        lab.expect_all(flood, "too-long")
    for fault in lab.faults:
        print(fault)
    print(f"{len(lab.forms)} TLS hellos, {len(lab.faults)} faults")
    return 1 if lab.faults else 0


if __name__ == "__main__":
    ROOT = pathlib.Path(sys.argv[1])
    sys.exit(main())
