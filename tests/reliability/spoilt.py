#!/usr/bin/env python3
"""spoilt PROGRAM FRAMES [BYTES [SEED [CAPTURE...]]] - random and mutated frames under
every link type and in every tunnel, through standard input; then captures whose files
are mutated. No crash, no hang, bounded memory, every frame counted.
"""

import os
import random
import re
import subprocess
import time

import common

MEMORY_MB = 100  # a sanitizer takes several times as much: MEMORY_MB=4000
SECONDS = 20     # for a small file; far more than it takes

suite = common.Suite("spoilt PROGRAM FRAMES [BYTES [SEED [CAPTURE...]]]")
bytes_wanted = int(suite.arguments[0]) if suite.arguments else 300_000_000
seed = int(suite.arguments[1]) if len(suite.arguments) > 1 else 1
captures = suite.arguments[2:] or common.CAPTURES
ceiling = int(os.environ.get("MEMORY_MB", MEMORY_MB))

began = time.monotonic()
source = subprocess.Popen([suite.frames, "spoilt", str(bytes_wanted), str(seed), *captures],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
store_path = suite.folder / "spoilt.db"
child = subprocess.Popen(["/usr/bin/env", suite.program, "watch", "--store",
                          f"sqlite:{store_path}", "-"], stdin=source.stdout,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
source.stdout.close()
peak = 0
while child.poll() is None:
    try:
        with open(f"/proc/{child.pid}/status") as status:
            found = re.search(r"VmHWM:\s+(\d+)", status.read())
            peak = max(peak, int(found.group(1)) if found else 0)
    except (FileNotFoundError, ProcessLookupError):
        pass
    time.sleep(0.05)
said, faults = child.stdout.read(), child.stderr.read()
written = int(re.search(r"frames: (\d+) frames", source.stderr.read()).group(1))
read = int(re.search(r"this run: ([\d,]+) packets", said).group(1).replace(",", ""))
print(f"{bytes_wanted / 1e9:.1f} GB, {written:,} frames, seed {seed}: "
      f"{time.monotonic() - began:.0f} s, {peak / 1000:.0f} MB, "
      + re.search(r"[\d,]+ handshakes", said.split("this run")[1]).group(0))
suite.claim(child.returncode == 0, f"ends with 0, not {child.returncode}: {faults[-2000:]}")
suite.claim(read == written, f"{written} frames were written, {read} read")
suite.claim("runtime error" not in faults and "Sanitizer" not in faults, faults[-2000:])
suite.claim(peak / 1000 <= ceiling, f"{peak / 1000:.0f} MB are too many")
store = common.Store(store_path)
suite.claim(store.integrity() == "ok" and store.dangling() == 0, "the store is sound")
store.close()

chance = random.Random(seed)
originals = sorted(p for folder in common.CAPTURES for p in folder.rglob("*.pcap*"))
endings = {}
for i in range(max(30, bytes_wanted // 10_000_000)):
    spoilt = bytearray(chance.choice(originals).read_bytes())
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(min(len(spoilt), chance.choice([64, 4096, len(spoilt)])))
        spoilt[at] = chance.choice([0, 255, spoilt[at] ^ 1 << chance.randrange(8)])
    if chance.randrange(3) == 0:
        del spoilt[chance.randrange(len(spoilt)):]
    path = suite.folder / "spoilt.pcap"
    path.write_bytes(spoilt)
    run = suite.watch("-o", "jsonl", path, timeout=SECONDS)
    endings[run.returncode] = endings.get(run.returncode, 0) + 1
    suite.claim(run.returncode in (0, 3), f"file {i}: {run.returncode}: {run.stderr[-500:]}")
    suite.claim(run.returncode == 0 or run.stderr != "", f"file {i}: 3 and no sentence")
print(f"files spoilt: {sum(endings.values())}, by exit code {dict(sorted(endings.items()))}")
suite.end("spoilt")
