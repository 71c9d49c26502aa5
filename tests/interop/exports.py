#!/usr/bin/env python3
"""exports TLSUNSET [SERVER...] - each export makes the real server enforce the policy.

The server is started with what `policy export` wrote, and OpenSSL's client offers it one
version, suite, group or scheme at a time: what the policy lists is accepted, what it does
not list is refused, and of two suites the one is taken that the policy prefers. Where a server
cannot do as the policy says (the lines DIFFERS of the export), the table below says so. What it
answered as it should is kept (kept.py): under the same export the run under sanitizers need not
ask it again. A server that is not installed is skipped by name. The .reg file is parsed back.
Everything listens on 127.0.0.1, in a folder of its own.
"""
import contextlib
import functools
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import kept
import scan_servers

SKIPPED = 77
POLICIES = ["bsi-tr-02102-2", "mozilla-intermediate", "mozilla-modern", "mozilla-old",
            "openssl-seclevel-2", "pq-hybrid", "rfc9325", "windows-server-2022"]

# What is offered, one at a time: IANA's name, OpenSSL's.
VERSIONS = {"TLS 1.0": "-tls1", "TLS 1.1": "-tls1_1", "TLS 1.2": "-tls1_2", "TLS 1.3": "-tls1_3"}
SUITES12 = {
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-RSA-CHACHA20-POLY1305",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256": "ECDHE-RSA-AES128-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": "ECDHE-RSA-AES256-SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384": "AES256-GCM-SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA": "AES128-SHA",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256": "DHE-RSA-AES128-GCM-SHA256",
    "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA": "CAMELLIA128-SHA",
}
SUITES13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_CCM_SHA256"]
GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521",
          "x448": "X448"}
SCHEMES = ["rsa_pss_rsae_sha256", "rsa_pss_rsae_sha512", "rsa_pkcs1_sha256", "rsa_pkcs1_sha224"]

GO_SUITES = {name for name in SUITES12 if not any(
    word in name for word in ("CAMELLIA", "CBC_SHA256", "TLS_DHE"))}
GO_GROUPS = {"x25519", "secp256r1", "secp384r1", "secp521r1"}


class Server:
    """One kind: how it is started, and what it cannot be told (None: it has everything)."""
    needs = "openssl"
    suites13 = schemes = order = True
    versions = set(VERSIONS)
    suites12 = groups = None
    starttls = []
    as_root = False

    def files(self, lab, export):
        raise NotImplementedError


class Apache(Server):
    name, needs = "apache", "/usr/sbin/apache2"

    def files(self, lab, export):
        modules = "/usr/lib/apache2/modules"
        lab.write("httpd.conf", f"""
ServerRoot {lab.work}
ServerName localhost
PidFile {lab.work}/pid
ErrorLog {lab.work}/log
Listen 127.0.0.1:{lab.port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule socache_shmcb_module {modules}/mod_socache_shmcb.so
LoadModule ssl_module {modules}/mod_ssl.so
Mutex file:{lab.work} default
User nobody
Group nogroup
SSLSessionCache none
SSLEngine on
SSLCertificateFile {lab.cert}
SSLCertificateKeyFile {lab.key}
Include {export}
""")
        return [self.needs, "-D", "FOREGROUND", "-f", f"{lab.work}/httpd.conf"]


class Caddy(Server):
    name = needs = "caddy"
    suites13 = schemes = order = False
    versions = {"TLS 1.2", "TLS 1.3"}
    suites12, groups = GO_SUITES, GO_GROUPS

    def files(self, lab, export):
        lab.write("Caddyfile", f"""
{{
  admin off
  auto_https off
  storage file_system {lab.work}/storage
}}
import {export}
https://:{lab.port} {{
  bind 127.0.0.1
  tls {lab.cert} {lab.key} {{
    import tls-policy
  }}
  respond "ok"
}}
""")
        return ["caddy", "run", "--adapter", "caddyfile", "--config", f"{lab.work}/Caddyfile"]


