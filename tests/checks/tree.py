"""What the checks share: the files of a tree, and C without its comments and strings."""

import pathlib
import re
import subprocess
import sys

COMMENT_OR_STRING = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


class Tree:
    """The files git tracks, and those it does not know yet but does not ignore; in
    a tree or machine without git (a released archive) all but what a build
    leaves."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.complaints = 0
        listed = self.listed_by_git()
        if listed is not None:
            names = [pathlib.Path(n) for n in listed.split("\0") if n]
        else:
            names = [p.relative_to(self.root) for p in self.root.rglob("*")]
            names = [n for n in names if not n.parts[0].startswith(("build", ".git"))
                     and "__pycache__" not in n.parts]
        self.names = sorted(set(n for n in names if (self.root / n).is_file()))

    def listed_by_git(self):
        try:
            return subprocess.run(
                ["git", "-C", self.root, "ls-files", "-zco", "--exclude-standard"],
                capture_output=True, check=True).stdout.decode()
        except (FileNotFoundError, subprocess.CalledProcessError):
            return None

    def text(self, name):
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    def sources(self, below="", kinds=(".c", ".h")):
        return [n for n in self.names
                if n.suffix in kinds and n.as_posix().startswith(below)]

    def complain(self, name, line, what):
        self.complaints += 1
        print(f"{name}:{line}: {what}")

    def end(self):
        """Exits: a check that looked at nothing has not passed."""
        if not self.names:
            print("no files found")
            sys.exit(1)
        print(f"{len(self.names)} files, {self.complaints} complaints")
        sys.exit(1 if self.complaints else 0)


def line_at(text, position):
    return text.count("\n", 0, position) + 1


def bare(text):
    """C with comments, strings and characters blanked, lines and columns kept."""
    return COMMENT_OR_STRING.sub(
        lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def includes(text):
    """(line, is_system, header) of each include that is not in a comment."""
    spared = re.sub(r"/\*.*?\*/", lambda f: re.sub(r"[^\n]", " ", f.group()), text,
                    flags=re.S)
    for found in INCLUDE.finditer(spared):
        yield line_at(spared, found.start()), found.group(1) == "<", found.group(2)
