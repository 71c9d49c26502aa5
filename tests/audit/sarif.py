"""sarif.py PROGRAM [SCHEMA] - what `audit --output sarif` writes, held against SARIF 2.1.0
(OASIS, 27 March 2020), and against the files that it speaks of.

Members, enumerations and the least length of lists stand as the standard's sections have
them; what sections cite is beside each. A SCHEMA that is named (sarif-schema-2.1.0.json)
is used too, by Python's jsonschema.
"""

import base64
import json
import os
import re
import sys
import urllib.parse

import forms
import odd_trees
import trees
from forms import (is_anything, is_list, is_mapping, is_number, is_object, is_one_of,
                   is_text)

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

# RFC 3986, 4.1: a URI, or a relative reference whose first segment has no colon (4.2).
PLAIN = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=@]|%[0-9A-F]{2})"
URI = rf"(?:[a-z][a-z0-9+.\-]*://(?:/(?:{PLAIN}|:)*)+|{PLAIN}+(?:/(?:{PLAIN}|:)*)*)"

# 3.8: any members; tags is a list of texts.
BAG = is_mapping(is_anything)
# 3.11: text or id; 3.11.5: a single brace is of a placeholder.
MESSAGE = is_object(one_of=["text", "id"], text=is_text(r"(?:[^{}]|\{\{|\}\})+"))
# 3.12.
STRING = is_object(required=["text"], text=is_text(r"(?:[^{}]|\{\{|\}\})+"))
# 3.3.
CONTENT = is_object(text=is_text(), binary=is_text(r"[A-Za-z0-9+/]*={0,2}"))
# 3.4: uri or index.
ARTIFACT = is_object(one_of=["uri"], uri=is_text(URI))
# 3.30.
REGION = is_object(one_of=["startLine", "charOffset", "byteOffset"], startLine=is_number(1),
                   startColumn=is_number(1), endLine=is_number(1), endColumn=is_number(1),
                   byteOffset=is_number(0), byteLength=is_number(0), snippet=CONTENT)
# 3.29, 3.28.
LOCATION = is_object(physicalLocation=is_object(
    one_of=["artifactLocation", "address"], artifactLocation=ARTIFACT, region=REGION,
    contextRegion=REGION))
# 3.36 to 3.38: one thread at least, one location at least.
FLOW = is_object(required=["threadFlows"], threadFlows=is_list(
    is_object(required=["locations"],
              locations=is_list(is_object(location=LOCATION), least=1)), least=1))
# 3.57, 3.56, 3.55.
REPLACEMENT = is_object(required=["deletedRegion"], deletedRegion=REGION,
                        insertedContent=CONTENT)
FIX = is_object(required=["artifactChanges"], description=MESSAGE, artifactChanges=is_list(
    is_object(required=["artifactLocation", "replacements"], artifactLocation=ARTIFACT,
              replacements=is_list(REPLACEMENT, least=1)), least=1, unique=True))
# 3.35.
SUPPRESSION = is_object(required=["kind"], kind=is_one_of("inSource", "external"),
                        status=is_one_of("accepted", "underReview", "rejected"),
                        justification=is_text())
# 3.27. 3.27.17: names are versioned (3.5.4.2).
RESULT = is_object(
    required=["message"], ruleId=is_text(".+"), message=MESSAGE,
    kind=is_one_of("pass", "open", "informational", "notApplicable", "review", "fail"),
    level=is_one_of("warning", "error", "note", "none"),
    locations=is_list(LOCATION), codeFlows=is_list(FLOW), fixes=is_list(FIX, unique=True),
    suppressions=is_list(SUPPRESSION, unique=True),
    baselineState=is_one_of("new", "unchanged", "updated", "absent"),
    partialFingerprints=is_mapping(is_text("[0-9a-f]{16}"), r"[^/]+(/[^/]+)*/v\d+"),
    properties=BAG)
# 3.49; 3.49.3.
RULE = is_object(required=["id"], id=is_text(".+"), shortDescription=STRING, help=STRING,
                 properties=BAG)
# 3.18, 3.19: the driver's name.
TOOL = is_object(required=["driver"], driver=is_object(
    required=["name"], name=is_text(".+"), version=is_text(),
    rules=is_list(RULE, unique=True)))
# 3.14.
RUN = is_object(required=["tool"], tool=TOOL, results=is_list(RESULT), properties=BAG,
                columnKind=is_one_of("utf16CodeUnits", "unicodeCodePoints"))
# 3.13.
LOG = is_object(required=["version", "runs"], **{"$schema": is_one_of(SCHEMA)},
                version=is_one_of("2.1.0"), runs=is_list(RUN))


def path_of(uri):
    """The name as bytes, and what of it is a file: an archive stands before the "!"."""
    name = urllib.parse.unquote_to_bytes(re.sub("^file://", "", uri))
    for end in [len(name)] + [i for i, c in enumerate(name) if c == ord("!")]:
        if os.path.isfile(name[:end]):
            return name, name[:end]
    return name, None


