#!/usr/bin/env python3
"""scan_names TLSUNSET - targets by name, with a name server of ours on loopback.

It holds back what it would answer, so that what must not wait for it is seen not to. As
root also with /etc/hosts and /etc/resolv.conf of its own, in a namespace.
"""
import contextlib
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading

SKIPPED = 77
A, AAAA = 1, 28
NXDOMAIN = 3


def question(datagram):
    at, labels = 12, []
    while datagram[at]:
        labels.append(datagram[at + 1:at + 1 + datagram[at]].decode())
        at += 1 + datagram[at]
    return ".".join(labels).lower(), int.from_bytes(datagram[at + 1:at + 3], "big"), at + 5


class NameServer:
    """zone: name to addresses; other names are not there. Answers once `may` is set."""

    def __init__(self, zone, at=("127.0.0.1", 0), may=None):
        self.zone, self.may, self.asked, self.seen = zone, may, [], threading.Condition()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(at)
        self.at = "{}:{}".format(*self.socket.getsockname())
        self.held = []
        threading.Thread(target=self.serve, daemon=True).start()
        if may is not None:
            threading.Thread(target=self.let_go, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                datagram, sender = self.socket.recvfrom(512)
                with self.seen:
                    self.asked.append(question(datagram)[0])
                    self.seen.notify_all()
                    if self.may is None or self.may.is_set():
                        self.answer(datagram, sender)
                    else:
                        self.held.append((datagram, sender))

    def let_go(self):
        self.may.wait()
        with self.seen:
            for one in self.held:
                self.answer(*one)

    def answer(self, datagram, sender):
        name, kind, end = question(datagram)
        here = self.zone.get(name)
        packed = [socket.inet_pton(socket.AF_INET6 if ":" in one else socket.AF_INET, one)
                  for one in here or [] if (":" in one) == (kind == AAAA)]
        body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(one)) + one
                        for one in packed)
        flags = 0x8180 | (NXDOMAIN if here is None else 0)
        self.socket.sendto(datagram[:2] + struct.pack(">HHHHH", flags, 1, len(packed), 0, 0) +
                           datagram[12:end] + body, sender)


class Listener:
    """Takes connections and closes them; tells of the first."""

    def __init__(self, address="127.0.0.1", port=0):
        self.reached = threading.Event()
        self.socket = socket.socket(
            socket.AF_INET6 if ":" in address else socket.AF_INET)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.listen(64)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                self.socket.accept()[0].close()
                self.reached.set()


class Checks:
    def __init__(self):
        self.done = self.failed = 0

    def same(self, what, is_, expected):
        self.done += 1
        if is_ != expected:
            self.failed += 1
            print(f"{what}: {is_!r}, expected {expected!r}")


def scan(program, *words):
    done = subprocess.run([program, "scan", "--no-store", "--mass", "--starttls", "none",
                           "--output", "json", *words], capture_output=True, text=True,
                          timeout=120, check=False)
    endpoints = json.loads(done.stdout)["endpoints"] if done.stdout else []
    return done.returncode, sorted((e["host"], e["address"]) for e in endpoints), done.stderr


def held_names(program, check):
    """The names are answered only once the target that has none was connected to."""
    listener = Listener()
    names = [f"n{i}.example" for i in range(400)]
    server = NameServer({name: ["127.0.0.1"] for name in names}, may=listener.reached)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join(f"{one}:{listener.port}\n" for one in [*names, "127.0.0.1"]))
        file.flush()
        code, found, said = scan(program, "--dns", server.at, file.name)
    check.same("held names end with", code, 3)  # nobody speaks TLS there
    check.same("held names are all found", [host for host, _ in found],
               sorted([*names, "127.0.0.1"]))
    check.same("nothing is said of them", said, "")


def all_addresses(program, check):
    both = Listener(), Listener("::1")
    zone = {"both.example": ["127.0.0.1", "127.0.0.2", "::1"]}
    server = NameServer(zone)
    target = f"both.example:{both[0].port}"
    found = scan(program, "--dns", server.at, "--all-addresses", target)[1]
    check.same("all addresses of a name", found,
               [("both.example", one) for one in ("127.0.0.1", "127.0.0.2", "::1")])
    found = scan(program, "--dns", server.at, "--all-addresses", "--exclude", "::1,127.0.0.2",
                 target)[1]
    check.same("but those excluded", found, [("both.example", "127.0.0.1")])
    found = scan(program, "--dns", server.at, "--all-addresses", "--exclude",
                 f"::1,127.0.0.2:1,{both[0].port},127.0.0.1:1", target)[1]
    check.same("but that which is excluded at this port", found,
               [("both.example", "127.0.0.1")])
    check.same("one address of a name", len(scan(program, "--dns", server.at, target)[1]), 1)


def wrong_names(program, check):
    listener = Listener()
    server = NameServer({"empty.example": [], "good.example": ["127.0.0.1"]})
    code, found, said = scan(program, "--dns", server.at, "wrong.example", "empty.example",
                             f"good.example:{listener.port}")
    check.same("a wrong name beside a good one ends with", code, 3)
    check.same("the good one is asked", found, [("good.example", "127.0.0.1")])
    check.same("the wrong ones are named", sorted(said.splitlines()),
               ["tlsunset: empty.example has no address",
                "tlsunset: wrong.example: there is no such name"])


def resumed(program, check):
    """A name with several addresses is done once all are."""
    listener = Listener()
    server = NameServer({"both.example": ["127.0.0.1", "127.0.0.2"]})
    with tempfile.TemporaryDirectory() as folder:
        words = ["--dns", server.at, "--all-addresses", "--resume", f"{folder}/done",
                 f"both.example:{listener.port}"]
        check.same("at first both are asked", len(scan(program, *words)[1]), 2)
        check.same("then none", scan(program, *words)[1], [])


def own_files(program, check):
    """In a namespace of mounts and of network: the system's files."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "hosts").write_text("127.0.0.3 here.example\n", encoding="ascii")
        (folder / "resolv.conf").write_text("nameserver 127.0.0.53\n", encoding="ascii")
        for name in ("hosts", "resolv.conf"):
            subprocess.run(["mount", "--bind", folder / name, f"/etc/{name}"], check=True)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        server = NameServer({"there.example": ["127.0.0.4"], "here.example": ["127.0.0.9"]},
                            ("127.0.0.53", 53))
        listener = Listener()
        found = scan(program, f"here.example:{listener.port}",
                     f"there.example:{listener.port}")[1]
        check.same("/etc/hosts, then /etc/resolv.conf", found,
                   [("here.example", "127.0.0.3"), ("there.example", "127.0.0.4")])
        check.same("what stands in /etc/hosts is asked of nobody",
                   "here.example" in server.asked, False)


def main():
    program = sys.argv[1]
    check = Checks()
    if "--own-files" in sys.argv:
        own_files(program, check)
        return 1 if check.failed else 0
    for one in (held_names, all_addresses, wrong_names, resumed):
        one(program, check)
    own = ["unshare", "--mount", "--net"]
    if os.geteuid() == 0 and not subprocess.run([*own, "true"], check=False,
                                                capture_output=True).returncode:
        inside = subprocess.run([*own, sys.executable, *sys.argv, "--own-files"], check=False)
        check.same("with files of its own it ends with", inside.returncode, 0)
    else:
        print("the system's files were not put to the test: that takes root")
    print(f"{check.done} checks, {check.failed} failed")
    return 1 if check.failed else 0


sys.exit(main())
