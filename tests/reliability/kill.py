#!/usr/bin/env python3
"""kill PROGRAM FRAMES [TIMES [PACKETS]] - kills `watch` with SIGKILL at random moments
while it writes, and looks at what the store holds then.

After each kill: integrity_check is ok; no count points at what is not there; what was
added is one of the few sums at which a whole run writes, never between two; no count
of a key is more than the truth times the runs; and a whole run afterwards adds exactly
the truth.
"""

import os
import random
import signal
import subprocess
import threading
import time

import common

suite = common.Suite("kill PROGRAM FRAMES [TIMES [PACKETS]]")
times = int(suite.arguments[0]) if suite.arguments else 8
packets = int(suite.arguments[1]) if len(suite.arguments) > 1 else 300000
seed = int(os.environ.get("SEED", "1"))
chance = random.Random(seed)

# Half-open hellos, each of a client of its own: every AGGREGATE_MAX of them are a
# transaction.
AGGREGATE_MAX = 16384
captures = [suite.make("hello", packets // 2), suite.make("again", packets // 8)]


def whole(store):
    began = time.monotonic()
    run = suite.watch("-q", "--store", f"sqlite:{store}", *captures)
    suite.claim(run.returncode == 0, f"a whole run ends with 0, not {run.returncode}")
    return time.monotonic() - began


def look(path):
    store = common.Store(path)
    found = store.integrity(), store.dangling(), store.count()
    store.close()
    return found


truth_path = suite.folder / "truth.db"
seconds = whole(truth_path)
truth_store = common.Store(truth_path)
truth, truth_count = truth_store.facts(), truth_store.count()
truth_store.close()

path = suite.folder / "killed.db"
before, killed, early, added = 0, 0, 0, {}
for i in range(times):
    child = subprocess.Popen([suite.program, "watch", "-q", "--store", f"sqlite:{path}",
                              *captures], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(chance.random() * seconds * 1.1)
    child.send_signal(signal.SIGKILL)
    killed += child.wait() == -signal.SIGKILL
    if not path.exists():
        early += 1
        continue
    try:
        integrity, dangling, now = look(path)
    except common.sqlite3.OperationalError as error:
        # Killed before the schema was made: nothing is there yet.
        suite.claim(before == 0 and "no such table" in str(error), f"kill {i}: {error}")
        early += 1
        continue
    suite.claim(integrity == "ok", f"kill {i}: integrity_check: {integrity}")
    suite.claim(dangling == 0, f"kill {i}: {dangling} counts point at nothing")
    suite.claim(now >= before, f"kill {i}: {before} handshakes became {now}")
    added[now - before] = added.get(now - before, 0) + 1
    before = now

batches = sorted(added)
print(f"{times} runs of {seconds:.1f} s, {killed} killed, {early} of them before there was "
      f"a schema; each added one of {batches} (times {[added[b] for b in batches]})")
# Every handshake is of its own kind here, so each aggregate goes out full; in a run so slow
# that a pulse came between (STORE_WRITE_EVERY), smaller ones do.
suite.claim(seconds > 4 or all(sum % AGGREGATE_MAX == 0 or sum == truth_count
                               for sum in batches),
            "something else than whole aggregates was added")
suite.claim(all(b <= truth_count for b in batches), "a run added more than there is")

whole(path)
store = common.Store(path)
suite.claim(store.count() == before + truth_count,
            f"a whole run adds {truth_count}: {before} became {store.count()}")
facts = store.facts()
suite.claim(facts.keys() == truth.keys(), "the same keys as in the truth")
suite.claim(all(count <= truth[key] * (times + 1) for key, count in facts.items()),
            "no key has more than the truth times the runs")
suite.claim(all(count >= truth[key] for key, count in facts.items()),
            "each key has what the whole run added")
suite.claim(store.integrity() == "ok", "integrity_check at the end")
store.close()


def feed(child, capture):
    """The capture through a pipe within some 20 seconds, as an interface would."""
    piece = len(capture) // 400
    try:
        for at in range(0, len(capture), piece):
            child.stdin.write(capture[at:at + piece])
            child.stdin.flush()
            time.sleep(0.05)
        child.stdin.close()
    except BrokenPipeError:
        pass  # it was killed


def slow(number):
    """Killed between and within the writes that come every five seconds."""
    paths = [suite.folder / f"slow-{i}.db" for i in range(number)]
    capture = open(captures[1], "rb").read()
    children = [subprocess.Popen([suite.program, "watch", "-q", "--store",
                                  f"sqlite:{p}", "-"], stdin=subprocess.PIPE)
                for p in paths]
    for child in children:
        threading.Thread(target=feed, args=(child, capture), daemon=True).start()
    time.sleep(5)
    for child in children:
        time.sleep(chance.random() * 8 / number)
        child.send_signal(signal.SIGKILL)
        child.wait()
    sums = []
    for i, store_path in enumerate(paths):
        store = common.Store(store_path)
        count, runs = store.count(), store.runs()
        suite.claim(store.integrity() == "ok", f"slow {i}: integrity_check")
        suite.claim(runs in ([], [count]),
                    f"slow {i}: the run says {runs}, the counts {count}")
        sums.append(count)
        store.close()
    print(f"{number} slow runs, killed after 5 to 13 s, left {sorted(set(sums))}")


if times >= 100:
    slow(24)
suite.end(f"kill: {killed} kills, seed {seed}")