class Haproxy(Server):
    name, needs = "haproxy", "/usr/sbin/haproxy"
    schemes = False

    def files(self, lab, export):
        lab.write("rest.cfg", f"""
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend tls
  bind 127.0.0.1:{lab.port} ssl crt {lab.both}
  http-request return status 200
""")
        return [self.needs, "-q", "-db", "-f", str(export), "-f", f"{lab.work}/rest.cfg"]


class Nginx(Server):
    name, needs = "nginx", "/usr/sbin/nginx"
    suites12 = {suite for suite in SUITES12 if "TLS_DHE" not in suite}

    def files(self, lab, export):
        user = "user root;" if os.geteuid() == 0 else ""
        lab.write("nginx.conf", f"""
daemon off; {user} pid {lab.work}/pid; error_log {lab.work}/log; worker_processes 1;
events {{ }}
http {{ access_log off;
  client_body_temp_path {lab.work}/t1; proxy_temp_path {lab.work}/t2;
  fastcgi_temp_path {lab.work}/t3; uwsgi_temp_path {lab.work}/t4; scgi_temp_path {lab.work}/t5;
  include {export};
  server {{ listen 127.0.0.1:{lab.port} ssl;
    ssl_certificate {lab.cert}; ssl_certificate_key {lab.key};
    location / {{ return 200 "ok"; }} }} }}
""")
        return [self.needs, "-e", f"{lab.work}/log", "-c", f"{lab.work}/nginx.conf"]


class Openssl(Server):
    name = "openssl"

    def files(self, lab, export):
        return ["env", f"OPENSSL_CONF={export}", "openssl", "s_server", "-quiet", "-www",
                "-accept", f"127.0.0.1:{lab.port}", "-cert", lab.cert, "-key", lab.key]


class Postfix(Server):
    name, needs = "postfix", "/usr/sbin/postfix"
    suites13 = schemes = False
    starttls = ["-starttls", "smtp"]
    as_root = True

    def files(self, lab, export):
        for folder in ("etc", "queue", "data"):
            os.makedirs(f"{lab.work}/{folder}")
        shutil.chown(f"{lab.work}/data", "postfix")
        lab.write("etc/main.cf", f"""
compatibility_level = 3.6
queue_directory = {lab.work}/queue
data_directory = {lab.work}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
alias_maps =
local_recipient_maps =
maillog_file = /dev/stdout
smtpd_client_connection_rate_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {lab.cert}
smtpd_tls_key_file = {lab.key}
{export.read_text()}""")
        lab.write("etc/master.cf", f"""
127.0.0.1:{lab.port} inet n - n - - smtpd
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
""")
        return [self.needs, "-c", f"{lab.work}/etc", "start-fg"]


# To add one: a line here and a class above.
SERVERS = [Apache(), Caddy(), Haproxy(), Nginx(), Openssl(), Postfix()]


class Lab:
    def __init__(self, work, pki):
        self.work = str(work)
        self.cert, self.key, self.both = f"{pki}/rsa.pem", f"{pki}/rsa.key", f"{pki}/both.pem"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def write(self, name, text):
        path = pathlib.Path(self.work, name)
        path.write_text(text, encoding="ascii")
        return path


def make_pki(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
                    "-subj", "/CN=localhost", "-keyout", f"{folder}/rsa.key",
                    "-out", f"{folder}/rsa.pem"], check=True, stderr=subprocess.DEVNULL)
    both = pathlib.Path(folder, "rsa.key").read_text() + pathlib.Path(folder, "rsa.pem").read_text()
    pathlib.Path(folder, "both.pem").write_text(both)
    for name in ("rsa.key", "rsa.pem", "both.pem"):
        os.chmod(f"{folder}/{name}", 0o644)


