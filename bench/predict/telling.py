"""Compares predictions with answers, and tells of both: tables and lines."""

import datetime
import os
import pathlib
import platform
import sqlite3
import subprocess

import code_names as names
import server_profile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGET_OPENSSL, TARGET_OTHERS = 100.0, 99.5
OPENSSL = ("openssl-1.0.1", "openssl-1.0.2", "openssl-1.1.1", "openssl-3.0",
           "openssl-3.5", "haproxy")
COMPARED = ("outcome", "version", "cipher", "group", "retried")
FINITE = {256: 2048, 257: 3072, 258: 4096, 259: 6144, 260: 8192}


def comparable(answer):
    """What counts of an answer: if refused, no more than that."""
    outcome = {"alert": "refused", "closed": "refused"}.get(
        answer["outcome"], answer["outcome"])
    if outcome != "completes":
        return {"outcome": outcome}
    out = {key: answer[key] for key in COMPARED}
    if out["version"] < server_profile.TLS13 and FINITE.get(out["group"]):
        out["group"] = -FINITE[out["group"]]  # on the wire its bits are told alone
    if out["version"] == 0x0002:
        return {"outcome": outcome, "version": 0x0002}
    return out


def differs(real, predicted):
    """Names of what differs."""
    a, b = comparable(real), comparable(predicted)
    return [key for key in a.keys() | b.keys() if a.get(key) != b.get(key)]


def told(answer):
    parts = [answer["outcome"]]
    if answer["alert"] >= 0:
        parts.append(names.name("alerts", answer["alert"]))
    if answer.get("refusal", "-") != "-":
        parts.append(f"({answer['refusal']})")
    if answer["outcome"] == "completes":
        parts.append(names.name("versions", answer["version"]))
        parts.append(names.name("cipher_suites", answer["cipher"]))
        if answer["group"] != -1:
            parts.append(names.name("groups", answer["group"]) if answer["group"] >= 0
                         else f"DH {-answer['group']}")
        if answer["retried"]:
            parts.append("retried")
    return " ".join(parts)


class Tally:
    def __init__(self):
        self.policies = set()
        self.compared = self.different = 0
        self.refusals = self.alerts_alike = 0
        self.schemes = self.schemes_alike = 0

    def add(self, real, predicted, different):
        self.compared += 1
        self.different += bool(different)
        if real["outcome"] == "alert" and real["alert"] >= 0 and not different:
            self.refusals += 1
            self.alerts_alike += real["alert"] == predicted["alert"]
        if real["scheme"] >= 0 and predicted["scheme"] >= 0:
            self.schemes += 1
            self.schemes_alike += real["scheme"] == predicted["scheme"]

    def percent(self):
        return 100 * (1 - self.different / self.compared)


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def table(tallies, hello_count):
    lines = ["| server | stack | certificate | policies | compared | different | agree "
             "| alert alike | scheme alike |", "|---|---|---|--:|--:|--:|--:|--:|--:|"]
    for (server, stack, certificate), t in tallies.items():
        lines.append(
            f"| {server} | {stack} | {certificate} | {len(t.policies)} | {t.compared:,} "
            f"| {t.different} | {t.percent():.2f} % | {share(t.alerts_alike, t.refusals)} "
            f"| {share(t.schemes_alike, t.schemes)} |")
    total, bad = sum(t.compared for t in tallies.values()), \
        sum(t.different for t in tallies.values())
    lines.append(f"\n{hello_count} hellos, {total:,} comparisons, {bad} differences.")
    return "\n".join(lines) + "\n"


KEPT = """# Predictions against real servers

Written by `bench/predict-accuracy --keep`; bench/README.md says how it is done.

- {date}, {machine}, {cores} cores, Linux {kernel}
- {versions}
- {hellos} distinct hellos over TCP ({offers}), {policies} policies of data/policy
- {verdict}

{table}
## Differences

{differences}"""


def versions():
    """Of what Debian installed; Node's stand in the table."""
    asked = (["openssl", "version"], ["nginx", "-v"], ["haproxy", "-v"],
             ["gnutls-serv", "--version"], ["caddy", "version"], ["java", "-version"])
    said = []
    for command in asked:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            continue
        line = (done.stdout + done.stderr).splitlines()[0]
        said.append(f"caddy {line}" if command[0] == "caddy" else line.split(" - ")[0])
    return "; ".join(said)


def offers(store):
    """How many hellos offer which version at most."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as opened:
        rows = opened.execute("SELECT max_version, count(*) FROM hello WHERE format < 2 "
                              "GROUP BY max_version ORDER BY max_version")
        return ", ".join(f"{count} up to {names.name('versions', version)}"
                         for version, count in rows)


def keep(found, policy_count, store, hellos, tallies, text):
    lines = ["None.\n"] if not found else ["```\n", *(f"{line}\n" for line in found), "```\n"]
    (ROOT / "bench/PREDICT.md").write_text(KEPT.format(
        date=datetime.date.today(), machine=machine(), cores=os.cpu_count(),
        kernel=platform.release(), versions=versions(), hellos=len(hellos),
        offers=offers(store), policies=policy_count, table=text,
        verdict="as wanted: 100 % where OpenSSL decides, 99.5 % elsewhere"
        if meets(tallies) else "NOT as wanted (100 % where OpenSSL decides, 99.5 % elsewhere)",
        differences="".join(lines)))


def machine():
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return models[0] if models else platform.machine()


def meets(tallies):
    return all(t.percent() >= (TARGET_OPENSSL if stack in OPENSSL else TARGET_OTHERS)
               for (_, stack, _), t in tallies.items())
