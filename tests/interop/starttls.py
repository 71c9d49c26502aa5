#!/usr/bin/env python3
"""starttls.py TLSUNSET [WORD] - each dialogue that leads to TLS, with its real server.

A server is asked as the port tells, as another dialogue than its own, and where the port
tells nothing: through a forwarder. What it accepts is what OpenSSL's client agrees on, where
that knows the dialogue. A server that is not installed is skipped by name. SQL Server is a
stub of the lab, with OpenSSL behind it. They are tried side by side, for they take their time
to start and where they do not answer.

Exit: 0 as wanted, 1 not, 77 nothing is installed.
"""

import concurrent.futures
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

import scan_program
import scan_servers
from scan_servers import ROOT, Server, lab_server, servers

import peers  # of tools/lab, by scan_servers

SKIPPED = 77
AT_ONCE = 4
VERSIONS = {"TLS 1.0": "-tls1", "TLS 1.1": "-tls1_1", "TLS 1.2": "-tls1_2", "TLS 1.3": "-tls1_3"}
NAME = "chat.example.net"

# What the program calls it, and what OpenSSL does, where it knows it.
OPENSSL = {"smtp": "smtp", "imap": "imap", "pop3": "pop3", "sieve": "sieve", "ftp": "ftp",
           "ldap": "ldap", "xmpp": "xmpp", "xmpp-server": "xmpp-server", "irc": "irc",
           "postgres": "postgres", "mysql": "mysql", "nntp": "nntp", "lmtp": "lmtp",
           "http-connect": "CONNECT"}
GREETS = {"smtp", "imap", "pop3", "ftp", "sieve", "mysql", "nntp"}  # and is known by that
STORED = {"postgres": "postgresql", "sieve": "managesieve", "mssql": "tds"}


def every():
    named = [server for server in scan_servers.every() if server.starttls]
    tds = servers.ours("tds-server", "db.example.net", 1433, "PKI/rsa.pem", "PKI/rsa.key")
    return named + [
        lab_server("dovecot lmtp", "lmtp", servers.dovecot_lmtp()),
        lab_server("inspircd", "irc", servers.inspircd()),
        lab_server("prosody, servers", "xmpp-server", servers.prosody(between_servers=True),
                   asked_name=NAME),
        lab_server("stub of SQL Server", "mssql", tds),
        lab_server("c-kermit", "telnet", servers.kermit()),
    ]


def accepted(answer):
    one = answer.one()
    if one is None:
        return None
    return {name for name, version in one["versions"].items()
            if version["status"] == "accepted"}


def scan(program, at, *words):
    patience = [] if "--timeout" in words else ["--timeout", "2"]
    return scan_program.scan(program, f"{at[0]}:{at[1]}", "--mass", *patience, *words)


def named(server):
    """What the port and the address do not tell; and time, for a process may be slow to begin."""
    words = ["--timeout", "10"]
    if server.starttls == "http-connect":
        return [*words, "--starttls", server.starttls, "--server-name", server.asked_name]
    return [*words, "--server-name", server.asked_name] if server.asked_name == NAME else words


def agreed_with_openssl(server, at):
    """The versions that its client gets."""
    found = set()
    if server.starttls == "http-connect":
        return {version for version, flag in VERSIONS.items() if is_agreed(
            [*scan_servers.S_CLIENT, "-proxy", f"{at[0]}:{at[1]}", "-connect",
             server.asked_name, flag, "-cipher", "ALL:@SECLEVEL=0"])}
    for version, flag in VERSIONS.items():
        command = [*scan_servers.S_CLIENT, "-connect", f"{at[0]}:{at[1]}", flag, "-cipher",
                   "ALL:@SECLEVEL=0", "-starttls", OPENSSL[server.starttls],
                   "-name", server.asked_name, "-xmpphost", server.asked_name]
        if server.starttls not in ("smtp", "lmtp"):
            command = [word for i, word in enumerate(command)
                       if "-name" not in command[max(0, i - 1):i + 1]]
        if not server.starttls.startswith("xmpp"):
            command = command[:command.index("-xmpphost")]
        if is_agreed(command):
            found.add(version)
    return found


