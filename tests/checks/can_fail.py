#!/usr/bin/env python3
"""can_fail - each check passes a sound small tree and fails on one fault put into it."""

import pathlib
import subprocess
import sys
import tempfile

CHECKS = pathlib.Path(__file__).resolve().parent

SOUND = {
    "src/FLOORS": "base:\ntls: base\nstore: base\n",
    "src/base/bytes.h": "int bytes;\n",
    "src/tls/record.c": '#include "base/bytes.h"\n\nint record(void)\n{\n\treturn 1;\n}\n',
}

# check, file, what it holds. To add one: a line here.
FAULTS = [
    ("floors", "src/base/up.c", '#include "tls/record.h"\n'),
    ("floors", "src/tls/side.c", '#include "store/store.h"\n'),
    ("floors", "src/nowhere/lost.c", "int lost;\n"),
    ("floors", "src/tls/kernel.c", "#include <unistd.h>\n"),
    ("floors", "src/tls/clock.c", "int f(void)\n{\n\treturn (int)time(0);\n}\n"),
    ("floors", "src/tls/state.c", "static int calls;\n"),
    ("floors", "src/tls/count.c", "int f(void)\n{\n\tstatic int calls = 0;\n\treturn calls++;\n}\n"),
    ("floors", "src/tls/table.c", "static struct row rows[4] = { 0 };\n"),
    ("doors", "src/tls/database.c", "#include <sqlite3.h>\n"),
    ("doors", "src/tls/unheard_of.c", "#include <unheard_of.h>\n"),
    ("lengths", "src/tls/long.c", "int f(void)\n{\n" + "\t;\n" * 80 + "}\n"),
    ("lengths", "src/tls/big.c", "int a;\n" * 501),
    ("lengths", "src/tls/wide.c", "int " + "a" * 100 + ";\n"),
    ("banned", "src/tls/copy.c", "void f(char *a)\n{\n\tstrcpy(a, a);\n}\n"),
    ("cleanups", "src/tls/unset.c",
     "int f(int a)\n{\n\tstruct text CLEANUP(text_done) b;\n\n\tif (a)\n\t\treturn 0;\n"
     "\ttext_init(&b);\n\treturn 1;\n}\n"),
    ("tidy", "src/tls/trailing.c", "int a; \n"),
    ("tidy", "src/tls/mixed.c", "void f(void)\n{\n  \tint a;\n}\n"),
    ("tidy", "unended.md", "text"),
    ("tidy", "hidden.md", "a\u200bb\n"),
    ("tidy", "machine.md", "see /home/" + "somebody/x\n"),
    ("tidy", "left.o", "object\n"),
    ("tidy", "large.txt", "0123456789abcde\n" * (1 << 17)),
]


def run(check, tree):
    return subprocess.run([sys.executable, CHECKS / (check + ".py"), tree],
                          capture_output=True, check=False)


def write(tree, files):
    for name, text in files.items():
        path = pathlib.Path(tree, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main():
    wrong = 0
    for check in sorted({fault[0] for fault in FAULTS}):
        with tempfile.TemporaryDirectory() as tree:
            write(tree, SOUND)
            done = run(check, tree)
            if done.returncode != 0:
                wrong += 1
                print(f"{check} fails a sound tree: {done.stdout.decode()}{done.stderr.decode()}")
    for check, name, text in FAULTS:
        with tempfile.TemporaryDirectory() as tree:
            write(tree, SOUND | {name: text})
            done = run(check, tree)
            if done.returncode != 1 or name.encode() not in done.stdout:
                wrong += 1
                print(f"{check} lets {name} pass: {done.stdout.decode()}{done.stderr.decode()}")
    print(f"{len(FAULTS)} faults, {wrong} not found as they should be")
    sys.exit(1 if wrong else 0)


main()
