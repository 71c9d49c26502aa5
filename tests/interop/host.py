#!/usr/bin/env python3
"""host.py TLSUNSET [--lab FOLDER] [--all] [--jobs N] [--rows FILE] [--seconds N] [--keep]
[SCENARIO...] - what `host` says of each stack here that can be asked, beside handshakes of programs
that share nothing with it (host_wire.py).

The machine is taken as it is, and under changed configurations: in mounts of its own, whose /etc
is a copy with other files in it. A few of these without --all. A scenario is chosen by its name's
start. --jobs has so many configurations tried at once.

Prints a table; --keep writes it to bench/RESULTS-HOST.md if it is whole. --rows goes on where a run
of the same program was ended; with --seconds none is begun after so many, and what is left is for
the next run. Exit: 0 all agree, 1 some do not, 75 some are left, 77 without openssl.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time

import host_running
import host_wire

SKIPPED = 77
LEFT = 75  # EX_TEMPFAIL
ROOT = pathlib.Path(__file__).resolve().parents[2]
CHAIN = ("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n")
CNF = "ssl/openssl.cnf"
GNUTLS = "gnutls/config"
JAVA = "java-17-openjdk/security/java.security"
ALLOWLIST = """[global]
override-mode = allowlist
[overrides]
secure-hash = SHA256
secure-hash = SHA384
secure-hash = SHA1
tls-enabled-mac = AEAD
tls-enabled-mac = SHA1
tls-enabled-mac = SHA256
tls-enabled-group = GROUP-X25519
tls-enabled-group = GROUP-SECP256R1
secure-sig = RSA-SHA256
secure-sig = RSA-SHA384
secure-sig = RSA-SHA1
secure-sig = RSA-PSS-RSAE-SHA256
secure-sig = RSA-PSS-RSAE-SHA384
enabled-curve = X25519
enabled-curve = SECP256R1
tls-enabled-cipher = AES-256-GCM
tls-enabled-cipher = AES-128-GCM
tls-enabled-cipher = AES-128-CBC
tls-enabled-cipher = AES-256-CBC
tls-enabled-kx = ECDHE-RSA
tls-enabled-kx = RSA
"""

# files: below /etc, their text, or what becomes of it. only: the stacks that are compared. quick:
# part of `make check`. node: a release of the lab in the place of /usr/bin/node. runs: the stack of
# a program that is built here, and runs while `host` looks. every: not one stack of a kind.
Scenario = collections.namedtuple("Scenario", "name only files env quick node runs every",
                                  defaults=({}, {}, False, None, None, False))


def policy(level, least):
    """openssl.cnf as crypto-policies writes its back-end, included from where Fedora does."""
    return {CNF: "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
                 ".include = /etc/crypto-policies/back-ends/opensslcnf.config\n",
            "crypto-policies/back-ends/opensslcnf.config":
                f"CipherString = @SECLEVEL={level}:kEECDH:kRSA:kEDH:kPSK:kDHEPSK:kECDHEPSK:kRSAPSK:"
                "-aDSS:-3DES:!DES:!RC4:!RC2:!IDEA:-SEED:!eNULL:!aNULL:!MD5:-SHA384:-CAMELLIA:-ARIA:"
                "-AESCCM8\nCiphersuites = TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256\n"
                f"TLS.MinProtocol = {least}\nTLS.MaxProtocol = TLSv1.3\n"
                "DTLS.MinProtocol = DTLSv1.2\nDTLS.MaxProtocol = DTLSv1.2\n"
                "[openssl_init]\nalg_section = evp_properties\n[evp_properties]\n",
            "crypto-policies/config": "DEFAULT\n"}


def without_old(text):
    """java.security whose list no longer has TLSv1 and TLSv1.1."""
    return re.sub(r"(jdk\.tls\.disabledAlgorithms=.*?)TLSv1, TLSv1\.1, ", r"\1", text, flags=re.S)


OPENSSLS = ("openssl", "curl", "python")
SCENARIOS = [
    Scenario("as it is", None, quick=True),
    Scenario("as it is: each Java", ("java",), every=True),
    Scenario("as it is: each Python, pyenv's too", ("python",), every=True),
    Scenario("openssl.cnf: MinProtocol = TLSv1.2", OPENSSLS + ("node",),
             {CNF: CHAIN + "MinProtocol = TLSv1.2\n"}),
    Scenario("openssl.cnf: MinProtocol = TLSv1.3", OPENSSLS,
             {CNF: CHAIN + "MinProtocol = TLSv1.3\n"}),
    Scenario("openssl.cnf: MaxProtocol = TLSv1.2", OPENSSLS,
             {CNF: CHAIN + "MaxProtocol = TLSv1.2\n"}),
    Scenario("openssl.cnf: Protocol = ALL, -TLSv1.3", OPENSSLS,
             {CNF: CHAIN + "Protocol = ALL, -TLSv1.3\n"}),
    Scenario("openssl.cnf: DEFAULT@SECLEVEL=0", OPENSSLS,
             {CNF: CHAIN + "CipherString = DEFAULT@SECLEVEL=0\n"}, quick=True),
    Scenario("openssl.cnf: DEFAULT@SECLEVEL=3", OPENSSLS,
             {CNF: CHAIN + "CipherString = DEFAULT@SECLEVEL=3\n"}),
    Scenario("OPENSSL_CONF: MinProtocol = TLSv1.2", OPENSSLS,
             {"other.cnf": CHAIN + "MinProtocol = TLSv1.2\n"}, {"OPENSSL_CONF": "/etc/other.cnf"}),
    Scenario("crypto-policies' opensslcnf of DEFAULT", OPENSSLS, policy(2, "TLSv1.2")),
    Scenario("crypto-policies' opensslcnf of LEGACY", OPENSSLS, policy(1, "TLSv1")),
    Scenario("crypto-policies' opensslcnf of FUTURE", OPENSSLS, policy(3, "TLSv1.2")),
    Scenario("gnutls/config: tls1.0 and tls1.1 disabled", ("gnutls", "wget"),
             {GNUTLS: "[overrides]\ndisabled-version = tls1.0\ndisabled-version = tls1.1 # old\n"},
             quick=True),
    Scenario("gnutls/config: default-priority-string", ("gnutls", "wget"),
             {GNUTLS: "[overrides]\ndefault-priority-string = NORMAL:-VERS-ALL:+VERS-TLS1.2\n"}),
    Scenario("gnutls/config: SYSTEM, for who asks for it", ("gnutls", "wget"),
             {GNUTLS: "[priorities]\nSYSTEM = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n"}),
    Scenario("gnutls/config: allowlist of TLS 1.2 and 1.3", ("gnutls", "wget"),
             {GNUTLS: ALLOWLIST + "enabled-version = TLS1.3\nenabled-version = TLS1.2\n"}),
    Scenario("GNUTLS_SYSTEM_PRIORITY_FILE: tls1.0 disabled", ("gnutls", "wget"),
             {"other": "[overrides]\ndisabled-version = tls1.0\n"},
             {"GNUTLS_SYSTEM_PRIORITY_FILE": "/etc/other"}),
    Scenario("crypto-policies' gnutls.config, which Debian's does not read", ("gnutls", "wget"),
             {"crypto-policies/back-ends/gnutls.config":
              "[overrides]\ndisabled-version = tls1.0\ndisabled-version = tls1.1\n"}),
    Scenario("crypto-policies' nss.config, which Debian's does not read", ("nss",),
             {"crypto-policies/back-ends/nss.config":
              'library=\nname=Policy\nNSS=flags=policyOnly,moduleDB\n'
              'config="disallow=ALL allow=tls-version-min=tls1.3:dtls-version-min=dtls1.2"\n'}),
    Scenario("wgetrc: secureprotocol = TLSv1_2", ("wget",),
             {"wgetrc": lambda text: text + "secureprotocol = TLSv1_2\n"}),
    Scenario("java.security without TLSv1 and TLSv1.1", ("java",), {JAVA: without_old}),
    Scenario("JAVA_TOOL_OPTIONS: jdk.tls.client.protocols", ("java",), {},
             {"JAVA_TOOL_OPTIONS": "-Djdk.tls.client.protocols=TLSv1.2 "
                                   "-Djdk.tls.server.protocols=TLSv1.3"}),
    Scenario("JAVA_TOOL_OPTIONS: java.security.properties", ("java",),
             {"other": "jdk.tls.disabledAlgorithms=SSLv3, RC4, DES, NULL, anon\n"},
             {"JAVA_TOOL_OPTIONS": "-Djava.security.properties=/etc/other"}),
    Scenario("NODE_OPTIONS: --tls-min-v1.0", ("node",), {}, {"NODE_OPTIONS": "--tls-min-v1.0"}),
    Scenario("NODE_OPTIONS: --tls-max-v1.2", ("node",), {}, {"NODE_OPTIONS": "--tls-max-v1.2"}),
    Scenario("NODE_OPTIONS: --tls-min-v1.3", ("node",), {}, {"NODE_OPTIONS": "--tls-min-v1.3"}),
    Scenario("a program of Go that runs", ("go",), runs="go"),
    Scenario("GODEBUG: tls10server=1, of a program of Go that runs", ("go",), {},
             {"GODEBUG": "tls10server=1"}, runs="go"),
    Scenario("a program of rustls that runs", ("rustls",), runs="rustls"),
] + [Scenario(f"Node.js {release}", ("node",), node=release) for release in (
    "0.10.48", "0.12.18", "4.9.1", "8.17.0", "10.24.1", "12.22.12", "16.20.2", "18.20.8",
    "24.18.0")]


def changed(scenario, work, lab):
    """In mounts of our own: a copy of /etc with other files in it, over /etc."""
    etc = f"{work}/etc"
    subprocess.run(["cp", "-a", "/etc", etc], check=True)
    os.chmod(etc, 0o755)
    for name, text in scenario.files.items():
        path = pathlib.Path(etc, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(text):
            text = text(path.read_text(encoding="utf-8"))
        path.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8")
    subprocess.run(["mount", "--bind", etc, "/etc"], check=True)
    if scenario.node:
        program = pathlib.Path(lab, f"node-{scenario.node}/bin/run").resolve()
        subprocess.run(["mount", "--bind", str(program),
                        str(pathlib.Path("/usr/bin/node").resolve())], check=True)


def lacks(scenario, lab):
    """Why a scenario cannot be had here, or None."""
    if scenario.node and not pathlib.Path(lab or "/none", f"node-{scenario.node}/bin/run").exists():
        return f"no node-{scenario.node} in the lab"
    if scenario.node and not os.path.exists("/usr/bin/node"):
        return "no /usr/bin/node"
    if scenario.runs and host_running.lacks(scenario.runs):
        return host_running.lacks(scenario.runs)
    for name, text in scenario.files.items():
        if callable(text) and not os.path.exists(f"/etc/{name}"):
            return f"no /etc/{name}"
    return None


def ordered(versions):
    return [v for v in host_wire.VERSIONS if v in versions]


def said_of(side):
    """What `host` says: on, and perhaps on; None: nothing."""
    if side is None or side["versions"] is None:
        return None
    return ordered(side["versions"]["on"]), ordered(side["versions"]["maybe"])


def compare(scenario, stack, name, found, peers):
    said = said_of(stack[name])
    missing = () if peers.ssl3 else ("SSL 3.0",)
    agrees = said is not None and all(
        version in said[1] or version in missing or (version in said[0]) == (version in found)
        for version in host_wire.VERSIONS)
    derived = [why.split(": ", 1)[1] for why in stack[name]["why"] if "not borne out" in why]
    return {"scenario": scenario.name, "stack": stack["title"], "release": stack["release"] or "",
            "side": name, "known": stack[name]["known"], "on": said and said[0],
            "maybe": said and said[1], "wire": found, "derived": derived[0] if derived else "",
            "verdict": "agrees" if agrees else "DIFFERS"}


def without_homes(scenario):
    """Words before a command that does not see what lies in root's home: pyenv's are many."""
    words = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /root && exec "$@"', "sh"]
    if scenario.every or subprocess.run([*words, "true"], capture_output=True,
                                        check=False).returncode != 0:
        return []
    return words


def measured(scenario, tlsunset, work, lab):
    """Rows of a scenario, in this process' mounts."""
    environment = dict(os.environ, **scenario.env)
    if not scenario.every:
        environment["HOME"] = work  # and what lies in the user's own is not looked for
    words = without_homes(scenario)
    peers = host_wire.Peers(work, lab)
    if scenario.files or scenario.node:
        changed(scenario, work, lab)
    only = ["--stack", ",".join(scenario.only)] if scenario.only else []
    program, seen = None, set()
    with contextlib.ExitStack() as running:
        if scenario.runs:
            program = host_running.program_of(scenario.runs, lab)
            running.enter_context(host_wire.Served(
                host_wire.server_words({"stack": scenario.runs, "path": program}, peers),
                environment))
        done = subprocess.run([*words, tlsunset, "host", "--output", "json", *only], check=True,
                              capture_output=True, text=True, env=environment)
    for stack in json.loads(done.stdout)["stacks"]:
        if program not in (None, stack["path"]) or (stack["stack"] in seen and not scenario.every):
            continue
        if program is None and (stack["of"] or "").startswith("in "):
            continue  # of a process that has settings of its own, whosever it is
        client = host_wire.client_words(stack, peers)
        if stack["client"] and host_wire.is_there(client):
            seen.add(stack["stack"])
            yield compare(scenario, stack, "client", peers.completes(client, environment), peers)
        server = host_wire.server_words(stack, peers)
        if stack["server"] and host_wire.is_there(server):
            seen.add(stack["stack"])
            with host_wire.Served(server, environment) as port:
                by_hello, by_client = host_wire.accepts(port)
            row = compare(scenario, stack, "server", by_hello, peers)
            if [v for v in by_hello if v != "SSL 3.0"] != by_client:
                row["verdict"] = "DIFFERS"
                row["derived"] += f" (s_client: {', '.join(by_client)})"
            yield row
    peers.end()


