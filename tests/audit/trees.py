"""What the tests of the audit share: the program, a folder with a tree in it, claims."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

os.environ.pop("MALLOC_PERTURB_", None)


class Suite:
    """Named claims about the program, which is the first argument."""

    def __init__(self):
        if len(sys.argv) < 2:
            sys.exit(f"usage: {sys.argv[0]} PROGRAM")
        self.program = str(pathlib.Path(sys.argv[1]).resolve())
        self.failures = 0
        self.claims = 0
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tlsunset-audit-"))

    def claim(self, true, what):
        self.claims += 1
        if not true:
            self.failures += 1
        if not true or os.environ.get("VERBOSE"):
            print(("ok    " if true else "FAIL  ") + what, flush=True)

    def write(self, name, content, below=None):
        """name is text or bytes: a name of files is bytes."""
        path = os.path.join(os.fsencode(below or self.folder), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return path

    def audit(self, *arguments, below=None, environment=None):
        """The result of the command, run in the tree; its output is bytes."""
        return subprocess.run([self.program, "audit", *arguments],
                              cwd=below or self.folder, stdin=subprocess.DEVNULL,
                              env={**os.environ, **(environment or {})},
                              capture_output=True)

    def end(self, what):
        subprocess.run(["chmod", "-R", "u+rwX", self.folder])
        shutil.rmtree(self.folder, ignore_errors=True)
        if not self.claims:
            self.failures = 1
        print(f"{what}: " + (f"{self.failures} of {self.claims} failed" if self.failures
                             else f"{self.claims} claims, all right"))
        sys.exit(1 if self.failures else 0)
