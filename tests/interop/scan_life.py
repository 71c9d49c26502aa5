#!/usr/bin/env python3
"""scan_life TLSUNSET - a server's fix and its relapse, as scans that are kept tell them.

OpenSSL's server takes TLS 1.0 to 1.3, then 1.2 and 1.3 alone, then all again. Each scan is
judged, compared and kept; the relapse is a finding. What it accepts, made a policy by
`policy from-scan`, is a policy that it passes. Everything listens on 127.0.0.1.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from scan_openssl import free_port, make_certificate, serving

SKIPPED = 77
OPEN = ["-cipher", "ECDHE+AESGCM:ECDHE+AES:AES128-SHA:@SECLEVEL=0"]
STRICT = ["-cipher", "ECDHE+AESGCM", "-min_protocol", "TLSv1.2"]


class Lab:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.store = f"sqlite:{folder}/scans.db"
        self.port = free_port()
        make_certificate(folder, "erp.example.net")

    def server(self, settings):
        return serving(self.folder, "-key", "key", "-cert", "certificate", "-serverpref",
                       *settings, port=self.port)

    def run(self, *words):
        done = subprocess.run([self.program, *words], capture_output=True, text=True,
                              timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    def scan(self, *words):
        code, out, said = self.run("scan", "--store", self.store, "--output", "json", *words,
                                   f"127.0.0.1:{self.port}")
        endpoints = json.loads(out)["endpoints"] if out else []
        return code, endpoints[0] if endpoints else None, said


class Checks:
    def __init__(self):
        self.done = self.failed = 0

    def same(self, what, is_, expected):
        self.done += 1
        if is_ != expected:
            self.failed += 1
            print(f"{what}: {is_!r}, expected {expected!r}")


def accepted(endpoint):
    return [name for name, version in endpoint["versions"].items()
            if version["status"] == "accepted"]


def changes(endpoint, **wanted):
    return [change["name"] for change in endpoint["diff"]["changes"]
            if all(change[key] == value for key, value in wanted.items())]


def fix_and_relapse(lab, check):
    with lab.server(OPEN):
        code, endpoint, _ = lab.scan("--policy", "rfc8996", "--diff")
        check.same("first scan ends with", code, 1)
        check.same("first scan compares with", endpoint["diff"], None)
        check.same("accepted at first", accepted(endpoint),
                   ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"])
        check.same("verdict at first", endpoint["policy"]["verdict"], "breaks")
        check.same("again, ends with", lab.scan("--diff")[0], 0)
    with lab.server(STRICT):
        code, endpoint, _ = lab.scan("--policy", "rfc8996", "--diff")
        check.same("the fix ends with", code, 0)
        check.same("the fix loses", changes(endpoint, what="version", kind="lost"),
                   ["TLS 1.0", "TLS 1.1"])
        check.same("the fix has findings", endpoint["diff"]["findings"], 0)
    code, endpoint, _ = lab.scan("--diff")
    check.same("down, it ends with", code, 3)
    check.same("down, it is", endpoint["status"], "no-answer")
    with lab.server(OPEN):
        code, endpoint, _ = lab.scan("--diff")
        check.same("the relapse ends with", code, 1)
        check.same("the relapse's findings",
                   changes(endpoint, what="version", kind="gained", finding=True),
                   ["TLS 1.0", "TLS 1.1"])


def versions_alone_in_between(lab, check):
    """A scan of versions alone hides nothing of what the whole ones before and after know."""
    with lab.server(STRICT):
        lab.scan()
    with lab.server(STRICT):
        code, endpoint, _ = lab.scan("--mass", "--diff")
        check.same("versions alone, ends with", code, 0)
        check.same("versions alone, changes", endpoint["diff"]["changes"], [])
    with lab.server([*STRICT, "-cipher", "ECDHE+AESGCM:AES128-SHA:@SECLEVEL=0"]):
        _, endpoint, _ = lab.scan("--diff")
        check.same("a suite came", "TLS_RSA_WITH_AES_128_CBC_SHA"
                   in changes(endpoint, what="suite", kind="gained"), True)
        check.same("it is compared whole", endpoint["diff"]["partial"], False)


def own_policy(lab, check):
    target = f"127.0.0.1:{lab.port}"
    code, text, _ = lab.run("policy", "from-scan", "--store", lab.store, target)
    check.same("from-scan ends with", code, 0)
    path = lab.folder / "own.yaml"
    path.write_text(text)
    check.same("its policy can be used", lab.run("policy", "check", str(path))[0], 0)
    with lab.server(OPEN):
        _, endpoint, _ = lab.scan("--policy", str(path))
        check.same("under its own policy nothing breaks",
                   [reason["reason"] for reason in endpoint["policy"]["reasons"]
                    if reason["verdict"] == "breaks"], [])
    with lab.server(STRICT):
        _, endpoint, _ = lab.scan("--policy", str(path))
        check.same("who accepts less breaks nothing either", endpoint["policy"]["verdict"]
                   != "breaks", True)
    stored = lab.run("scan", "--store", lab.store, "--stored", "--output", "json", target)
    check.same("what is kept is what was found last",
               accepted(json.loads(stored[1])["endpoints"][0]), ["TLS 1.2", "TLS 1.3"])


def main():
    if shutil.which("openssl") is None:
        print("openssl is not here")
        return SKIPPED
    check = Checks()
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(sys.argv[1], pathlib.Path(folder))
        fix_and_relapse(lab, check)
        own_policy(lab, check)
        versions_alone_in_between(lab, check)
    print(f"{check.done} checks, {check.failed} failed")
    return 1 if check.failed else 0


sys.exit(main())