def inside(options):
    """One scenario, alone in mounts and a network; a line of JSON a row."""
    scenario = next(s for s in SCENARIOS if s.name == options.inside)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=False)
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)
        for row in measured(scenario, options.tlsunset, work, options.lab):
            print(json.dumps(row), flush=True)
        if scenario.files or scenario.node:
            subprocess.run(["umount", "-l", "/etc"], check=False)
    return 0


def alone():
    """The words that give a process mounts and a network of its own; None: they cannot be had."""
    for words in (["unshare", "--mount", "--net"],
                  ["unshare", "--map-root-user", "--mount", "--net"]):
        if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
            return words
    return None


class Rows:
    """Rows of the runs before, of this very program; they are not asked for again."""

    def __init__(self, options):
        build = hashlib.sha256(pathlib.Path(options.tlsunset).read_bytes()).hexdigest()[:16]
        self.mark = {"build": build}
        self.path = pathlib.Path(options.rows) if options.rows else None
        lines = self.path.read_text(encoding="utf-8").splitlines() \
            if self.path and self.path.exists() else []
        rows = [json.loads(line) for line in lines]
        self.rows = [row for row in rows if self.mark.items() <= row.items()]
        if len(self.rows) < len(rows):
            print(f"{len(rows) - len(self.rows)} rows are of another program, and not taken")

    def of(self, scenario):
        return [row for row in self.rows if row["scenario"] == scenario.name]

    def keep(self, rows):
        if self.path and all(row["verdict"] == "agrees" for row in rows):
            with self.path.open("a", encoding="utf-8") as out:
                out.writelines(json.dumps(row | self.mark) + "\n" for row in rows)