def is_agreed(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", timeout=20, check=False, env=scan_servers.CLEAN)
    return re.search(r"Cipher is (?!\(NONE\))\S", done.stdout) is not None


class Forwarder:
    """What a port that tells nothing leads to."""

    def __init__(self, to):
        self.to, self.listener = to, socket.create_server(("127.0.0.1", 0))
        self.at = self.listener.getsockname()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                outer = self.listener.accept()[0]
                inner = socket.create_connection(self.to)
            except OSError:
                return
            for pair in ((outer, inner), (inner, outer)):
                threading.Thread(target=peers.pump, args=pair, daemon=True).start()

    def close(self):
        self.listener.close()


def check_guess(program, server, at, faults):
    answer = scan(program, at, *named(server))
    one, wanted = answer.one(), STORED.get(server.starttls, server.starttls)
    if one is None or one["upgrade"] != wanted:
        faults.append(f"asked in {one and one['upgrade']}: {answer.said}")
        return
    found = accepted(answer) & set(VERSIONS)
    if server.starttls in OPENSSL and found != agreed_with_openssl(server, at):
        faults.append(f"accepts {sorted(found)} and by OpenSSL's client "
                      f"{sorted(agreed_with_openssl(server, at))}")
    if not found:
        faults.append(f"accepts nothing: {one['reason']}")


def check_wrong(program, server, at, faults):
    """In another dialogue than its own nothing is found out, and nothing is refused."""
    wrong = "pop3" if server.starttls != "pop3" else "imap"
    one = scan(program, at, "--starttls", wrong).one()
    told = {version["status"] for version in one["versions"].values()}
    if told & {"accepted", "refused"}:
        faults.append(f"as {wrong}: {sorted(told)}")
    if server.starttls in GREETS and f"speaks {STORED.get(server.starttls, server.starttls)}" \
            not in str(one["versions"]["TLS 1.2"]["reason"]):
        faults.append(f"as {wrong}: {one['versions']['TLS 1.2']['reason']}")


def check_port_that_tells_nothing(program, server, at, faults):
    """Asked for TLS at once, it greets: then it is asked by its own dialogue."""
    forwarder = Forwarder(at)
    try:
        one = scan(program, forwarder.at, *named(server)).one()
    finally:
        forwarder.close()
    if one["upgrade"] != STORED.get(server.starttls, server.starttls) or \
            one["versions"]["TLS 1.2"]["status"] != "accepted":
        faults.append(f"at another port: {one['upgrade']}, {one['status']}, {one['reason']}")


def tls_where_a_dialogue_is_usual():
    def commands(lab, _port):
        return [["openssl", "s_server", "-accept", "192.0.2.25:25", "-quiet", "-cert",
                 lab.cert("rsa"), "-key", lab.key("rsa")]]
    return Server("TLS at port 25", commands, ("openssl",), at=("192.0.2.25", 25))


def check_tls(program, at, faults):
    one = scan(program, at).one()
    if one["upgrade"] is not None or one["versions"]["TLS 1.2"]["status"] != "accepted":
        faults.append(f"{one['upgrade']}, {one['status']}, {one['reason']}")


def proxied():
    """Through a proxy, which is told whom to connect to."""
    return lab_server("tinyproxy", "http-connect", servers.tinyproxy(),
                      asked_name=f"{servers.address('erp.example.net')}:443")


def check_proxy(program, server, lab, at, faults):
    behind = lab_server("behind", "", servers.openssl("erp.example.net", "-tls1_2"))
    with scan_servers.running(behind, lab):
        check_guess(program, server, at, faults)


def check(program, server, lab):
    faults = []
    try:
        with scan_servers.running(server, lab) as at:
            if server.starttls == "":
                check_tls(program, at, faults)
            elif server.starttls == "http-connect":
                check_proxy(program, server, lab, at, faults)
            else:
                check_guess(program, server, at, faults)
            if server.starttls in GREETS:
                check_wrong(program, server, at, faults)
                check_port_that_tells_nothing(program, server, at, faults)
    except OSError as error:
        faults.append(str(error))
    return [f"{server.name}: {fault}" for fault in faults]


def check_all(program, wanted, lab):
    """Those of one place; answers the faults of each that was tried."""
    found = []
    for server in wanted:
        missing = server.missing(lab)
        if missing:
            print(f"skipped {server.name}: {', '.join(missing)} absent")
            continue
        began = time.monotonic()
        found.append(check(program, server, lab))
        print(f"{'ok' if not found[-1] else 'NOT OK':7} {server.name}, "
              f"{time.monotonic() - began:.1f} s", flush=True)
    return found


def by_place(all_servers):
    """Who cannot stand beside whom: at one port, and Dovecot, which listens at all of its own."""
    groups = {}
    for server in all_servers:
        groups.setdefault("dovecot" if "dovecot" in server.name else server.at, []).append(server)
    return sorted(groups.values(), key=len, reverse=True)


def main(program, word=""):
    program = os.path.abspath(program)
    scan_servers.enter_namespace()
    wanted = [server for server in [tls_where_a_dialogue_is_usual(), proxied(), *every()]
              if word in server.name]
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        os.chmod(folder, 0o755)
        lab = scan_servers.make_lab(folder, ROOT / ".cache" / "lab")
        tried = [faults for found in pool.map(
            lambda group: check_all(program, group, lab), by_place(wanted))
            for faults in found]
    print(*(fault for faults in tried for fault in faults), sep="\n")
    if not tried:
        return SKIPPED
    return 1 if any(tried) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
