#!/usr/bin/env python3
"""generate_iana ROOT - tools/generate-iana refuses what is not a registry."""

import pathlib
import subprocess
import sys
import tempfile

HEAD = "# title: t\n# source: s\n# date: d\n"
COLUMNS = "code,name,recommended,reference\n"
BAD = {  # what alerts.csv holds, and a word of the sentence that refuses it
    HEAD + COLUMNS + "1,a,,\n1,b,,\n": "twice",
    HEAD + COLUMNS + "1,a,,\n2,a,,\n": "twice",
    HEAD + COLUMNS + "0x01,a,,\n": "invalid literal",
    HEAD + COLUMNS + "01,a,,\n": "should be written",
    HEAD + COLUMNS + "256,a,,\n": "out of range",
    HEAD + COLUMNS + "1,a,maybe,\n": "recommended",
    HEAD + COLUMNS + "1,,,\n": "empty",
    HEAD + COLUMNS + "1,a,\n": "columns",
    HEAD + "code,name,reference,recommended\n1,a,,\n": "columns",
    COLUMNS + "1,a,,\n": "title",
    HEAD + COLUMNS: "empty",
}


def generate(root, folder, files):
    command = [root / "tools/generate-iana", folder / "out.c", *files]
    return subprocess.run(["python3", *command], text=True, capture_output=True)


def main(root):
    complaints = []
    good = sorted((root / "data/iana").glob("*.csv"))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if generate(root, folder, good).returncode != 0:
            complaints.append("data/iana is refused")
        alerts = folder / "alerts.csv"
        files = [alerts if path.name == alerts.name else path for path in good]
        for text, word in BAD.items():
            alerts.write_text(text)
            done = generate(root, folder, files)
            if done.returncode == 0 or word not in done.stderr:
                complaints.append(f"{text!r} is not refused with {word!r}: {done.stderr}")
        if generate(root, folder, good + [folder / "other.csv"]).returncode == 0:
            complaints.append("an unknown registry is not refused")
    print("\n".join(complaints))
    print(f"{len(BAD) + 2} cases, {len(complaints)} complaints")
    return 1 if complaints else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