def asked(scenario, options, words):
    """A row a side, of a process of its own."""
    begun = time.monotonic()
    done = subprocess.run([*words, sys.executable, __file__, options.tlsunset, "--lab",
                           options.lab, "--inside", scenario.name], capture_output=True, text=True,
                          check=False)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or not rows:
        rows.append({"scenario": scenario.name, "stack": "?", "release": "", "side": "",
                     "known": "", "on": None, "maybe": None, "wire": [],
                     "derived": done.stderr[-400:], "verdict": "FAILED"})
    print(f"{time.monotonic() - begun:6.1f} s  {scenario.name}", flush=True)
    return rows


def short(versions):
    return " ".join(v.replace("TLS ", "").replace("SSL 3.0", "SSL3") for v in versions) or "none"


def cells(row):
    on = "unknown" if row["on"] is None else short(row["on"])
    if row["maybe"]:
        on += f" (perhaps {short(row['maybe'])})"
    return [row["scenario"], f"{row['stack']} {row['release']}".strip(), row["side"],
            row["known"], on, short(row["wire"]), row["verdict"],
            row["derived"].replace("|", "/").replace("\n", " ")]


HEADS = ("configuration", "stack", "side", "known", "`host` says", "the wire", "",
         "derived, and not borne out")


def table(rows):
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    return lines + ["| " + " | ".join(cells(row)) + " |" for row in rows]


