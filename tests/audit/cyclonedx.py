"""cyclonedx.py PROGRAM [SCHEMA] - the bill of materials that `audit --output cyclonedx`
writes, held against CycloneDX 1.6 (ECMA-424, 1st edition), and against the tree.

What is closed and required stands as the standard's schema has it; a SCHEMA that is named
(bom-1.6.schema.json) is used too, by Python's jsonschema.
"""

import datetime
import json
import sys

import forms
import odd_trees
import trees
from forms import is_list, is_number, is_object, is_one_of, is_text

SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"

# definitions/property
PROPERTY = is_object(required=["name"], name=is_text("tlsunset:.+"), value=is_text())

# definitions/componentEvidence, properties/occurrences: location is required.
OCCURRENCE = is_object(required=["location"], location=is_text(".+"), line=is_number(0),
                       offset=is_number(0), symbol=is_text(), additionalContext=is_text())

# definitions/cryptoProperties: assetType is required; of protocolProperties nothing is, and
# type has no value for DTLS or SSL.
PROTOCOL = is_object(
    type=is_one_of("tls", "ssh", "ipsec", "ike", "sstp", "wpa", "other", "unknown"),
    version=is_text(".+"))
CRYPTO = is_object(required=["assetType"], assetType=is_one_of("protocol"),
                   protocolProperties=PROTOCOL)

# definitions/component: type and name are required; bom-ref is a refType, not empty.
COMPONENT = is_object(
    required=["type", "name"], type=is_one_of("cryptographic-asset"), name=is_text(".+"),
    **{"bom-ref": is_text(".+")}, description=is_text(), cryptoProperties=CRYPTO,
    properties=is_list(PROPERTY),
    evidence=is_object(occurrences=is_list(OCCURRENCE)))

# definitions/metadata: tools is an object of components and services, since 1.5.
METADATA = is_object(
    timestamp=is_text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    tools=is_object(components=is_list(is_object(
        required=["type", "name"], type=is_one_of("application"), name=is_text(),
        version=is_text()), unique=True)),
    properties=is_list(PROPERTY))

# The root: bomFormat and specVersion are required, serialNumber is not.
BOM = is_object(
    required=["bomFormat", "specVersion"], **{"$schema": is_one_of(SCHEMA)},
    bomFormat=is_one_of("CycloneDX"), specVersion=is_one_of("1.6"),
    version=is_number(1), metadata=METADATA, components=is_list(COMPONENT, unique=True))


def places(bom):
    """(name of the asset, path, line) of every occurrence."""
    return [(asset["name"], one["location"], one["line"])
            for asset in bom["components"] for one in asset["evidence"]["occurrences"]]


def expected(audit):
    """The same, of the audit in JSON."""
    found = []
    for finding in audit["findings"]:
        versions = (finding["versions"] or {}).get("on") or ["TLS"]
        if finding["means"] not in ("set", "absent"):
            versions = ["TLS"]
        found += [(name, finding["path"], finding["line"]) for name in versions]
    return found


def against_schema(suite, bom, path):
    """Its references to other schemas (licences, signatures) are of what is not used."""
    import jsonschema
    with open(path, encoding="utf-8") as schema:
        rules = json.load(schema)
    for node in list(forms.nodes(rules)):
        if not str(node.get("$ref", "#")).startswith("#"):
            del node["$ref"]
    wrong = list(jsonschema.Draft7Validator(rules).iter_errors(bom))
    suite.claim(not wrong, f"its schema takes it: {[e.message for e in wrong[:3]]}")


def main():
    suite = trees.Suite()
    odd_trees.write_odd(suite)
    first = suite.audit("--output", "cyclonedx")
    bom = json.loads(first.stdout.decode())
    wrong = list(BOM(bom, "bom"))
    suite.claim(not wrong, f"it has the standard's form: {wrong[:3]}")
    suite.claim(first.returncode == 1, "findings are told by the code")
    one = dict(bom["components"][0])
    one["evidence"] = {"occurrences": one["evidence"]["occurrences"][:1]}
    for what, spoilt in forms.spoil({**bom, "components": [one]}):
        suite.claim(list(BOM(spoilt, "bom")), f"the form notices: {what}")

    refs = [asset["bom-ref"] for asset in bom["components"]]
    suite.claim(len(refs) == len(set(refs)), "a bom-ref stands once")
    audit = json.loads(suite.audit("--all", "--output", "json").stdout.decode())
    suite.claim(sorted(places(bom)) == sorted(expected(audit)) and len(places(bom)) > 30,
                "every place of every setting stands in it, once a version")
    suite.claim({"TLS", "TLS 1.0", "TLS 1.2"} <= {a["name"] for a in bom["components"]},
                "versions are components")
    suite.claim(any(c["additionalContext"].startswith("suppressed, ")
                    for a in bom["components"] for c in a["evidence"]["occurrences"]),
                "what is suppressed is told so")

    suite.claim(suite.audit("--output", "cyclonedx", "--jobs", "7").stdout == first.stdout,
                "the same tree gives the same bytes")
    suite.claim("timestamp" not in bom["metadata"], "no clock is read")
    dated = json.loads(suite.audit("--output", "cyclonedx", "--today", "2026-11-28").stdout)
    suite.claim(not list(BOM(dated, "bom")) and
                datetime.datetime.fromisoformat(
                    dated["metadata"]["timestamp"].replace("Z", "+00:00")).day == 28,
                "the day that was said is its time")
    empty = json.loads(suite.audit("--output", "cyclonedx", "good.conf", "--policy",
                                   "rfc8996").stdout)
    suite.claim([a["name"] for a in empty["components"]] == ["TLS 1.2", "TLS 1.3"],
                "what passes stands in it")
    suite.write("none/a.txt", "nothing\n")
    none = suite.audit("--output", "cyclonedx", "none")
    suite.claim(json.loads(none.stdout)["components"] == [] and none.returncode == 0,
                "without settings it is empty")
    if len(sys.argv) > 2:
        against_schema(suite, bom, sys.argv[2])
        against_schema(suite, dated, sys.argv[2])
    suite.end("cyclonedx")


main()
