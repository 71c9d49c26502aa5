#!/usr/bin/env python3
"""differential ROOT PROGRAM [--list] [CAPTURE | DIRECTORY]... - watch against tshark.

Every handshake that either of the two finds in a capture is compared, field by field.
A difference is one line: capture | stream | field | tlsunset | tshark. Each must stand
in differential.golden under a comment that says why and who is right; there * stands
for any letters and "12 x" in front for the number of differences that a line covers.
Without captures given: those of the project and of the corpus. --list prints all
differences and judges none.
"""
import concurrent.futures
import csv
import datetime
import functools
import ipaddress
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import kept
import tshark_view

SKIPPED = 77
AT_ONCE = 2
SUFFIXES = (".pcap", ".pcapng", ".cap", ".trace", ".dmp")
HELLO_FIELDS = ("server_name", "offered_versions", "ja3", "ja4")
FIELDS = ("client",) + HELLO_FIELDS + \
    ("version", "cipher", "group", "alpn", "ja3s", "alerts")
LEVELS = {1: "warning", 2: "fatal"}


class Names:
    """IANA's names as data/iana has them."""

    def __init__(self, root):
        self.names = {}
        for path in (root / "data/iana").glob("*.csv"):
            rows = [line for line in path.read_text().splitlines() if line[0] != "#"]
            for row in csv.DictReader(rows):
                registry = path.stem.split("-")[0]
                if registry != "alpn":
                    self.names[registry, int(row["code"], 0)] = row["name"]

    def of(self, registry, code):
        places = 6 if registry == "sslv2_ciphers" else 4
        return self.names.get((registry, code), f"0x{code:0{places}x}")


def text_of(octets):
    """A stranger's bytes on one line, as both sides can be given."""
    return json.dumps(octets.decode("utf-8", "replace"))[1:-1].replace("|", "\\u007c")


def end_text(address, port):
    return f"{ipaddress.ip_address(address)} {port}"


def theirs_as_text(names, record):
    """The fields of a record of tshark's, as we would write them."""
    registry = "sslv2_ciphers" if record["version"] == 0x0002 else "cipher_suites"
    fields = {name: record[name] for name in ("ja3", "ja4", "ja3s")}
    fields["client"] = end_text(*record["client"])
    for name, kind in (("version", "versions"), ("cipher", registry),
                       ("group", "groups")):
        fields[name] = None if record[name] is None else names.of(kind, record[name])
    for name in ("server_name", "alpn"):
        fields[name] = record[name] and text_of(record[name])
    if record["offered_versions"] is not None:
        fields["offered_versions"] = ", ".join(
            sorted(names.of("versions", code) for code in record["offered_versions"]))
    fields["alerts"] = ", ".join(
        f"{side} {LEVELS.get(level, 'fatal')} {names.of('alerts', description)}"
        for side, level, description in record["alerts"])
    return fields


def ours_as_text(record):
    fields = {name: record[name] for name in
              ("ja3", "ja4", "ja3s", "version", "cipher", "group")}
    fields["client"] = end_text(record["client"], record["client_port"])
    for name in ("server_name", "alpn"):
        fields[name] = record[name] and text_of(record[name].encode())
    if record["offered_versions"] is not None:
        fields["offered_versions"] = ", ".join(sorted(record["offered_versions"]))
    # Inferred from lengths: tshark infers nothing.
    fields["alerts"] = ", ".join(
        f"{alert['side']} {alert['level']} {alert['description']}"
        for alert in record["alerts"] if alert["level"] is not None)
    return fields


def seconds(moment):
    return datetime.datetime.fromisoformat(moment).timestamp()


