#!/usr/bin/env python3
"""presets TLSUNSET - the preset openssl-seclevel-2 is what OpenSSL 3.0 itself says.

Its suites are those of `openssl ciphers`, in order; its groups and schemes those of a hello
of its client, whose lists a server shares. Another OpenSSL is skipped by name.
"""
import json
import re
import shutil
import socket
import subprocess
import sys

SKIPPED = 77
GROUPS, SCHEMES = 10, 13  # extension types


def suites():
    every = subprocess.run(["openssl", "ciphers", "-s", "-stdname", "DEFAULT:@SECLEVEL=2"],
                           check=True, capture_output=True, text=True).stdout
    return [line.split()[0] for line in every.splitlines()]


def client_hello():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(20)
        client = subprocess.Popen(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{server.getsockname()[1]}",
             "-cipher", "DEFAULT:@SECLEVEL=2"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            head = stream.read(5)
            record = stream.read(int.from_bytes(head[3:5], "big"))
        client.wait(20)
    return record[4:]


def extension(hello, wanted):
    """The codes of an extension that is one list of 16-bit codes."""
    at = 34
    for width in (1, 2, 1):  # session id, suites, compressions
        at += width + int.from_bytes(hello[at:at + width], "big")
    at += 2
    while at < len(hello):
        kind, size = (int.from_bytes(hello[at + i:at + i + 2], "big") for i in (0, 2))
        body = hello[at + 6:at + 4 + size]
        if kind == wanted:
            return [int.from_bytes(body[i:i + 2], "big") for i in range(0, len(body), 2)]
        at += 4 + size
    return []


def codes(text, title):
    """The codes under a title of `policy show`."""
    part = re.search(rf"^{title}\n((?:    0x.*\n)+)", text, re.M).group(1)
    return [int(line.split()[0], 16) for line in part.splitlines()]


def main(program):
    version = ""
    if shutil.which("openssl"):
        version = subprocess.run(["openssl", "version"], capture_output=True, text=True).stdout
    if not version.startswith("OpenSSL 3.0."):
        print(f"skipped: this is {version.strip() or 'no OpenSSL'}, not OpenSSL 3.0")
        return SKIPPED
    show = [program, "policy", "show", "openssl-seclevel-2"]
    text = subprocess.run(show, check=True, capture_output=True, text=True).stdout
    policy = json.loads(subprocess.run([*show, "-o", "json"], check=True, capture_output=True).stdout)
    hello = client_hello()
    wrong = 0
    for what, ours, theirs in (
            ("suites", policy["cipher_suites_13"] + policy["cipher_suites_12"], suites()),
            ("groups", codes(text, "groups"), extension(hello, GROUPS)),
            ("schemes", codes(text, "signature schemes"), extension(hello, SCHEMES))):
        print(f"{what}: {len(ours)}")
        if ours != theirs:
            wrong = 1
            print(f"{what} differ:\n  ours   {ours}\n  theirs {theirs}")
    return wrong


sys.exit(main(*sys.argv[1:]))
