"""scan_truth.txt, read and written: what each server of scan_servers.py is.

    a server's name
        refused   SSL 3.0 (alert 40), TLS 1.2 (version 0x0301)
        TLS 1.0   server order: NAMES
        TLS 1.1   server order: = TLS 1.0
        groups    TLS 1.2: NAMES
        nameless  TLS 1.0, TLS 1.2
        nmap      TLS 1.3: what keeps nmap from seeing it

How a version is refused is what a hello with usual suites is told; an answer in an older
version is one way. "=" stands for the list of another version, of this or of another
server. Names are IANA's without "TLS_". What is neither accepted nor listed as refused was
refused, too: SSL 2.0. nameless and othername are the versions accepted without a name or
with somebody else's, where these differ. nmap says of which versions nmap cannot know, and
why.
"""

import re
import textwrap

import scan_prober

REFUSED_HOW = re.compile(r"((?:SSL|TLS) [\d.]+) \(([\w ]+)\)")
SSL2 = {code: name for code, name in scan_prober.SUITES2.items()}
GROUPS = {code: name for code, name in scan_prober.registry("groups.csv").items()}


def suite_name(code):
    return (SSL2.get(code) or scan_prober.SUITES[code]).removeprefix("TLS_") \
        if code in SSL2 or code in scan_prober.SUITES else f"{code:#06x}"


SUITE_CODES = {suite_name(code): code for code in [*scan_prober.SUITES, *SSL2]}
GROUP_CODES = {name: code for code, name in GROUPS.items()}


class Truth:
    """versions: name to (order, suites); refused: name to how; groups: name to a list."""

    def __init__(self):
        self.versions, self.refused, self.groups, self.odd = {}, {}, {}, {}
        self.nmap = ([], "")

    @staticmethod
    def of_probe(found):
        out = Truth()
        for version, one in found.items():
            if one["suites"]:
                out.versions[version] = (scan_prober.ORDERS[one["order"]], one["suites"])
                if one["groups"]:
                    out.groups[version] = one["groups"]
            elif version != "SSL 2.0":
                out.refused[version] = one["end"]
        return out


def write(truths):
    """Text of {server: Truth}."""
    text, known = "", {}
    for server, truth in truths.items():
        text += f"\n{server}\n"
        if truth.refused:
            text += entry("refused", ", ".join(
                f"{version} ({how})" for version, how in truth.refused.items()))
        for version, (order, suites) in truth.versions.items():
            key = (order if order != "client" else "", tuple(
                suites if order == "server" else sorted(suites)))
            where = known.setdefault(key, (server, version))
            same = where if where != (server, version) else None
            names = " ".join(suite_name(code) for code in key[1])
            if same:
                names = "= " + (f"{same[0]}: " if same[0] != server else "") + same[1]
            text += entry(version, f"{order} order: {names}")
        for version, groups in truth.groups.items():
            text += entry("groups", f"{version}: " + " ".join(GROUPS[g] for g in sorted(groups)))
        for kind, versions in truth.odd.items():
            text += entry(kind, ", ".join(versions) or "none")
        if truth.nmap[1]:
            text += entry("nmap", f"{', '.join(truth.nmap[0])}: {truth.nmap[1]}")
    return text


def entry(word, rest):
    """Folded, but not within the name of a version or a pair of brackets."""
    whole = re.sub(r"(?<=SSL|TLS) (?=\d)| (?=\()|(?<=alert|rsion) (?=\w)", "~", rest)
    return textwrap.fill(whole, 90, initial_indent=f"    {word:<10}",
                         subsequent_indent=" " * 14, break_on_hyphens=False,
                         break_long_words=False).replace("~", " ") + "\n"


def read(path):
    truths, name, word = {}, None, None
    unfolded = re.sub(r"\n {14}(?=\S)", " ", path.read_text(encoding="ascii"))
    for line in unfolded.splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            name = line
            truths[name] = Truth()
            continue
        word, rest = line[4:14].rstrip(), line[14:]
        read_entry(truths, name, word, rest)
    return truths


def read_entry(truths, name, word, rest):
    truth = truths[name]
    if word == "refused":
        truth.refused = dict(REFUSED_HOW.findall(rest))
    elif word == "groups":
        version, names = rest.split(": ")
        truth.groups[version] = [GROUP_CODES[n] for n in names.split()]
    elif word == "nmap":
        versions, why = rest.split(": ")
        truth.nmap = (versions.split(", "), why)
    elif word in ("nameless", "othername"):
        truth.odd[word] = [] if rest == "none" else rest.split(", ")
    else:
        order, _, names = rest.partition(" order: ")
        if names.startswith("= "):
            server, _, version = names[2:].rpartition(": ")
            suites = truths[server or name].versions[version][1]
        else:
            suites = [SUITE_CODES[n] for n in names.split()]
        truth.versions[word] = (order, suites)