def keep(rows, skipped, build):
    system = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    pretty = re.search(r'PRETTY_NAME="(.*)"', system)
    agree = sum(row["verdict"] == "agrees" for row in rows)
    asked_of = [row for row in rows if row["known"] == "asked"]
    borne_out = sum(row["derived"] == "" for row in asked_of)
    names = dict.fromkeys(row["scenario"] for row in rows)
    text = ["# What `host` says, beside the wire", "",
            "Written by `tests/interop/host.py build/tlsunset --lab .cache/lab --all --keep`. "
            "Clients were let at", "servers of one version each (OpenSSL's s_server; SSL 3.0 by "
            "the OpenSSL 1.0.1 of Node.js 0.10); servers", "were sent hellos of one version each, "
            "and s_client. Under a changed configuration /etc is a copy, in", "mounts of its own. "
            "Programs of Go and of rustls were built of Debian's packages "
            "(`tools/packages/host.txt`)", "and ran while `host` looked; NSS was called by its "
            "functions, since its own programs set a range. Debian", "has no .NET: that is only "
            "derived.", "", f"- {time.strftime('%Y-%m-%d', time.gmtime())}, "
            f"{pretty.group(1) if pretty else '?'}, Linux {platform.release()}; all rows of one "
            f"program (SHA-256 {build}...)",
            f"- {len(names)} configurations, {len(rows)} sides of stacks, {agree} agree; of the "
            f"{len(asked_of)} that were asked {borne_out} were derived the same before",
            *[f"- not tried: {name}: {why}" for name, why in skipped], ""]
    (ROOT / "bench/RESULTS-HOST.md").write_text("\n".join(text + table(rows)) + "\n",
                                                encoding="utf-8")


