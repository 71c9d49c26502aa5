#!/usr/bin/env python3
"""cleanups ROOT - a variable that is cleaned up by itself has a value before its function or
block may be left: what was never set would be freed."""

import re
import sys

import tree

# CLEANUP(text_done) name; without a value of its own.
UNSET = re.compile(r"\bCLEANUP\(\w+\)\s*\*?\s*(\w+)\s*(?:\[[^\]]*\])?;")
LEAVES = re.compile(r"\b(return|continue|break|goto)\b")


def main():
    root = tree.Tree(sys.argv[1])
    for name in root.sources():
        code = tree.bare(root.text(name))
        for found in UNSET.finditer(code):
            rest = code[found.end():]
            used = re.search(rf"\b{found.group(1)}\b", rest)
            if used and LEAVES.search(rest, 0, used.start()):
                root.complain(name, tree.line_at(code, found.start()),
                              f"{found.group(1)} may be cleaned up before it is set; "
                              "begin it with a value")
    root.end()


main()
