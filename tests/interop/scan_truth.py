#!/usr/bin/env python3
"""scan_truth.py TLSUNSET [--all] [--observe] [--nmap] [--only WORD]...

Real servers, each configured in scan_servers.py, and what each is: scan_truth.txt. A server
is asked by scan_prober.py, which shares nothing with the program, and by the program; with
--all by nmap too. All must find what is written: a prober or an nmap that differs means that
the table, or its server, is wrong; the program may then be right.

  --all        with the stacks that tools/lab-fetch fetches, and nmap; else what Debian has
  --observe    prints the table as the prober finds it, and asks nobody else but nmap; what
               it was not asked to look at stays as it was
  --only WORD  servers whose name contains it

What is absent is left out by name. Exit: 0 no difference, 1 some, 77 nothing could be run.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import scan_program
import scan_prober
import scan_servers
import scan_table
from scan_servers import ROOT

SKIPPED = 77
TABLE = pathlib.Path(__file__).with_suffix(".txt")
NMAP_VERSIONS = {"SSLv3": "SSL 3.0", "TLSv1.0": "TLS 1.0", "TLSv1.1": "TLS 1.1",
                 "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3"}
ALERTS = scan_prober.registry("alerts.csv")
OTHER_NAME = "nobody.invalid"


def asked_by_prober(server, at):
    """A Truth, and what makes it none: an end that is no refusal."""
    target = scan_prober.Target(*at, server.asked_name or None, server.starttls or None)
    found = scan_prober.probe(target)
    truth = scan_table.Truth.of_probe(found)
    for word, name in (("nameless", None), ("othername", OTHER_NAME)):
        target.name = name
        odd = [version for version, one in truth.versions.items()
               if takes(target, version, one[1])]
        odd += [version for version in truth.refused
                if takes(target, version, scan_prober.USUAL[version])]
        odd.sort()
        if odd != list(truth.versions):
            truth.odd[word] = odd
    doubts = [f"{version} ended by {one['end']}" for version, one in found.items()
              if one["end"] and one["end"].split()[0] not in ("alert", "close", "reset", "version",
                                                             "all")]
    return truth, doubts


def takes(target, version, suites):
    if version == "SSL 2.0":
        return True  # it has no names
    code = scan_prober.VERSIONS[version]
    # A HelloRetryRequest comes before a certificate is looked for, so a share is sent.
    share = scan_prober.x25519_share() if code == 0x304 else b""
    try:
        return target.answer(code, suites[:60], share=share)[0] == code
    except scan_prober.Refused:
        return False


def asked_by_nmap(server, at):
    """{version: set of names}, without SSL 2.0, and the TLS 1.3 names that nmap made up."""
    done = subprocess.run(
        ["nmap", "-n", "-Pn", "-p", str(at[1]), "--script", "+ssl-enum-ciphers", "--script-args",
         f"tls.servername={server.asked_name}", "-oX", "-", at[0]],
        check=True, capture_output=True, text=True).stdout
    out = {}
    for table in xml.etree.ElementTree.fromstring(done).iter("table"):
        if table.get("key") in NMAP_VERSIONS:
            out[NMAP_VERSIONS[table.get("key")]] = {
                name.text.removeprefix("TLS_").replace("AKE_WITH_", "")
                for name in table.iterfind("table[@key='ciphers']/table/elem[@key='name']")}
    return out


def asked_by_program(program, server, at):
    return scan_program.scan(
        program, f"{at[0]}:{at[1]}", "--starttls", server.starttls or "none",
        *(["--server-name", server.asked_name] if server.asked_name else []))


def differ(what, ours, wanted):
    if ours == wanted:
        return []
    if isinstance(ours, list) and isinstance(wanted, list) and set(ours) != set(wanted):
        more, less = sorted(set(ours) - set(wanted)), sorted(set(wanted) - set(ours))
        return [f"{what}: " + "; ".join(
            [f"too many: {' '.join(map(str, more))}"] * bool(more) +
            [f"missing: {' '.join(map(str, less))}"] * bool(less))]
    return [f"{what}: {ours}, not {wanted}"]


def names(suites):
    return [scan_table.suite_name(code) for code in suites]


def compare_truth(found, wanted):
    """The prober's Truth with the table's."""
    faults = differ("versions", list(found.versions), list(wanted.versions))
    for version, (order, suites) in wanted.versions.items():
        if version in found.versions:
            got_order, got = found.versions[version]
            faults += differ(f"{version} order", got_order, order)
            faults += differ(version, sorted(names(got)), sorted(names(suites))) or (
                differ(version, names(got), names(suites)) if order == "server" else [])
    for version in {*found.groups, *wanted.groups}:
        faults += differ(f"groups of {version}", sorted(found.groups.get(version, [])),
                         sorted(wanted.groups.get(version, [])))
    for version, how in wanted.refused.items():
        faults += differ(f"{version} refused", found.refused.get(version), how)
    for word in {*found.odd, *wanted.odd}:
        faults += differ(word, found.odd.get(word), wanted.odd.get(word))
    return faults


LIBRARY_VERSIONS = {"TLS 1.0": "-tls1", "TLS 1.1": "-tls1_1", "TLS 1.2": "-tls1_2"}


def library_differs(server, wanted):
    """The table with what OpenSSL itself says of the server's cipher string."""
    if not server.library:
        return []
    cipher, auths, exchanges = server.library
    faults = []
    for version, option in LIBRARY_VERSIONS.items():
        if version not in wanted.versions:
            continue
        listed = subprocess.run(
            ["openssl", "ciphers", "-s", option, "-v", "-stdname", cipher], check=True,
            capture_output=True, text=True).stdout
        those = [line.split()[0].removeprefix("TLS_") for line in listed.splitlines()
                 if {f"Au={auth}" for auth in auths} & set(line.split()) and
                 {f"Kx={kx}" for kx in exchanges} & set(line.split())]
        faults += [f"openssl ciphers: {fault}" for fault in differ(
            version, sorted(names(wanted.versions[version][1])), sorted(those))]
    return faults