def chosen(options, words):
    """The scenarios that are wanted; and those that cannot be had, with the reason."""
    wanted, skipped = [], []
    for scenario in SCENARIOS:
        if options.scenarios and not scenario.name.startswith(tuple(options.scenarios)):
            continue
        if not (options.scenarios or options.all or scenario.quick):
            continue
        why = lacks(scenario, options.lab)
        if words is None and (scenario.files or scenario.node):
            why = "no mounts of one's own can be had"
        if why:
            skipped.append((scenario.name, why))
            print(f"skipped  {scenario.name}: {why}", flush=True)
        else:
            wanted.append(scenario)
    return wanted, skipped


def tried(wanted, options, words, before):
    """All rows, in the scenarios' order; and how many scenarios are left for another run."""
    end = time.monotonic() + (options.seconds or float("inf"))

    def rows_of(scenario):
        rows = before.of(scenario)
        if not rows and time.monotonic() < end:
            rows = asked(scenario, options, words or [])
            before.keep(rows)
        return rows

    # Without a network of its own a scenario would meet another's servers.
    with concurrent.futures.ThreadPoolExecutor(options.jobs if words else 1) as jobs:
        found = list(jobs.map(rows_of, wanted))
    return [row for rows in found for row in rows], found.count([])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tlsunset")
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--lab", default=str(ROOT / ".cache/lab"))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rows")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--inside")
    options = parser.parse_intermixed_args()
    options.tlsunset, options.lab = os.path.abspath(options.tlsunset), os.path.abspath(options.lab)
    if options.inside:
        return inside(options)
    if shutil.which("openssl") is None:
        print("openssl is not installed")
        return SKIPPED
    words = alone()
    wanted, skipped = chosen(options, words)
    before = Rows(options)
    rows, left = tried(wanted, options, words, before)
    for row in rows:
        print("  ".join(cells(row)))
    failed = sum(row["verdict"] != "agrees" for row in rows)
    print(f"{len(rows)} compared, {failed} differ, {left} configurations left, "
          f"{len(skipped)} skipped")
    if left:
        return LEFT
    if options.keep and options.all:
        keep(rows, skipped, before.mark["build"])
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
