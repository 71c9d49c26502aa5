"""The program asked to scan, and what it answered, cost and took."""

import dataclasses
import json
import os
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
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        process = subprocess.Popen([program, "scan", *words, "--output", output, "--no-store"],
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=said)
        code, spent = wait(process, start + patience)
        out.seek(0)
        said.seek(0)
        text = out.read().decode(errors="replace")
        errors = said.read().decode(errors="replace")
    try:
        endpoints = json.loads(text)["endpoints"] if output == "json" else \
            [json.loads(line) for line in text.splitlines()]
    except (ValueError, KeyError):
        endpoints, errors = [], errors + text[:200]
    return Answer(endpoints, code, time.monotonic() - start, spent.ru_maxrss / 1024, errors)


def wait(process, deadline):
    while True:
        pid, status, spent = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, spent
        if time.monotonic() > deadline:
            process.kill()
            _, status, spent = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            return None, spent
        time.sleep(0.01)
