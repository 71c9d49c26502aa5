#!/usr/bin/env python3
"""differences PROGRAM PREDICT FILE - what `impact --verify --differences` kept, predicted anew.

Each line of FILE is a hello that a real server once answered otherwise than was predicted,
with all the prediction came from and the answer. What is predicted now must be what was
answered; a line with "open", the cause in words, is known not to be so, and must be freed of
it once it is.
"""
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

FORMATS = ("tls", "sslv2", "dtls", "quic")


def profile_of(case, predict, folder):
    """The lines that bench/predict reads."""
    (folder / "policy.yaml").write_text(case["document"])
    shown = subprocess.run([predict, "--show", folder / "policy.yaml"], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    lines = [line for line in shown if not line.startswith("dh_bits ")]
    lines += [f"stack {case['stack']}", f"level {case['security_level']}",
              f"dh_bits {case['dh_bits']}"]
    lines += [f"certificate {key['kind']} {key['bits']} {key['curve']} {key['signature']}"
              for key in case["certificates"]]
    return "\n".join(lines) + "\n"


def store_of(case, program, folder):
    """A store of one hello; the program makes its tables."""
    store = folder / "one.db"
    store.unlink(missing_ok=True)
    subprocess.run([program, "watch", "--quiet", "--store", f"sqlite:{store}", "/dev/null"],
                   check=False, capture_output=True)
    digest = bytes.fromhex(case["hello"].removeprefix("sha256:"))
    with sqlite3.connect(store) as db:
        db.execute("INSERT INTO hello (digest, format, max_version, max_version_legacy,"
                   " fallback_scsv, family, form, ja3, ja4) VALUES (?, ?, 0, 0, 0, 0, ?, '', '')",
                   (digest, FORMATS.index(case["hello_format"]), bytes.fromhex(case["form"])))
    db.close()
    return store


def predicted(case, program, predict, folder):
    said = subprocess.run([predict, store_of(case, program, folder)], check=True,
                          input=profile_of(case, predict, folder), capture_output=True,
                          text=True).stdout.splitlines()
    one = dict(zip(said[0].split("\t"), said[1].split("\t")))

    def code(key):
        return -1 if one[key] == "-" else int(one[key], 0)
    if one["refusal"] != "-":
        return {"outcome": "refused"}
    return {"outcome": "completes", "version": code("version"), "cipher": code("cipher"),
            "group": code("group"), "dh_bits": int(one["dh_bits"]), "scheme": code("scheme"),
            "retried": one["retried"] == "1"}


def agrees(answer, prediction):
    """As src/probe/agreement.c compares."""
    if answer["outcome"] != prediction["outcome"] or answer["outcome"] == "refused":
        return answer["outcome"] == prediction["outcome"]
    same = all(answer[key] == prediction[key] for key in ("version", "retried"))
    if answer["cipher"] >= 0:
        same = same and answer["cipher"] == prediction["cipher"]
        if answer["group"] >= 0:
            same = same and answer["group"] == prediction["group"]
        elif answer["dh_bits"] > 0:
            same = same and prediction["dh_bits"] in (0, answer["dh_bits"])
    if answer["scheme"] >= 0 and prediction["scheme"] >= 0:
        same = same and answer["scheme"] == prediction["scheme"]
    return same


def main():
    program, predict, path = sys.argv[1:]
    faults, cases = [], [json.loads(line) for line in
                         pathlib.Path(path).read_text().splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            prediction = predicted(case, program, predict, pathlib.Path(folder))
            holds = agrees(case["answer"], prediction)
            if holds == ("open" in case):
                faults.append(f"{case['hello'][:19]} {case['stack']}: "
                              f"{'agrees by now' if holds else prediction}")
    for fault in faults:
        print(fault)
    print(f"{len(cases)} cases, {sum('open' in case for case in cases)} open, "
          f"{len(faults)} faults")
    return 1 if faults or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
