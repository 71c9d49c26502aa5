#!/usr/bin/env python3
"""full_disk PROGRAM FRAMES [long] - the store's disk is full: at each of many sizes `watch`
ends with 3 and one sentence, says what was kept and what was not, and the store holds
exactly that. Root only (it mounts a small tmpfs); skipped by name otherwise.
"""

import os
import re
import subprocess

import common

SHORT = ["16k", "2m", "12m"]
LONG = ["16k", "32k", "64k", "128k", "256k", "512k", "1m", "2m", "4m", "8m", "12m", "16m",
        "20m", "24m", "28m", "32m", "36m", "40m"]

suite = common.Suite("full_disk PROGRAM FRAMES [long]")
if os.geteuid() != 0:
    common.skip("full_disk: only root may mount a small tmpfs")
disk = suite.folder / "disk"
disk.mkdir()
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk],
                  capture_output=True, check=False).returncode != 0:
    common.skip("full_disk: a tmpfs cannot be mounted here")
subprocess.run(["umount", disk], check=True)

sizes = LONG if suite.arguments else SHORT
capture = suite.make("hello", 400000 if suite.arguments else 180000)
truth_path = suite.folder / "truth.db"
suite.watch("-q", "--store", f"sqlite:{truth_path}", capture)
truth_store = common.Store(truth_path)
truth, total = truth_store.facts(), truth_store.count()


def number(text):
    return int(text.replace(",", ""))


def check(size):
    path = disk / "evidence.db"
    run = suite.watch("--store", f"sqlite:{path}", capture)
    lines = run.stderr.splitlines()
    told = re.search(r"([\d,]+) handshakes? of this run (?:was|were) kept, "
                     r"([\d,]+) (?:was|were) not", run.stderr)
    suite.claim(run.returncode == 3, f"{size}: ends with 3, not {run.returncode}")
    suite.claim(len(lines) == 1 and "disk is full" in run.stderr,
                f"{size}: one sentence that says so: {run.stderr!r}")
    kept = number(told.group(1)) if told else 0
    if told:
        suite.claim(kept + number(told.group(2)) <= total, f"{size}: no more than there is")
    print(f"{size:>5}: {lines[-1] if lines else ''}")
    store = common.Store(path)
    try:
        suite.claim(store.integrity() == "ok", f"{size}: integrity_check")
        suite.claim(store.count() == kept, f"{size}: {store.count()} are there, {kept} told")
        suite.claim(all(truth.get(key) == count for key, count in store.facts().items()),
                    f"{size}: what is there is right")
    except common.sqlite3.OperationalError as error:
        suite.claim(kept == 0 and not told, f"{size}: the store cannot be read: {error}")
    store.close()
    return path


def goes_on(path):
    """With room again the same store takes everything, and adds up."""
    store = common.Store(path)
    before = store.count()
    store.close()
    subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
    run = suite.watch("-q", "--store", f"sqlite:{path}", capture)
    store = common.Store(path)
    suite.claim(run.returncode == 0, "with room again it ends with 0")
    suite.claim(store.count() == before + total, f"{before} and {total} are {store.count()}")
    suite.claim(store.integrity() == "ok", "integrity_check with room again")
    store.close()


for size in sizes:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", disk], check=True)
    try:
        path = check(size)
        if size == sizes[-1]:
            goes_on(path)
    finally:
        subprocess.run(["umount", disk], check=True)
suite.end(f"full_disk: {len(sizes)} sizes")