def our_view(program, path):
    done = subprocess.run([program, "watch", "--output", "jsonl", "--quiet", path],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False, timeout=120)
    if done.returncode < 0:
        raise RuntimeError(f"{path}: ended by signal {-done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def ends_key(transport, one, other):
    return (transport,) + tuple(sorted((end_text(*one), end_text(*other))))


def grouped(records, key):
    groups = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return groups


def key_of_ours(record):
    return ends_key(record["transport"], (record["client"], record["client_port"]),
                    (record["server"], record["server_port"]))


def key_of_theirs(record):
    return ends_key(record["transport"], record["client"], record["server"])


def paired(ours, theirs):
    """Pairs in order of time; where the numbers differ, the nearest in time."""
    ours = sorted(ours, key=lambda record: record["ts"])
    theirs = sorted(theirs, key=lambda record: record["ts"])
    while len(ours) != len(theirs):
        few, many = sorted((ours, theirs), key=len)
        if not few:
            break
        mine = {min(range(len(many)), key=lambda i: abs(
            moment_of(many[i]) - moment_of(one))) for one in few}
        spare = next(i for i in reversed(range(len(many))) if i not in mine)
        alone = many.pop(spare)
        yield (alone, None) if many is ours else (None, alone)
    if ours and theirs:
        yield from zip(ours, theirs)
    else:
        yield from ((one, None) for one in ours)
        yield from ((None, one) for one in theirs)


def moment_of(record):
    return record["ts"] if isinstance(record["ts"], float) else seconds(record["ts"])


def compare_pair(names, mine, theirs, tally):
    if theirs is None:
        yield "handshake", "seen", "-"
        return
    if mine is None:
        yield "handshake", "-", "seen"
        return
    left, right = ours_as_text(mine), theirs_as_text(names, theirs)
    # Of a hello that is cut tshark shows the beginning, we do not.
    half = theirs["cut"] and (mine["hello_cut"] or mine["hello_malformed"])
    tally["half"] += half
    different = False
    for field in FIELDS:
        if half and field in HELLO_FIELDS:
            continue
        one, other = left.get(field) or "-", right.get(field) or "-"
        if one != other:
            different = True
            yield field, one, other
    tally["equal"] += not different


@functools.cache
def tshark_version():
    return subprocess.run(["tshark", "--version"], capture_output=True, text=True,
                          check=True).stdout


def their_view(path):
    """It takes longer than all else here, and depends on nothing of ours."""
    key = kept.digest(tshark_version(), pathlib.Path(tshark_view.__file__), pathlib.Path(path))
    return kept.kept(f"tshark {path}", key, lambda: tshark_view.view(path))


def compare(names, program, path, shown):
    tally = dict.fromkeys(("captures", "ours", "tshark", "equal", "half"), 0)
    ours, theirs = our_view(program, path), their_view(path)
    tally.update(captures=1, ours=len(ours), tshark=len(theirs))
    left, right = grouped(ours, key_of_ours), grouped(theirs, key_of_theirs)
    lines = []
    for key in sorted(left.keys() | right.keys()):
        pairs = list(paired(left.get(key, []), right.get(key, [])))
        for at, (mine, other) in enumerate(pairs):
            stream = " ".join(key) + (f" #{at + 1}" if len(pairs) > 1 else "")
            lines += [" | ".join((shown, stream) + difference)
                      for difference in compare_pair(names, mine, other, tally)]
    return lines, tally


def captures_under(folder):
    return sorted(path for path in folder.rglob("*")
                  if path.is_file() and any(s in path.name.lower() for s in SUFFIXES)
                  and path.suffix not in (".md", ".tsv", ".json"))


def own_captures(root, corpus):
    for folder in (root / "examples", root / "tests/golden"):
        yield from ((path, str(path.relative_to(root)))
                    for path in captures_under(folder))
    yield from ((path, "corpus/" + str(path.relative_to(corpus)))
                for path in captures_under(corpus))


def given_captures(arguments):
    for argument in map(pathlib.Path, arguments):
        found = captures_under(argument) if argument.is_dir() else [argument]
        yield from ((path, str(path)) for path in found)


def read_golden(path):
    """(pattern, how many differences it covers) of each line."""
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            many = re.match(r"(\d+) x ", line)
            yield (line[many.end():], int(many[1])) if many else (line, 1)


def matcher(pattern):
    return re.compile(".*".join(map(re.escape, pattern.split("*"))))


def complaints(lines, golden):
    counts = dict.fromkeys(range(len(golden)), 0)
    patterns = [matcher(pattern) for pattern, _ in golden]
    for line in lines:
        hit = next((i for i, p in enumerate(patterns) if p.fullmatch(line)), None)
        if hit is None:
            yield f"not listed: {line}"
        else:
            counts[hit] += 1
    for at, (pattern, wanted) in enumerate(golden):
        if counts[at] != wanted:
            yield f"covers {counts[at]}, not {wanted}: {pattern}"


def run(root, program, captures):
    names = Names(root)
    lines, total = [], dict.fromkeys(("captures", "ours", "tshark", "equal", "half"), 0)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        def one(pair):
            return compare(names, program, str(pair[0]), pair[1])
        for found, tally in pool.map(one, captures):
            lines += found
            total = {name: total[name] + tally[name] for name in total}
    return lines, total


def main(arguments):
    listing = "--list" in arguments
    root, program, *given = [a for a in arguments if a != "--list"]
    root = pathlib.Path(root).resolve()
    corpus = pathlib.Path(os.environ.get("TLSUNSET_CORPUS", root / "../shared/corpus"))
    if shutil.which("tshark") is None:
        print("skipped: tshark is absent")
        return SKIPPED
    if not given and not corpus.is_dir():
        print("skipped: the corpus is absent (TLSUNSET_CORPUS)")
        return SKIPPED
    captures = list(given_captures(given) if given else own_captures(root, corpus))
    lines, total = run(root, program, captures)
    golden = [] if listing or given else \
        list(read_golden(root / "tests/interop/differential.golden"))
    wrong = lines if listing or given else list(complaints(lines, golden))
    print("\n".join(wrong))
    print(f"{total['captures']} captures; handshakes: {total['ours']} by tlsunset, "
          f"{total['tshark']} by tshark, {total['equal']} equal in every field, "
          f"{total['half']} of them cut; {len(lines)} differences")
    return 1 if wrong and not listing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
