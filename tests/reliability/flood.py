#!/usr/bin/env python3
"""flood PROGRAM FRAMES [COUNT [KIND...]] - so many connections that nobody answers: hellos over
TCP, SYNs alone, QUIC Initials and DTLS hellos, each from an address and port of its own,
through standard input. Memory stays under the ceiling, what was given up is counted, the
counts add up, and four times as many take about four times as long.
"""

import json
import re
import resource
import subprocess
import threading
import time

import common

MEMORY_MB = 100

suite = common.Suite("flood PROGRAM FRAMES [COUNT [KIND...]]")
count = int(suite.arguments[0]) if suite.arguments else 150000


def watch(kind, number, *output):
    """Seconds of processor, megabytes, and what was said, of one run on a pipe."""
    source = suite.stream(kind, number)
    child = subprocess.Popen([suite.program, "watch", *output, "-"], stdin=source.stdout,
                             stdout=subprocess.PIPE, text=True)
    source.stdout.close()
    peak = [0]

    def look():  # VmHWM is the peak so far
        while child.poll() is None:
            try:
                with open(f"/proc/{child.pid}/status") as status:
                    found = re.search(r"VmHWM:\s+(\d+)", status.read())
                    peak[0] = max(peak[0], int(found.group(1)) if found else 0)
            except (FileNotFoundError, ProcessLookupError):
                return
            time.sleep(0.02)

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    thread = threading.Thread(target=look)
    thread.start()
    said = child.stdout.read()
    code = child.wait()
    thread.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    source.wait()
    suite.claim(code == 0, f"{kind}: ends with 0, not {code}")
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, peak[0] / 1000, said


def number_before(words, said):
    found = re.search(r"([\d,]+) " + words, said.split("this run:")[-1])
    return int(found.group(1).replace(",", "")) if found else 0


def flood(kind):
    store = suite.folder / f"{kind}.db"
    seconds, memory, said = watch(kind, count, "--store", f"sqlite:{store}")
    handshakes = number_before("handshakes?,", said)
    evicted = number_before("connections given up because the table", said)
    silent = number_before("QUIC connections that could not be decrypted", said)
    print(f"{kind}: {count:,} in {seconds:.2f} s of processor, "
          f"{count / seconds:,.0f} a second, {memory:.0f} MB; {handshakes:,} handshakes, "
          f"{evicted:,} given up early", flush=True)
    suite.claim(memory <= MEMORY_MB, f"{kind}: {memory:.0f} MB are too many")
    suite.claim(evicted >= count - 65536 - 64, f"{kind}: evictions are told: {evicted}")
    if kind == "syn":
        suite.claim(handshakes == 0, "a SYN is no handshake")
    else:
        suite.claim(handshakes + silent == count,
                    f"{kind}: {handshakes} + {silent} is not {count}")
        kept = common.Store(store)
        suite.claim(kept.count() == handshakes, f"{kind}: the store holds {kept.count()}")
        suite.claim(kept.integrity() == "ok", f"{kind}: integrity_check")
        kept.close()
    return seconds


def grows_evenly(kind):
    """The cost of one is the same when the table has long been full."""
    quarter, _, said = watch(kind, count, "--output", "jsonl")
    whole, memory, _ = watch(kind, 4 * count, "--output", "jsonl")
    suite.claim(whole < 8 * quarter + 1,
                f"{kind}: {quarter:.2f} s, and {whole:.2f} s for four times as many")
    suite.claim(memory <= MEMORY_MB, f"{kind}: {memory:.0f} MB for four times as many")
    outcomes = {json.loads(line)["outcome"] for line in said.splitlines()}
    suite.claim(outcomes <= {"unanswered", "undecided"}, f"{kind}: outcomes {outcomes}")


for kind in suite.arguments[1:] or ["hello", "syn", "udp", "gap", "form"]:
    flood(kind)
if count < 1000000:
    grows_evenly("hello")
suite.end(f"flood: of {count:,} each")
