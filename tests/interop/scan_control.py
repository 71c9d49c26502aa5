#!/usr/bin/env python3
"""scan_control TLSUNSET - what `scan --control` tells of a service that is not reached.

In a network and mount namespace of its own, with names and a resolver of its own: OpenSSL's
servers, ports where nobody listens, an HTTP server, a network whose packets go nowhere, one
without a route, names that are not found or cannot be asked for, and servers whose
certificates one inspecting proxy would have made. Each has one cause, which is known here.
"""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
OWN = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
STRICT, SIMILAR, UNRELATED, NOT_TLS, REFUSING = range(10443, 10448)
HERE = "192.0.2.10"        # servers, on the loopback
UNROUTED = "198.51.100.7"  # no route leads there
SWALLOWED = "203.0.113.9"  # packets to there are swallowed
NAMES = {"erp.example.net": HERE, "mail.example.net": HERE, "www.example.org": HERE,
         "far.example.net": UNROUTED, "far2.example.net": UNROUTED,
         "gone.example.net": SWALLOWED, "gone2.example.net": SWALLOWED}


def enter_namespace():
    if os.environ.get("CONTROL_NAMESPACE") == "yes":
        return
    if subprocess.run([*OWN, "true"], capture_output=True, check=False).returncode:
        print("skipped: no namespace can be made here")
        sys.exit(SKIPPED)
    os.environ["CONTROL_NAMESPACE"] = "yes"
    os.execvp("unshare", [*OWN, sys.executable, *sys.argv])


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Lab:
    """Names and addresses; resolv.conf leads to a resolver of ours, or to nobody."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.servers = []
        run("ip", "link", "set", "lo", "up")
        run("ip", "address", "add", f"{HERE}/32", "dev", "lo")
        run("ip", "link", "add", "hole", "type", "veth", "peer", "name", "floor")
        for link in ("hole", "floor"):
            run("ip", "link", "set", link, "up", "arp", "off")
        run("ip", "route", "add", "203.0.113.0/24", "dev", "hole", "src", HERE)
        for name, text in (("hosts", ""), ("resolv.conf", "nameserver 192.0.2.10\n"
                                           "options timeout:1 attempts:1\n"),
                           ("nsswitch.conf", "hosts: files dns\n")):
            (self.folder / name).write_text(text)
            pathlib.Path(f"/etc/{name}").touch()
            run("mount", "--bind", self.folder / name, f"/etc/{name}")
        self.key = self.certificate("Inspector")

    def certificate(self, name):
        key, certificate = self.folder / "key", self.folder / "certificate"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
            "-subj", f"/CN={name}", "-keyout", key, "-out", certificate)
        return ["-key", str(key), "-cert", str(certificate)]

    def hosts(self, *names):
        (self.folder / "hosts").write_text(
            "".join(f"{NAMES[name]} {name}\n" for name in names))

    def serve(self, port, *settings):
        process = subprocess.Popen(
            ["openssl", "s_server", "-accept", f"{HERE}:{port}", "-quiet", *settings],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.servers.append(process)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((HERE, port), 1):
                return
        raise RuntimeError("openssl s_server does not listen")

    def close(self):
        for process in self.servers:
            process.kill()
            process.wait()


def answer_http(port):
    listener = socket.create_server((HERE, port))

    def serve():
        while True:
            connection, _ = listener.accept()
            with contextlib.suppress(OSError), connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n")
    threading.Thread(target=serve, daemon=True).start()


def answer_names():
    """A resolver that knows no name. RFC 1035, 4.1.1: RCODE 3."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((HERE, 53))

    def serve():
        while True:
            asked, whom = listener.recvfrom(4096)
            listener.sendto(asked[:2] + b"\x81\x83" + asked[4:6] + bytes(6) + asked[12:]
                            if len(asked) < 512 else b"", whom)
    threading.Thread(target=serve, daemon=True).start()


class Checks:
    def __init__(self, program, lab):
        self.program, self.lab = program, lab
        self.done = self.failed = 0

    def control(self, *words, environment=None):
        began = time.monotonic()
        done = subprocess.run(
            [self.program, "scan", "--control", "--timeout", "2", *words],
            capture_output=True, text=True, timeout=120, check=False,
            env={**{k: v for k, v in os.environ.items() if "proxy" not in k.lower()},
                 **(environment or {})})
        return done.returncode, done.stdout, done.stderr, time.monotonic() - began

    def tells(self, what, targets, cause, code, stages, *words):
        ended, out, said, took = self.control("--output", "json", *words, *targets)
        self.done += 1
        told = json.loads(out) if out else {"cause": said, "targets": []}
        is_ = (told["cause"], ended, [each["stage"] for each in told["targets"]])
        if is_ != (cause, code, stages) or took > 60:
            self.failed += 1
            print(f"{what}: {is_!r} in {took:.0f} s, expected {(cause, code, stages)!r}; "
                  f"{said}")


