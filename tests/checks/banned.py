#!/usr/bin/env python3
"""banned ROOT - library calls that this project does not make, and what to use instead."""

import re
import sys

import tree

# To add one: a line here.
BANNED = {
    "alloca": "an arena, or an array with a named ceiling",
    "atof": "number parsing that can refuse", "atoi": "number parsing that can refuse",
    "atol": "number parsing that can refuse", "atoll": "number parsing that can refuse",
    "ctime": "time_text", "asctime": "time_text", "gmtime": "gmtime_r",
    "localtime": "UTC everywhere", "localtime_r": "UTC everywhere",
    "gets": "fgets", "getwd": "getcwd",
    "mktemp": "mkstemp", "tmpnam": "mkstemp", "tempnam": "mkstemp",
    "popen": "nothing: we run no shell", "system": "nothing: we run no shell",
    "rand": "sys/crypto.h", "random": "sys/crypto.h", "srand": "sys/crypto.h",
    "sprintf": "snprintf or struct text", "vsprintf": "vsnprintf",
    "scanf": "a reader", "sscanf": "a reader", "fscanf": "a reader",
    "strcat": "struct text", "strncat": "struct text",
    "strcpy": "memcpy with a length", "strncpy": "memcpy with a length",
    "stpcpy": "memcpy with a length",
    "strtok": "a reader", "strtok_r": "a reader",
    "strerror_r": "strerror in the rim, once",
    "bcopy": "memmove", "bzero": "memset", "vfork": "nothing",
}

CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")


def main():
    root = tree.Tree(sys.argv[1])
    for name in root.sources():
        code = tree.bare(root.text(name))
        for found in CALL.finditer(code):
            call = found.group(1)
            root.complain(name, tree.line_at(code, found.start()),
                          f"{call} is banned; use {BANNED[call]}")
    root.end()


main()
