#!/usr/bin/env python3
"""resume.py TLSUNSET - a scan that is killed in a loop, and goes on by --resume.

SIGKILL comes after ever other moments, until the scan ends by itself. Then every target was
answered, and none that had ended is asked again: a kill between the answer and the journal
may repeat the one answer that was just written, no other. Nobody listens at the targets.
"""

import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

TARGETS = "127.3.0.0/20:1"
COUNT = 4096
KILLS_MAX = 40


def run_once(program, folder, patience):
    """True if it ended by itself within so many seconds."""
    with open(folder / "out", "ab") as out, open(folder / "said", "wb") as said:
        process = subprocess.Popen(
            [program, "scan", "--no-store", "--trust", "none", "--output", "jsonl", "--resume",
             str(folder / "journal"), TARGETS], stdout=out, stderr=said)
        try:
            code = process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return False
    said = (folder / "said").read_text()
    assert code == 3 and "done by an earlier run" in said, f"exit {code}: {said}"
    return True


def addresses(folder):
    """Of the answers that were written whole: a kill may cut the last of a run."""
    for line in (folder / "out").read_bytes().split(b"\n"):
        for part in line.split(b'{"host":')[1:]:
            try:
                yield json.loads(b'{"host":' + part)["address"]
            except ValueError:
                pass


def main(program):
    draws = random.Random(4)
    with tempfile.TemporaryDirectory() as name:
        folder, kills = pathlib.Path(name), 0
        while not run_once(program, folder,
                           draws.uniform(0.02, 0.2) if kills < KILLS_MAX else 60):
            kills += 1
        counts = collections.Counter(addresses(folder))
        repeated = sum(counts.values()) - len(counts)
        print(f"{kills} kills, {len(counts)} targets answered, {repeated} answers repeated")
        assert kills >= 3, "it was over too soon to show anything"
        assert len(counts) == COUNT, "some target was never answered"
        assert repeated <= kills, "what had ended was asked again"
        assert run_once(program, folder, 60) and sum(
            1 for _ in addresses(folder)) == sum(counts.values()), "it was not over"


if __name__ == "__main__":
    main(*sys.argv[1:])
