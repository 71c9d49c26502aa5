"""What the reliability scripts share: the program, captures made by frames, the store."""

import os
import pathlib
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = [ROOT / "examples", ROOT / "tests/golden/watch"]


# Meson fills what is allocated, which makes room that is never used count as used.
os.environ.pop("MALLOC_PERTURB_", None)


class Suite:
    """Named claims; the first arguments are the program and the generator."""

    def __init__(self, usage):
        if len(sys.argv) < 3:
            sys.exit(f"usage: {usage}")
        self.program = str(pathlib.Path(sys.argv[1]).resolve())
        self.frames = str(pathlib.Path(sys.argv[2]).resolve())
        self.arguments = sys.argv[3:]
        self.failures = 0
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tlsunset-reliability-"))

    def claim(self, true, what):
        if not true:
            self.failures += 1
        if not true or os.environ.get("VERBOSE"):
            print(("ok    " if true else "FAIL  ") + what, flush=True)

    def end(self, what):
        shutil.rmtree(self.folder, ignore_errors=True)
        print(f"{what}: " + (f"{self.failures} failures" if self.failures else "all right"))
        sys.exit(1 if self.failures else 0)

    def make(self, kind, count, seed=1, name=None):
        """A capture of that kind; see frames.c."""
        path = self.folder / (name or f"{kind}-{count}-{seed}.pcapng")
        with open(path, "wb") as out:
            subprocess.run([self.frames, kind, str(count), str(seed), *CAPTURES],
                           stdout=out, stderr=subprocess.DEVNULL, check=True)
        return str(path)

    def stream(self, kind, count, seed=1):
        """The same as a process that writes to a pipe."""
        return subprocess.Popen([self.frames, kind, str(count), str(seed), *CAPTURES],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def watch(self, *arguments, **more):
        more = {"stdin": subprocess.DEVNULL, "capture_output": True, **more}
        if more["capture_output"]:
            more.setdefault("text", True)
        return subprocess.run([self.program, "watch", *map(str, arguments)],
                              check=False, **more)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)  # meson's code for a test that was skipped


def peak_of_children():
    """Megabytes of the largest child so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000


FACTS = """
SELECT h.hour, c.address, e.address, e.port, e.transport, e.upgrade,
       coalesce(n.name, ''), coalesce(l.digest, ''), a.key, h.count
FROM handshake h
LEFT JOIN client c ON c.id = h.client
LEFT JOIN endpoint e ON e.id = h.endpoint
LEFT JOIN name n ON n.id = h.name
LEFT JOIN hello l ON l.id = h.hello
LEFT JOIN answer a ON a.id = h.answer
"""

DANGLING = """
SELECT count(*) FROM handshake h
WHERE h.client NOT IN (SELECT id FROM client)
   OR h.endpoint NOT IN (SELECT id FROM endpoint)
   OR (h.name <> 0 AND h.name NOT IN (SELECT id FROM name))
   OR (h.hello <> 0 AND h.hello NOT IN (SELECT id FROM hello))
   OR h.answer NOT IN (SELECT id FROM answer)
"""


class Store:
    """A store, opened read-only beside whoever has it."""

    def __init__(self, path):
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)

    def one(self, sql):
        return self.db.execute(sql).fetchone()[0]

    def integrity(self):
        return self.one("PRAGMA integrity_check")

    def count(self):
        return self.one("SELECT coalesce(sum(count), 0) FROM handshake")

    def dangling(self):
        return self.one(DANGLING)

    def facts(self):
        """Count by everything a handshake is keyed by."""
        return {row[:-1]: row[-1] for row in self.db.execute(FACTS)}

    def runs(self):
        """Handshakes that each run says it had seen when it last wrote."""
        return [row[0] for row in self.db.execute(
            "SELECT value FROM coverage WHERE counter = 'handshakes' ORDER BY run")]

    def close(self):
        self.db.close()