def compare_nmap(found, wanted):
    """But for what the table says that nmap cannot know, and why."""
    faults = []
    for version in NMAP_VERSIONS.values():
        if version in wanted.nmap[0]:
            continue
        want = names(wanted.versions.get(version, ("", []))[1])
        faults += differ(version, sorted(found.get(version, ())), sorted(want))
    return faults


def compare_program(out, wanted):
    faults = differ("nodes_reason", out["nodes_reason"], None)
    for version in scan_prober.VERSIONS:
        told = out["versions"].get(version, {"status": "not told"})
        accepted = wanted.versions.get(version)
        faults += differ(f"{version} status", told["status"],
                         "accepted" if accepted else "refused")
        if told["status"] == "accepted" and accepted:
            faults += compare_version(version, told, accepted, wanted.groups.get(version, []))
        elif told["status"] == "refused" and version in wanted.refused:
            how = wanted.refused[version]
            alert = ALERTS[int(how.split()[1])] if how.startswith("alert") else None
            if not how.startswith("version"):
                faults += differ(f"{version} alert", told["alert"], alert)
    return faults


def compare_version(version, told, accepted, groups):
    order, suites = accepted
    got = [name.removeprefix("TLS_") for name in told["suites"] or ()]
    faults = differ(f"{version} suites", sorted(got), sorted(names(suites)))
    if order != "any":
        faults += differ(f"{version} order", told.get("order"), order)
    if order == "server" and not faults:
        faults += differ(f"{version} suites in order", got, names(suites))
    if groups:
        ours = [name for name in told["groups"] or () if version == "TLS 1.3" or
                not name.startswith("ffdhe")]
        faults += differ(f"{version} groups", sorted(ours),
                         sorted(scan_table.GROUPS[group] for group in groups))
    return faults


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--observe", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    return options


def chosen(options, lab):
    for server in scan_servers.every():
        if not (options.all or server.name in scan_servers.QUICK or options.only):
            continue
        if options.only and not any(word in server.name for word in options.only):
            continue
        missing = server.missing(lab)
        if missing:
            print(f"left out: {server.name}: absent: {', '.join(missing)}", flush=True)
            continue
        yield server


def observe(server, lab, truths):
    """Puts what it is found to be into truths."""
    with scan_servers.running(server, lab) as at:
        found, doubts = asked_by_prober(server, at)
        found.nmap = truths[server.name].nmap if server.name in truths else found.nmap
        truths[server.name] = found
        return [f"prober: {fault}" for fault in doubts] + library_differs(server, found) + [
            f"nmap: {fault}" for fault in compare_nmap(asked_by_nmap(server, at), found)]


def hold(server, options, lab, truths):
    """What differs from the table."""
    with scan_servers.running(server, lab) as at:
        found, doubts = asked_by_prober(server, at)
        wanted = truths[server.name]
        faults = library_differs(server, wanted)
        faults += [f"prober: {fault}" for fault in doubts + compare_truth(found, wanted)]
        if options.all:
            faults += [f"nmap: {f}" for f in compare_nmap(asked_by_nmap(server, at), wanted)]
        answer = asked_by_program(options.program, server, at)
        out = answer.one()
        faults += [f"scan: {f}" for f in (
            compare_program(out, wanted) if out else [f"exit {answer.exit}: {answer.said}"])]
        cost = f"{out['connections']} connections, {answer.seconds:.2f} s" if out else ""
        print(f"{'differs' if faults else 'ok     '} {server.name}  {cost}", flush=True)
        return faults


def main():
    options = arguments()
    scan_servers.enter_namespace()
    truths = scan_table.read(TABLE) if TABLE.exists() else {}
    held, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        lab = scan_servers.make_lab(folder, ROOT / ".cache" / "lab")
        for server in chosen(options, lab):
            try:
                faults = observe(server, lab, truths) if options.observe else \
                    hold(server, options, lab, truths)
            except (OSError, subprocess.SubprocessError) as error:
                faults = [f"could not be run: {error}"]
            for fault in faults:
                print(f"    {server.name}: {fault}", flush=True, file=sys.stderr)
            held += 1
            wrong += bool(faults)
    if options.observe:
        order = [server.name for server in scan_servers.every()]
        print(scan_table.write({name: truths[name] for name in order if name in truths}))
        return 0
    print(f"{held} servers, {wrong} with differences")
    return 1 if wrong else 0 if held else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
