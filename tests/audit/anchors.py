"""anchors.py PROGRAM [NAME] - the cases of anchors.txt, all in one run of the audit."""

import json
import pathlib
import sys

import trees

CASES = pathlib.Path(__file__).with_name("anchors.txt")


def read_cases():
    """(name, {path: text}, [expectation])"""
    cases = []
    for number, line in enumerate(CASES.read_text(encoding="utf-8").splitlines(True), 1):
        if line.startswith("== "):
            cases.append((line[3:].strip(), {}, []))
            path = None
        elif line.startswith("-- "):
            path = line[3:].strip()
            if path in cases[-1][1]:
                sys.exit(f"{CASES}:{number}: {path} stands twice")
            cases[-1][1][path] = ""
        elif line.startswith(">> "):
            cases[-1][2].append(line[3:].strip())
            path = None
        elif cases and path:
            cases[-1][1][path] += line
        elif line.strip() and not line.startswith("#"):
            sys.exit(f"{CASES}:{number}: this belongs to no file")
    return cases


def told(findings):
    return sorted("{path}:{line}: {level} {verdict} {says}".format(**one)
                  for one in findings)


def edit_of(finding):
    fix = finding["fix"] or {"edits": [], "words": ""}
    return "".join(edit["with"] for edit in fix["edits"]) or (
        "(deletes)" if fix["edits"] else "(no edit)")


def special(expectation, findings):
    """Of "fix", "no fix", "column", "snippet": whether it holds, and what is there."""
    what, place, text = expectation
    of = [f for f in findings if f"{f['path']}:{f['line']}" == place]
    if what == "fix":
        there = [edit_of(f) for f in of]
        return text in there, there
    if what == "no fix":
        there = [edit_of(f) + " " + ((f["fix"] or {}).get("words") or "") for f in of]
        return bool(of) and not any(text in one for one in there), there
    if what == "column":
        there = [f["column"] for f in of]
        return int(text) in there, there
    there = [len(f["snippet"].encode()) for f in of]
    return bool(of) and max(there) <= int(text), there


def main():
    suite = trees.Suite()
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    cases = [case for case in read_cases() if wanted in case[0]]
    for number, (_, files, _) in enumerate(cases):
        for path, text in files.items():
            suite.write(f"{number}/{path}", text)
    everything = json.loads(suite.audit("--output", "json").stdout)["findings"]
    for number, (name, files, expectations) in enumerate(cases):
        findings = [{**one, "path": one["path"].removeprefix(f"{number}/")}
                    for one in everything if one["path"].startswith(f"{number}/")]
        marks = ("fix ", "no fix ", "column ", "snippet ")
        plain = sorted(e for e in expectations
                       if not e.startswith(marks) and e != "nothing")
        if plain or "nothing" in expectations:
            got = told(findings)
            suite.claim(got == plain, f"{name}\n      wanted {plain}\n      got    {got}")
        suite.claim(expectations, f"{name}: it expects something")
        for one in (e for e in expectations if e.startswith(marks)):
            mark = next(m for m in marks if one.startswith(m))
            place, text = one[len(mark):].split(": ", 1)
            holds, there = special((mark.strip(), place, text), findings)
            suite.claim(holds, f"{name}: {one}: {there}")
    suite.end("anchors")


main()
