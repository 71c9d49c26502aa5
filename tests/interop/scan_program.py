"""The program asked to scan, and what it answered, cost and took."""

import dataclasses
import functools
import json
import subprocess
import tempfile
import time

PATIENCE = 300  # seconds; a scan that takes longer is stopped, and has failed


@dataclasses.dataclass
class Answer:
    endpoints: list    # as docs/scan.md has them
    exit: int          # None: it was stopped
    seconds: float
    megabytes: float   # peak resident
    said: str          # on standard error, and what was no JSON

    def one(self):
        return self.endpoints[0] if len(self.endpoints) == 1 else None


def scan(program, *words, patience=PATIENCE, output="json"):
    start = time.monotonic()
    words = known(program, words)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        process = subprocess.Popen([program, "scan", *words, "--output", output],
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=said)
        code, peak = wait(process, start + patience)
        out.seek(0)
        said.seek(0)
        text = out.read().decode(errors="replace")
        errors = said.read().decode(errors="replace")
    try:
        endpoints = json.loads(text)["endpoints"] if output == "json" else \
            [json.loads(line) for line in text.splitlines()]
    except (ValueError, KeyError):
        endpoints, errors = [], errors + text[:200]
    return Answer(endpoints, code, time.monotonic() - start, peak, errors)


def wait(process, deadline):
    """Its exit, and its peak in MB: rusage would count the parent's, which forked."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            return None, peak
        time.sleep(0.005)
    return process.returncode, peak


def resident(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            found = [line.split()[1] for line in status if line.startswith("VmHWM")]
    except OSError:
        found = []
    return int(found[0]) / 1024 if found else 0


@functools.cache
def options_of(program):
    return subprocess.run([program, "scan", "--help"], capture_output=True, text=True,
                          check=False).stdout


def known(program, words):
    """Without options that this program has not yet."""
    kept, words = [], [*words, "--no-store"]
    while words:
        word = words.pop(0)
        if word in ("--starttls", "--no-store") and word not in options_of(program):
            if word == "--starttls":
                words.pop(0)
            continue
        kept.append(word)
    return kept