def at(name, port):
    return f"{name}:{port}"


def check_tls(checks):
    three = [at("erp.example.net", STRICT), at("mail.example.net", SIMILAR),
             at("www.example.org", UNRELATED)]
    checks.lab.hosts(*NAMES)
    checks.tells("all is well", three, "none", 0, ["accepted"] * 3, "--trust", "none")
    checks.tells("certificates of one inspector", three, "proxy", 3, ["accepted"] * 3)
    checks.tells("the inspector is trusted", three, "none", 0, ["accepted"] * 3, "--trust",
                 str(checks.lab.folder / "certificate"))
    three[0] = at("erp.example.net", REFUSING)
    checks.tells("the service refuses", three, "tls", 1, ["refused", "accepted", "accepted"])
    three[0] = at("erp.example.net", NOT_TLS)
    checks.tells("something else", three, "not-tls", 3, ["not-tls", "accepted", "accepted"])
    checks.tells("a portal", [at(name, NOT_TLS) for name in list(NAMES)[:3]], "proxy", 3,
                 ["not-tls"] * 3)


def check_network(checks):
    similar, unrelated = at("mail.example.net", SIMILAR), at("www.example.org", UNRELATED)
    checks.tells("nobody listens", [at("erp.example.net", 9), similar, unrelated], "service",
                 3, ["no-listener", "accepted", "accepted"])
    checks.tells("no route", [at("far.example.net", 443), at("far2.example.net", 443),
                              unrelated], "network", 3, ["no-route", "no-route", "accepted"])
    checks.tells("packets are swallowed", [at("gone.example.net", 443),
                                           at("gone2.example.net", 443), unrelated],
                 "network", 3, ["no-answer", "no-answer", "accepted"])
    checks.tells("no way out", [at("far.example.net", 443), at("far2.example.net", 443),
                                at("gone.example.net", 443)], "route", 3,
                 ["no-route", "no-route", "no-answer"])


def check_names(checks, stage):
    three = [at("erp.example.net", STRICT), at("mail.example.net", SIMILAR),
             at("www.example.org", UNRELATED)]
    checks.lab.hosts("mail.example.net", "www.example.org")
    checks.tells(f"one name, {stage}", three, "name", 3, [stage, "accepted", "accepted"])
    checks.lab.hosts("www.example.org")
    checks.tells(f"a zone, {stage}", three, "zone", 3, [stage, stage, "accepted"])
    checks.lab.hosts()
    checks.tells(f"all names, {stage}", three, "names", 3, [stage] * 3)
    checks.tells(f"addresses show nothing, {stage}",
                 [three[0], at(HERE, SIMILAR), at(HERE, UNRELATED)], "unknown", 3,
                 [stage, "accepted", "accepted"])


def check_words(checks):
    checks.lab.hosts(*NAMES)
    _, out, _, _ = checks.control(
        at("erp.example.net", STRICT), at("mail.example.net", SIMILAR),
        at("www.example.org", UNRELATED), "--trust", "none",
        environment={"HTTPS_PROXY": "http://proxy.example.net:3128"})
    out = " ".join(out.split())
    for words in ("strict erp.example.net:10443 (192.0.2.10) accepts TLS 1.3",
                  "speaks nothing newer than TLS 1.2", "HTTPS_PROXY is set"):
        checks.done += 1
        if words not in out:
            checks.failed += 1
            print(f"{words!r} is not in {out!r}")
    for wrong in (["a:1", "b:1"], ["a:1", "b:1", "c:1", "--diff"], ["a", "b:1", "c:1"]):
        checks.done += 1
        if checks.control(*wrong)[0] != 2:
            checks.failed += 1
            print(f"{wrong} is no wrong use")


def main():
    enter_namespace()
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(folder)
        checks = Checks(sys.argv[1], lab)
        try:
            lab.serve(STRICT, *lab.key, "-tls1_3")
            lab.serve(SIMILAR, *lab.key)
            lab.serve(UNRELATED, *lab.key)
            lab.serve(REFUSING, "-nocert", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256",
                      "-no_tls1_3")
            answer_http(NOT_TLS)
            check_tls(checks)
            check_network(checks)
            check_names(checks, "no-resolver")
            answer_names()
            check_names(checks, "no-name")
            check_words(checks)
        finally:
            lab.close()
    print(f"{checks.done} checks, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