def text_of(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def rules_of_results(result):
    """What the sections say beyond the forms."""
    # 3.27.10: only what fails has a level.
    if (result["kind"] == "fail") == (result["level"] == "none"):
        yield "kind and level"
    for node in forms.nodes(result):
        # 3.30.4: text and bytes of a region are the same ones; we give one of them.
        if "byteOffset" in node and "startLine" in node:
            yield "a region of text and of bytes"
        # 3.29.5: what stands around is more.
        if "contextRegion" in node and node["region"].get("startColumn", 1) == 1:
            yield "no more stands around"
        if "deletedRegion" in node and "insertedContent" in node:
            content = node["insertedContent"]
            # 3.57.2; 3.3.3.
            if "byteOffset" in node["deletedRegion"] and "binary" not in content:
                yield "bytes are replaced by no bytes"
            if "text" in content and base64.b64decode(
                    content["binary"]) != content["text"].encode():
                yield "bytes and text differ"


def check_places(suite, results):
    """What stands where a result says that it is."""
    for result in results:
        where = result["locations"][0]["physicalLocation"]
        uri = where["artifactLocation"]["uri"]
        name, file = path_of(uri)
        suite.claim(file is not None, f"a file is meant: {uri}")
        # RFC 3986, 5.2.4: what a reader of references takes out would be another file.
        suite.claim("/../" not in uri.replace("!", "/"), f"it leads nowhere else: {uri}")
        if file is None or file != name:
            continue
        lines = re.split("\r\n|\n", text_of(file))
        line = lines[where["region"]["startLine"] - 1]
        rest = line[where["region"]["startColumn"] - 1:]
        suite.claim(re.match(r"ssl|\[Net|Service|SSLContext|P\)", rest) is not None,
                    f"its column is where it stands: {uri}: {rest[:40]!r}")


def check_fixes(suite, results):
    """Edits that are made as the log says mend what they are for."""
    mended = {}
    for result in results:
        for change in (c for f in result.get("fixes", []) for c in f["artifactChanges"]):
            name, file = path_of(change["artifactLocation"]["uri"])
            suite.claim(name == file, "a fix is of a file, not of an archive's member")
            mended.setdefault(name, []).extend(change["replacements"])
    for number, (name, replacements) in enumerate(sorted(mended.items())):
        with open(name, "rb") as file:
            data = file.read()
        for one in sorted(replacements, key=lambda r: -r["deletedRegion"]["byteOffset"]):
            at = one["deletedRegion"]["byteOffset"]
            end = at + one["deletedRegion"]["byteLength"]
            suite.claim(end <= len(data), "a region is of the file")
            data = data[:at] + base64.b64decode(
                one.get("insertedContent", {}).get("binary", "")) + data[end:]
        kind = os.path.splitext(name)[1].decode()
        suite.write(f"mended/{number}{kind}", data)
    suite.claim(len(mended) > 10, "fixes are told")
    left = suite.audit("--output", "sarif", "mended")
    suite.claim(left.returncode == 0, f"they mend: {left.stdout[:600]!r}")


def against_schema(suite, log, path):
    import jsonschema
    with open(path, encoding="utf-8") as schema:
        rules = json.load(schema)
    wrong = list(jsonschema.Draft4Validator(rules).iter_errors(log))
    suite.claim(not wrong, f"its schema takes it: {[e.message for e in wrong[:3]]}")


def hold(suite, output, what):
    log = json.loads(output.decode())
    wrong = list(LOG(log, "log"))
    suite.claim(not wrong, f"{what} has the standard's form: {wrong[:3]}")
    results = log["runs"][0]["results"]
    # 3.27.23: all say how they are suppressed, or none does.
    suite.claim(len({"suppressions" in r for r in results}) < 2,
                f"{what}: suppressions are told of all")
    wrong = [one for result in results for one in rules_of_results(result)]
    suite.claim(not wrong, f"{what} says what the sections want: {sorted(set(wrong))}")
    known = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    suite.claim(known == sorted(set(known)) and
                {r["ruleId"] for r in results} <= set(known), f"{what}: rules stand once")
    if len(sys.argv) > 2:
        against_schema(suite, log, sys.argv[2])
    return log, results


def main():
    suite = trees.Suite()
    odd_trees.write_odd(suite)
    os.chdir(suite.folder)
    first = suite.audit("--all", "--output", "sarif")
    log, results = hold(suite, first.stdout, "an audit")
    for member in ["codeFlows", "fixes", "suppressions"]:
        suite.claim(any(result.get(member) for result in results), f"it has {member}")
    check_places(suite, results)

    # One result that has everything, so that each form is seen to notice.
    whole = {k: v for result in results for k, v in result.items() if v}
    whole["baselineState"] = "new"
    spoilt_log = {**log, "runs": [{**log["runs"][0], "results": [whole]}]}
    spoilt_log["runs"][0]["tool"] = {"driver": {
        **log["runs"][0]["tool"]["driver"],
        "rules": log["runs"][0]["tool"]["driver"]["rules"][:1]}}
    for what, spoilt in forms.spoil(spoilt_log):
        if not what.startswith(("verdict", "side", "place", "offset", "length", "policy",
                                "files", "tags")):
            suite.claim(list(LOG(spoilt, "log")), f"the form notices: {what}")

    suite.write("first.sarif", first.stdout)
    suite.write("new.conf", "ssl_protocols SSLv3;\n")
    _, compared = hold(suite, suite.audit("--baseline", "first.sarif", "--all", "--output",
                                          "sarif").stdout, "one with a baseline")
    states = {r["baselineState"] for r in compared if r["kind"] == "fail"}
    suite.claim(states == {"new", "unchanged"}, "new and unchanged are told apart")
    suite.claim({r["baselineState"] for r in compared if r["suppressions"]} == {"unchanged"},
                "what is suppressed was there before too")
    _, absolute = hold(suite, suite.audit("--output", "sarif",
                                          str(suite.folder / "a b")).stdout, "a full path")
    check_places(suite, absolute)
    _, none = hold(suite, suite.audit("--output", "sarif", "good.conf").stdout, "nothing")
    suite.claim(none == [], "nothing found is an empty list")
    check_fixes(suite, results)
    suite.end("sarif")


main()
