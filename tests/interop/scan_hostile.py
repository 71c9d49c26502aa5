#!/usr/bin/env python3
"""scan_hostile.py TLSUNSET [--only WORD] [--prove] [--peers] [--cuts N] [--jobs N]

`scan` against a real server (nginx, TLS 1.0 to 1.3) behind small proxies that each misbehave
in one way, and against servers that mean harm: scan_proxies.py. A row of CASES says what may
be found. For all of them: a version that is on is never "refused", one that is off never
"accepted", what is not known has a reason and the exit is not 0, time and memory are
bounded.

  --prove  asks no program of ours: shows that each proxy does what its row says, with a
           hello that passes and one that does not, by scan_prober.py
  --peers  shows what nmap and sslscan, where they are installed, make of each
  --cuts N of the answers that end after so many bytes, every N-th (16; 1 is all of them)
  --only WORD  cases whose name contains it

Exit: 0 as wanted, 1 not, 77 nginx is absent.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import Callable

import scan_prober
import scan_program
import scan_proxies as proxies
import scan_servers
from scan_servers import ROOT

SKIPPED = 77
ON = {"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"}  # of the real server
OFF = {"SSL 2.0", "SSL 3.0"}
KNOWN = {"accepted", "refused"}
SECONDS_MAX = 30   # for one target: nobody waits longer for a black hole
LIMITED_MAX = 200  # for one that answers now and then: it is waited for
MEGABYTES_MAX = 64
TIMEOUT = "3"      # seconds, of the program: proxies that say nothing are many
LATE_SECONDS = 1.2
EVERY_SUITE = [code for code in scan_prober.SUITES12]


@dataclasses.dataclass
class Case:
    name: str
    serve: Callable
    option: object = None
    nodes: str = "all"        # backends: "all" has every version, "new" from TLS 1.2
    right: tuple = ()         # versions that must be found accepted
    status: str = ""          # of the whole endpoint
    starts: str = ""          # first bytes, as quoted
    differ: bool = False      # nodes are seen to; None: may be
    several: bool = False     # it is told that they are several, if they do not differ
    on: frozenset = frozenset(ON)
    seconds: float = SECONDS_MAX
    passes: Callable = None   # hello that gets an answer, of a number of connections
    fails: Callable = None    # hello that does not


def short(version=0x301):
    return scan_prober.hello(version, [0xc013, 0xc014, 0x2f, 0x35], groups=[29, 23])


def sized(least, version=0x303):
    """A hello of at least so many bytes."""
    suites = [0xc013, 0x2f]
    octets = b""
    while len(octets) < least + 5:
        suites.append(EVERY_SUITE[len(suites)])
        octets = scan_prober.hello(version, suites)
    return octets


def with_suites(count):
    return scan_prober.hello(0x301, [0xc013, 0x2f, *EVERY_SUITE[:count - 3]])


ALL = tuple(sorted(ON))
HTTP = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>TLS, please</html>"
CASES = [
    Case("nothing in between", proxies.alternate, right=ALL, passes=short),
    Case("drops over 255 bytes", proxies.drop_long, 255, right=("TLS 1.0", "TLS 1.1", "TLS 1.2"),
         passes=short, fails=lambda: sized(256)),
    Case("drops over 512 bytes", proxies.drop_long, 512, right=ALL, passes=lambda: sized(400),
         fails=lambda: sized(513)),
    Case("resets over 512 bytes", proxies.reset_long, 512, right=ALL, passes=lambda: sized(400),
         fails=lambda: sized(513)),
    Case("refuses over 128 suites", proxies.refuse_many_suites, 128, right=ALL,
         passes=lambda: with_suites(128), fails=lambda: with_suites(129)),
    Case("refuses an empty session id", proxies.refuse_no_session_id, right=ALL,
         passes=lambda: scan_prober.hello(0x304, [0x1301]), fails=short),
    Case("resets at what is newer than 1.0", proxies.reset_new_versions, 0x301,
         right=("TLS 1.0",), on=frozenset({"TLS 1.0"}), passes=short,
         fails=lambda: short(0x303)),
    Case("resets instead of alerts", proxies.reset_for_alert, right=ALL, passes=short,
         fails=lambda: scan_prober.hello(0x301, [0x1301])),
    Case("closes instead of alerts", proxies.close_for_alert, right=ALL, passes=short,
         fails=lambda: scan_prober.hello(0x301, [0x1301])),
    Case("a byte a segment", proxies.drip, 0, right=ALL, passes=short),
    Case("a byte a second", proxies.drip, 1, passes=None, fails=short),
    Case("answers late", proxies.late, LATE_SECONDS, right=ALL, passes=short,
         seconds=90),  # one question a suite, one after the other
    Case("warns before the hello", proxies.warn_first, right=ALL, passes=short),
    Case("an edge that refuses later", proxies.edge, right=ALL, passes=short),
    Case("20 in 10 s, then resets", proxies.limit, "reset", right=("TLS 1.0",), passes=short,
         seconds=LIMITED_MAX),
    Case("20 in 10 s, then closes", proxies.limit, "close", right=("TLS 1.0",), passes=short,
         seconds=LIMITED_MAX),
    Case("20 in 10 s, then silence", proxies.limit, "silence", right=("TLS 1.0",), passes=short,
         seconds=LIMITED_MAX),
    Case("two nodes, 1.0 on one", proxies.alternate, nodes="all new", right=ALL, differ=True),
    Case("two nodes, the other first", proxies.alternate, nodes="new all", right=ALL, differ=True),
    Case("two nodes with keys of their own", proxies.alternate, nodes="all twin", right=ALL,
         several=True),
    Case("three nodes, 1.0 on one", proxies.alternate, nodes="new new all", right=ALL,
         differ=True),
    Case("dies after 4", proxies.dies, 4, passes=short, seconds=LIMITED_MAX),
    Case("dies after 12", proxies.dies, 12, passes=short, seconds=LIMITED_MAX),
    Case("resets each third", proxies.flaky, 3, right=ALL, differ=None, passes=short),
    Case("resets each second", proxies.flaky, 2, differ=None, seconds=LIMITED_MAX),
    *(Case(f"resets {share} of 100 at random", proxies.breaks, share, differ=None,
           seconds=LIMITED_MAX)
      for share in (10, 30, 50, 70, 90)),
    Case("answers HTTP", proxies.says, HTTP, status="not-tls", starts="HTTP/1.1 400",
         on=frozenset(), fails=short),
    Case("answers SMTP 421", proxies.says, b"421 4.7.0 too many connections\r\n", status="not-tls",
         starts="421 4.7.0", on=frozenset(), fails=short),
    Case("answers SSH", proxies.says, b"SSH-2.0-OpenSSH_9.2p1\r\n", status="not-tls",
         starts="SSH-2.0-OpenSSH", on=frozenset(), fails=short),
    Case("answers FTP", proxies.says, b"220 (vsFTPd 3.0.3)\r\n", status="not-tls",
         starts="220 (vsFTPd", on=frozenset(), fails=short),
    Case("echoes", proxies.echo, status="not-tls", on=frozenset(), fails=short),
    Case("never answers", proxies.silent, status="no-answer", on=frozenset(), fails=short),
    Case("closes at once", proxies.closing, on=frozenset(), fails=short),
    Case("closes after a hello", proxies.closing_later, on=frozenset(), fails=short),
    Case("resets after a hello", proxies.resetting, on=frozenset(), fails=short),
    Case("a message without end", proxies.endless, proxies.endless_message, on=frozenset()),
    Case("requests without end", proxies.endless, proxies.endless_requests, on=frozenset()),
    Case("warnings without end", proxies.endless, proxies.endless_warnings, on=frozenset()),
    Case("empty records without end", proxies.endless, proxies.endless_empty, on=frozenset()),
    Case("ccs without end", proxies.endless, proxies.endless_ccs, on=frozenset()),
    Case("data without end", proxies.endless, proxies.endless_data, on=frozenset()),
    Case("a certificate of 16 MB", proxies.certificate_16mb, on=frozenset(), seconds=120),
    Case("another wrong shape each time", proxies.any_shape, on=frozenset()),
] + [Case(f"shape: {name}", proxies.shape, make, on=frozenset())
     for name, make in proxies.wrong_shapes()]

# Answers of these are hellos of every version that is asked for, so "accepted" is no lie.
HELLO_IS_WHOLE = re.compile("end$|16 MB|shape")


def judge(case, answer, program_timeout=SECONDS_MAX):
    """What is wrong with an answer."""
    faults = []
    if answer.exit is None:
        return [f"it did not end within {answer.seconds:.0f} s"]
    if answer.exit < 0 or answer.exit > 3:
        faults.append(f"exit {answer.exit}: {answer.said[-300:]}")
    if answer.seconds > case.seconds:
        faults.append(f"{answer.seconds:.0f} s, over {case.seconds:.0f}")
    if answer.megabytes > MEGABYTES_MAX:
        faults.append(f"{answer.megabytes:.0f} MB, over {MEGABYTES_MAX}")
    endpoint = answer.one()
    if endpoint is None:
        return faults + [f"no endpoint: {answer.said[-300:]}"]
    return faults + judge_endpoint(case, endpoint) + judge_exit(endpoint, answer)


def judge_endpoint(case, endpoint):
    faults = []
    for version, found in endpoint["versions"].items():
        status = found["status"]
        if version in case.on and status == "refused":
            faults.append(f"FALSE ALL-CLEAR: {version} is on, told refused")
        if version in case.right and status != "accepted":
            faults.append(f"{version} is {status}: {found['reason']}")
        if status == "accepted" and version not in case.on and \
                not HELLO_IS_WHOLE.search(case.name):
            faults.append(f"{version} is off, told accepted")
        if status == "unknown" and not (found["reason"] or endpoint["reason"]):
            faults.append(f"{version} is unknown without a reason")
        if not case.on and status == "refused" and not HELLO_IS_WHOLE.search(case.name):
            faults.append(f"{version} refused by who answers nothing")
    if case.status and endpoint["status"] != case.status:
        faults.append(f"status {endpoint['status']}, not {case.status}: {endpoint['reason']}")
    if case.starts not in (endpoint["start"] or ""):
        faults.append(f"starts {endpoint['start']!r}, not {case.starts!r}")
    if case.differ not in (None, endpoint["nodes_differ"]) and (case.differ or case.on):
        faults.append(f"nodes_differ is {endpoint['nodes_differ']}: {endpoint['nodes_reason']}")
    if (case.differ or case.several) and not endpoint["nodes_reason"]:
        faults.append("nodes differ, or are several, without a reason")
    return faults


def judge_exit(endpoint, answer):
    left = [version for version, found in endpoint["versions"].items()
            if found["status"] not in KNOWN or found["suites_whole"] is False and
            found["status"] == "accepted"]
    if left and answer.exit == 0:
        return [f"exit 0, and {', '.join(left)} not known"]
    return []


# Proof that a proxy does what its row says.


def prove(case, port):
    faults = []
    for octets, wanted in ((case.passes, True), (case.fails, False)):
        if octets and answered(port, octets()) != wanted:
            faults.append(f"a hello that {'passes' if wanted else 'fails'} does not")
    if case.differ:
        # Twice as often as there are nodes: each was met.
        seen = {answered(port, short()) for _ in range(2 * len(case.nodes.split()))}
        if len(seen) == 1:
            faults.append("the nodes answer alike")
    if case.serve is proxies.limit:
        if all(answered(port, short()) for _ in range(21)):
            faults.append("it takes more than 20")
    return faults


def answered(port, octets):
    """Whether it gets a ServerHello within a while."""
    target = scan_prober.Target(proxies.HOST, port, patience=LATE_SECONDS + 1)
    try:
        with target.asked(octets) as stream:
            return any(kind == 2 for kind, _ in stream.messages())
    except (scan_prober.Refused, OSError):
        return False


def peers_say(port):
    """What others tell of TLS 1.0."""
    said = {}
    if shutil.which("sslscan"):
        out = run("sslscan", "--no-colour", "--no-heartbleed", "--timeout=3", f"127.0.0.1:{port}")
        found = re.search(r"TLSv1\.0\s+(\w+)", out)
        said["sslscan"] = found.group(1) if found else "nothing"
    if shutil.which("nmap"):
        out = run("nmap", "-n", "-Pn", "-p", str(port), "--script", "+ssl-enum-ciphers",
                  "127.0.0.1")
        said["nmap"] = "enabled" if "TLSv1.0:" in out else \
            "disabled" if "ssl-enum-ciphers" in out else "nothing"
    return said


def run(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, errors="replace",
                              timeout=120, check=False).stdout
    except subprocess.TimeoutExpired:
        return "stopped after 120 s"


# Many at once: the answer cut after each byte.


def cut_all(program, farm, backend, step):
    """Every place where the real answer to a TLS 1.2 hello can end."""
    ports = [farm.add(proxies.cut, [backend], size) for size in range(0, 3000, step)]
    # The proxies share one thread of Python, which is what takes the time.
    answer = scan_program.scan(
        program, *(f"127.0.0.1:{port}" for port in ports), "--starttls", "none", "--timeout",
        TIMEOUT, patience=scan_program.PATIENCE + len(ports))
    faults = [] if answer.exit is not None else ["it did not end"]
    if len(answer.endpoints) != len(ports):
        faults.append(f"{len(answer.endpoints)} endpoints of {len(ports)}: {answer.said[-300:]}")
    for endpoint in answer.endpoints:
        size = ports.index(endpoint["port"]) * step
        one = Case("cut", None, differ=None)  # so many at once are too many for nginx
        faults += [f"cut after {size}: {fault}" for fault in judge_endpoint(one, endpoint)]
    if answer.megabytes > MEGABYTES_MAX:
        faults.append(f"{answer.megabytes:.0f} MB")
    told("the answer ends at each byte", faults, answer)
    return faults


def told(name, faults, answer):
    print("\n".join([f"{'WRONG' if faults else 'ok   '} {name}: {answer.seconds:.1f} s,"
                     f" {answer.megabytes:.0f} MB, exit {answer.exit}",
                     *(f"      {fault}" for fault in faults[:20])]), flush=True)


@contextlib.contextmanager
def backends(lab):
    """Three nginx: every version, the same once more, and from TLS 1.2."""
    with contextlib.ExitStack() as stack:
        ports = {}
        for name, protocols in (("all", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
                                ("twin", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
                                ("new", "TLSv1.2 TLSv1.3")):
            server = scan_servers.nginx(name, protocols, "ssl_prefer_server_ciphers on;",
                                        "ssl_session_cache shared:s:1m;",
                                        "client_header_timeout 5s;",
                                        cipher="DEFAULT:@SECLEVEL=0")
            ports[name] = stack.enter_context(scan_servers.running(server, lab))[1]
        yield ports


def try_case(case, farm, ports, options):
    port = farm.add(case.serve, [ports[node] for node in case.nodes.split()], case.option)
    if options.prove or options.peers:
        faults = prove(case, port) if options.prove else []
        again = farm.add(case.serve, [ports[node] for node in case.nodes.split()], case.option)
        print(f"{'WRONG' if faults else 'ok   '} {case.name}",
              peers_say(again) if options.peers else "", *faults, flush=True)
        return faults
    answer = scan_program.scan(options.program, f"127.0.0.1:{port}", "--starttls", "none",
                               "--timeout", TIMEOUT)
    faults = judge(case, answer)
    told(case.name, faults, answer)
    return faults


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--only", default="")
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--jobs", type=int, default=6)  # most of them wait
    parser.add_argument("--cuts", type=int, default=16)
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    return options


def main():
    options = arguments()
    if not shutil.which("nginx"):
        print("skipped: absent: nginx")
        return SKIPPED
    wrong, tried = 0, 0
    with tempfile.TemporaryDirectory() as folder, proxies.Farm() as farm:
        os.chmod(folder, 0o755)
        with backends(scan_servers.make_lab(folder, ROOT / ".cache" / "lab")) as ports:
            wanted = [case for case in CASES if options.only in case.name]
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                for faults in pool.map(lambda c: try_case(c, farm, ports, options), wanted):
                    wrong += bool(faults)
                    tried += 1
            if not options.prove and not options.peers and options.only in "cut":
                wrong += bool(cut_all(options.program, farm, ports["all"], options.cuts))
                tried += 1
    print(f"{tried} cases, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