def listens(port, process):
    for _ in range(400):
        if process.poll() is not None:
            return False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def running(command):
    """Its own session, so that what it forks ends with it."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def agreed(lab, server, *arguments):
    """The suite by OpenSSL's name; None: the offer was refused."""
    command = [*scan_servers.S_CLIENT, "-connect", f"127.0.0.1:{lab.port}", *server.starttls]
    if not any(word == "-cipher" for word in arguments):
        command += ["-cipher", "ALL:@SECLEVEL=0"]
    done = subprocess.run([*command, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, errors="replace", timeout=30)
    suite = re.search(r"Cipher is (\S+)", done.stdout)
    return suite.group(1) if suite and suite.group(1) != "(NONE)" else None


def probes(server, policy):
    """Each: what is offered, the client's arguments, whether it is to be accepted."""
    tls12 = "TLS 1.2" in policy["versions"]
    tls13 = "TLS 1.3" in policy["versions"]
    for version, flag in VERSIONS.items():
        yield version, [flag], version in policy["versions"] and version in server.versions
    if tls12 and policy["cipher_suites_12"]:
        for suite, name in SUITES12.items():
            yield suite, ["-tls1_2", "-cipher", f"{name}:@SECLEVEL=0"], \
                suite in policy["cipher_suites_12"] and \
                (server.suites12 is None or suite in server.suites12)
    if tls13 and policy["cipher_suites_13"] and server.suites13:
        for suite in SUITES13:
            yield suite, ["-tls1_3", "-ciphersuites", suite], suite in policy["cipher_suites_13"]
    if tls13 and policy["groups"]:
        for group, name in GROUPS.items():
            yield group, ["-tls1_3", "-groups", name], \
                group in policy["groups"] and (server.groups is None or group in server.groups)
    if tls13 and policy["signature_schemes"] and server.schemes:
        for scheme in SCHEMES:  # RFC 8446, 4.2.3: PKCS#1 signs no handshake of TLS 1.3
            flag = "-tls1_2" if "pkcs1" in scheme else "-tls1_3"
            yield scheme, [flag, "-sigalgs", scheme.replace("rsa_pkcs1_sha224", "RSA+SHA224")], \
                scheme in policy["signature_schemes"]


def order_offers(server, policy):
    """Two suites that are allowed, in both orders; nothing where none is to be kept."""
    both = [SUITES12[suite] for suite in policy["cipher_suites_12"] if suite in SUITES12
            and (server.suites12 is None or suite in server.suites12)][:2]
    return [both, both[::-1]] if len(both) == 2 and server.order else []


def ask_server(server, policy, export, pki):
    """What it agrees to of each offer, then of two suites in both orders; None: it did not
    start."""
    with tempfile.TemporaryDirectory(prefix="tlsunset-") as work:
        os.chmod(work, 0o755)
        lab = Lab(work, pki)
        command = server.files(lab, lab.write("export", export))
        with running(command) as process:
            if not listens(lab.port, process):
                return None
            found = [agreed(lab, server, *arguments)
                     for _, arguments, _ in probes(server, policy)] + \
                [agreed(lab, server, "-tls1_2", "-cipher", ":".join(offer) + ":@SECLEVEL=0")
                 for offer in order_offers(server, policy)]
            # Apache listens before it has read all of its configuration.
            return found if process.poll() is None else None


@functools.cache
def versions_of(needs):
    """What else the answers depend on."""
    return kept.digest(pathlib.Path(shutil.which(needs)), pathlib.Path(__file__), subprocess.run(
        ["openssl", "version", "-a"], check=True, capture_output=True).stdout)


def check_server(program, server, name, policy, pki, complaints):
    before = len(complaints)
    written = subprocess.run([program, "policy", "export", "--for", server.name, name],
                             capture_output=True, text=True)
    if written.returncode != 0:
        complaints.append(f"{server.name} {name}: the export failed: {written.stderr}")
        return 0
    will_start = "will not start" not in written.stderr
    if "goes by its own" in written.stderr:
        policy = dict(policy, groups=[])  # it has none of them, and says so
    key = kept.digest(versions_of(server.needs), written.stdout, json.dumps(policy))
    found = kept.kept(f"{server.name} as {name}", key,
                      lambda: ask_server(server, policy, written.stdout, pki))
    complaints += faults_of(server, name, policy, found, will_start)
    if len(complaints) > before:
        kept.forget(f"{server.name} as {name}")
    return 1 if found is None else len(found)


def faults_of(server, name, policy, found, will_start):
    if (found is not None) != will_start:
        yield f"{server.name} {name}: it {'did not start' if found is None else 'started'}"
    if found is None:
        return
    for (what, _, wanted), suite in zip(probes(server, policy), found):
        if (suite is not None) != wanted:
            yield f"{server.name} {name}: {what} is {'refused' if wanted else 'accepted'}"
    offers = order_offers(server, policy)
    for offer, suite in zip(offers, found[-2:]):
        wanted = offers[0][0] if policy["order"] == "server" else offer[0]
        if suite != wanted:
            yield f"{server.name} {name}: of {offer} it takes {suite}"


def read_reg(text):
    """A .reg file as {key: {value name: value}}."""
    lines = text.split("\r\n")
    assert lines[0] == "Windows Registry Editor Version 5.00" and lines[-1] == "", lines[:1]
    keys, values = {}, None
    for line in lines[1:]:
        if line.startswith("[") and line.endswith("]"):
            values = keys.setdefault(line[1:-1], {})
        elif line.startswith('"'):
            name, _, value = line[1:].partition('"=')
            if value.startswith("dword:"):
                values[name] = int(value[6:], 16)
            elif value.startswith("hex(7):"):
                raw = bytes.fromhex(value[7:].replace(",", ""))
                values[name] = raw.decode("utf-16-le").rstrip("\0").split("\0")
            else:
                values[name] = value[1:-1].split(",")
        else:
            assert line == "" or line.startswith(";"), line
    return keys


CURVES = {"curve25519": "x25519", "NistP256": "secp256r1", "NistP384": "secp384r1",
          "NistP521": "secp521r1"}


def check_reg(program, name, policy, complaints):
    text = subprocess.run([program, "policy", "export", "--for", "iis-reg", name],
                          capture_output=True, check=True).stdout.decode()
    found, lists = {}, {}
    for key, values in read_reg(text).items():
        parts = key.split("\\")
        if "Protocols" in parts:
            found[parts[-2]] = (values["Enabled"], values["DisabledByDefault"])
        elif parts[-1] == "00010002":
            lists = values
    for version in ("SSL 2.0", "SSL 3.0", *VERSIONS):
        wanted = (1, 0) if version in policy["versions"] else (0, 1)
        if found.get(version) != wanted:
            complaints.append(f"iis-reg {name}: {version} is {found.get(version)}")
    suites = policy["cipher_suites_13"] + policy["cipher_suites_12"]
    if [s for s in suites if s in lists.get("Functions", suites)] != lists.get("Functions", suites):
        complaints.append(f"iis-reg {name}: the suites are {lists['Functions']}")
    curves = [CURVES.get(curve, curve) for curve in lists.get("EccCurves", [])]
    if [g for g in policy["groups"] if g in curves] != curves:
        complaints.append(f"iis-reg {name}: the curves are {curves}")
    return 8


def main(program, *only):
    complaints, absent, counts = [], [], {}
    policies = {name: json.loads(subprocess.run(
        [program, "policy", "show", "--output", "json", name], check=True,
        capture_output=True).stdout) for name in POLICIES}
    if not only or "iis-reg" in only:
        counts["iis-reg"] = sum(check_reg(program, name, policy, complaints)
                                for name, policy in policies.items())
    with tempfile.TemporaryDirectory(prefix="tlsunset-") as pki:
        os.chmod(pki, 0o755)
        make_pki(pki)
        for server in SERVERS:
            if only and server.name not in only:
                continue
            if shutil.which(server.needs) is None or (server.as_root and os.geteuid() != 0):
                absent.append(server.name)
                continue
            counts[server.name] = sum(
                check_server(program, server, name, policy, pki, complaints)
                for name, policy in policies.items())
    print("\n".join(complaints))
    print(", ".join(f"{name}: {count} offers" for name, count in counts.items()))
    if absent:
        print("absent: " + ", ".join(absent))
    if complaints:
        return 1
    return SKIPPED if len(absent) == len(SERVERS) else 0


# Postfix's master leaves its session: what is left of it ends with the namespace.
scan_servers.enter_namespace()
sys.exit(main(*sys.argv[1:]))
