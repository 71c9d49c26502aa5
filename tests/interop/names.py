#!/usr/bin/env python3
"""names ROOT [--update] - the names in data/iana against tshark's and OpenSSL's.

Where a peer gives a code point another name, or knows one that we do not, a line of
names.golden must say so, with the reason; * stands for any letters. A line that holds
for nothing fails too. --list prints the lines that are wanted.
"""
import csv
import fnmatch
import pathlib
import re
import shutil
import subprocess
import sys

SKIPPED = 77
TSHARK_FIELDS = {
    "tls.alert_message.desc": "alerts",
    "tls.handshake.cipherspec": "sslv2_ciphers",
    "tls.handshake.ciphersuite": "cipher_suites",
    "tls.handshake.extension.type": "extensions",
    "tls.handshake.extensions_supported_group": "groups",
    "tls.handshake.sig_hash_alg": "signature_schemes",
}


def run(*command):
    return subprocess.run(command, check=True, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def ours(root):
    names = {}
    for path in (root / "data/iana").glob("*.csv"):
        rows = [line for line in path.read_text().splitlines() if line[0] != "#"]
        for row in csv.DictReader(rows):
            names[path.stem.split("-")[0], int(row["code"], 0)] = row["name"]
    return names


# GREASE and private use are no names; of the SSL 2.0 list, values below 0x010000
# are TLS suites again.
def is_name(registry, code, name):
    if re.match(r"Reserved|Unassigned|Unknown|GREASE", name):
        return False
    return registry != "sslv2_ciphers" or code > 0xffff


def tshark_names():
    for line in run("tshark", "-G", "values").splitlines():
        column = line.split("\t")
        if column[0] != "V" or column[1] not in TSHARK_FIELDS:
            continue
        registry, code, name = TSHARK_FIELDS[column[1]], int(column[2], 0), column[3]
        if is_name(registry, code, name):
            yield registry, code, name


def openssl_names():
    every = run("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL")
    for line in every.splitlines():
        code, _, name, _, own = line.split()[:5]
        yield "cipher_suites", int(code.replace(",0x", ""), 16), name
        if own != name:
            yield "openssl_suites", int(code.replace(",0x", ""), 16), own


# tshark writes alerts for people: "Close Notify".
def canonical(registry, name):
    if registry == "alerts" and name:
        return name.lower().replace(" ", "_").removesuffix("_reserved")
    return name


def differences(peer, theirs, known):
    for registry, code, name in sorted(set(theirs)):
        if canonical(registry, known.get((registry, code))) != canonical(registry, name):
            yield f"{peer} {registry} {code:#06x} {name}"


def read_golden(path):
    golden = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            key, _, why = line.partition(" | ")
            golden[key] = why
    return golden


def compare(known):
    found, absent = [], []
    for peer, read in (("openssl", openssl_names), ("tshark", tshark_names)):
        if shutil.which(peer) is None:
            absent.append(peer)
            print(f"{peer} is absent: its names are not compared")
        else:
            found += differences(peer, read(), known)
    return found, absent


def complaints(found, absent, golden):
    used = set()
    for key in found:
        lines = [line for line in golden if fnmatch.fnmatchcase(key, line)]
        used.update(lines)
        if not lines:
            yield f"not listed: {key}"
    for line, why in golden.items():
        if not why:
            yield f"without a reason: {line}"
        if line not in used and line.split()[0] not in absent:
            yield f"no longer so: {line}"


def main(root, only_list):
    known = ours(root)
    found, absent = compare(known)
    if only_list:
        print("\n".join(found))
        return 0
    golden = read_golden(root / "tests/interop/names.golden")
    wrong = list(complaints(found, absent, golden))
    print("\n".join(wrong))
    print(f"{len(known)} names, {len(found)} differences, {len(wrong)} complaints")
    if wrong:
        return 1
    return SKIPPED if len(absent) == 2 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), "--list" in sys.argv))
