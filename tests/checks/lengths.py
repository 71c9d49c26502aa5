#!/usr/bin/env python3
"""lengths ROOT - no function over 80 lines, no file over 500, no line over 100 columns.
What is over 40 lines or 90 columns is named, and passes."""

import re
import sys

import tree

FUNCTION_MAX, FUNCTION_NOTE = 80, 40
FILE_MAX = 500
LINE_MAX, LINE_NOTE = 100, 90

TITLE = re.compile(r"(\w+)\s*\(")


def functions(lines):
    """(line, name, length) of each function: from its first line in column 0 to
    the brace that ends it in column 0."""
    start = None
    for i, line in enumerate(lines):
        if line == "{":
            start = i
            while start > 0 and lines[start - 1].strip() and \
                    not lines[start - 1].rstrip().endswith((";", "}", "*/")) and \
                    not lines[start - 1].startswith("#"):
                start -= 1
        elif line == "}" and start is not None:
            title = TITLE.search(" ".join(lines[start:i]))
            yield start + 1, title.group(1) if title else "?", i - start + 1
            start = None


def main():
    root = tree.Tree(sys.argv[1])
    for name in root.sources():
        lines = root.text(name).splitlines()
        if len(lines) > FILE_MAX:
            root.complain(name, 1, f"{len(lines)} lines; {FILE_MAX} at most")
        for at, title, length in functions(lines):
            if length > FUNCTION_MAX:
                root.complain(name, at, f"{title} has {length} lines; {FUNCTION_MAX} at most")
            elif length > FUNCTION_NOTE:
                print(f"note: {name}:{at}: {title} has {length} lines")
        for at, line in enumerate(lines, 1):
            width = len(line.expandtabs(8))
            if width > LINE_MAX:
                root.complain(name, at, f"{width} columns; {LINE_MAX} at most")
            elif width > LINE_NOTE:
                print(f"note: {name}:{at}: {width} columns")
    root.end()


main()
