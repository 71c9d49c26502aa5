#!/usr/bin/env python3
"""floors ROOT - a folder of src includes itself and what src/FLOORS allows it, and a
pure floor neither reads a clock, an environment or a file, nor writes, nor remembers."""

import re
import sys

import tree

PURE = ("base", "tls", "flow", "evidence", "policy")

# Standard headers that a pure floor may use. What is not here is the kernel's,
# the clock's or another library's.
PURE_HEADERS = {
    "arpa/inet.h",  # inet_ntop and inet_pton: text only
    "assert.h", "ctype.h", "inttypes.h", "limits.h", "stdalign.h", "stdarg.h",
    "stdbool.h", "stddef.h", "stdint.h", "stdlib.h", "string.h",
    "stdio.h",      # vsnprintf; what prints is among PURE_CALLS
    "time.h",       # calendar arithmetic; what reads the clock is among PURE_CALLS
}

PURE_CALLS = re.compile(
    r"\b(time|clock|clock_gettime|gettimeofday|localtime|localtime_r|getenv|"
    r"secure_getenv|setenv|printf|vprintf|fprintf|vfprintf|puts|fputs|putchar|"
    r"fopen|fdopen|fread|fwrite|perror|exit|_exit|abort|rand|random|srand|"
    r"setlocale|signal|syslog)\s*\(|\b(stdin|stdout|stderr|errno)\b")

# At the left margin or one tab in: `static` of an object that is not const.
STATIC = re.compile(r"^\t*static\s+(?![^;={(]*\bconst\b)(?!inline\b)"
                    r"[\w\s\*]+?[\w\]\[]+\s*(\[[^\]]*\]\s*)*(=|;)", re.M)


def read_floors(root):
    floors = {}
    for line in root.text("src/FLOORS").splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, _, allowed = line.partition(":")
            floors[folder] = {folder, *allowed.split()}
    return floors


def check_includes(root, floors, name, text):
    folder = name.parts[1]
    for line, is_system, header in tree.includes(text):
        if is_system:
            if folder in PURE and header not in PURE_HEADERS:
                root.complain(name, line, f"a pure floor includes <{header}>")
            continue
        other = header.split("/")[0]
        if "/" not in header and not (root.root / "src" / header).exists():
            continue  # generated, of the same folder
        if other not in floors:
            root.complain(name, line, f"no floor is called {other}")
        elif other not in floors[folder]:
            root.complain(name, line, f"{folder} may not include {header}")


def check_purity(root, name, text):
    code = tree.bare(text)
    for found in PURE_CALLS.finditer(code):
        root.complain(name, tree.line_at(code, found.start()),
                      f"a pure floor uses {found.group().rstrip('( ')}")
    for found in STATIC.finditer(code):
        root.complain(name, tree.line_at(code, found.start()),
                      "a pure floor has a static object that is not const")


def main():
    root = tree.Tree(sys.argv[1])
    floors = read_floors(root)
    for folder, allowed in floors.items():
        for other in allowed - floors.keys():
            root.complain("src/FLOORS", 1, f"{folder} names {other}, which has no line")
    for name in root.sources("src/"):
        text = root.text(name)
        if len(name.parts) < 3:
            continue
        if name.parts[1] not in floors:
            root.complain(name, 1, f"src/FLOORS has no line for {name.parts[1]}")
            continue
        check_includes(root, floors, name, text)
        if name.parts[1] in PURE:
            check_purity(root, name, text)
    root.end()


main()
