#!/usr/bin/env python3
"""tidy ROOT - what no file of the tree may hold: stray white space, invisible
characters, a path of somebody's machine, a registry's host, what is generated, big files."""

import re
import sys

import tree

BIG = 1 << 20
GENERATED = re.compile(r".*\.(o|a|so|pyc|gcda|gcno|db|db-wal|db-shm|orig|rej|swp)$")

# Controls, soft hyphen, zero-width and direction marks, line and paragraph
# separators, the byte order mark, and the no-break space.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xa0\xad\u200b-\u200f\u2028-\u202e"
                       "\u2060-\u2069\ufeff]")

# Written in pieces, so that this file passes its own check.
MACHINE = re.compile(r"(?<![\w.}])/(work|root|home/(?!user\b)\w+|Users/\w+)/" + r"\w|"
                     r"deb\." r"debian\.org|(registry\." r"npmjs|proxy\." r"golang|py" r"pi)\.org")

# These keep others' bytes as they came: not judged line by line.
AS_THEY_CAME = re.compile(r"tests/fuzz/corpus/.*|data/iana/.*|.*\.(pcap|pcapng|gz|zst|png|bin|der)"
                          r"|tests/golden/.*|examples/.*\.pcap.*")
TABBED = {".c", ".h", ".def"}


def check_line(root, name, at, line):
    if line.rstrip(" \t") != line:
        root.complain(name, at, "space at the end of the line")
    if name.suffix in TABBED and re.match(r"\t* +\t", line):
        root.complain(name, at, "a space before a tab")
    if name.suffix in (".py", ".build", ".md") and line.startswith("\t"):
        root.complain(name, at, "a tab where spaces indent")
    if INVISIBLE.search(line):
        root.complain(name, at, "an invisible character")
    if MACHINE.search(line):
        root.complain(name, at, "a path or host of one machine")


def check_file(root, name):
    path = root.root / name
    if path.stat().st_size > BIG:
        root.complain(name, 1, "over 1 MB")
    if GENERATED.match(name.name):
        root.complain(name, 1, "generated: it does not belong in the tree")
    if AS_THEY_CAME.fullmatch(name.as_posix()):
        return
    raw = path.read_bytes()
    if b"\0" in raw:
        root.complain(name, 1, "binary where text is expected")
        return
    if raw and not raw.endswith(b"\n"):
        root.complain(name, raw.count(b"\n") + 1, "no newline at the end")
    if raw.endswith(b"\n\n"):
        root.complain(name, raw.count(b"\n"), "an empty line at the end")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        root.complain(name, 1, "not UTF-8")
        return
    for at, line in enumerate(text.split("\n"), 1):
        check_line(root, name, at, line)


def main():
    root = tree.Tree(sys.argv[1])
    for name in root.names:
        check_file(root, name)
    root.end()


main()
