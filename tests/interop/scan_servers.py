"""The servers that `scan` is held against: a line each, most on a free port of loopback.

What each must be found to be is in scan_truth.txt, under the same name. To add one: a line
in every(), then `scan_truth.py --observe NAME`, whose answer is compared with what the line
says and kept there.
"""

import contextlib
import dataclasses
import functools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAB = ROOT / "tools" / "lab"
sys.path.insert(0, str(LAB))
sys.dont_write_bytecode = True

import network  # noqa: E402
import pki  # noqa: E402
import servers  # noqa: E402
from peer import Lab  # noqa: E402

# Part of `make check`: of each stack of Debian, and of each trap, one.
QUICK = {
    "openssl tls 1.0 only", "openssl tls 1.1 only", "openssl tls 1.2 only, one suite",
    "openssl tls 1.3, one suite", "openssl dual, server order", "openssl ecdsa",
    "openssl seclevel 2", "openssl client certificate", "openssl wrong name is fatal",
    "openssl null and anonymous", "nginx all, dual, server order",
    "nginx stock that lists 1.0", "haproxy 1.0 without the name", "gnutls legacy",
    "nss ssl 3.0 only", "mbedtls ssl 3.0 to tls 1.2", "caddy no default name", "postfix",
    "dovecot imap", "slapd", "postgresql", "mariadb",
}
HOST, NAME = "127.0.0.1", "www.example.net"
ALL = "ALL:@SECLEVEL=0"
PATIENCE = 20  # seconds for a server to listen
# OpenSSL's client without the system's roots: to read them takes six times as long as the rest.
S_CLIENT = ("openssl", "s_client", "-no-CAfile", "-no-CApath", "-no-CAstore")
CLEAN = dict(os.environ, OPENSSL_CONF="/dev/null", NODE_EXTRA_CA_CERTS="")
SSL_NO = {"2": 0x01000000, "3": 0x02000000, "1.0": 0x04000000, "1.2": 0x08000000,
          "1.1": 0x10000000}  # SSL_OP_NO_* of OpenSSL 1.0


@dataclasses.dataclass
class Server:
    name: str
    commands: Callable  # (lab, port) to command lines; the last one is the server
    needs: tuple = ()
    starttls: str = ""
    at: tuple = ()          # where it listens, if it cannot be told; in a namespace alone
    asked_name: str = NAME  # in server_name; "" is none
    library: tuple = ()     # OpenSSL's cipher string, and which Au and Kx of it can be had

    def missing(self, lab):
        absent = [need for need in self.needs if not (
            shutil.which(need) or os.path.exists(lab.stack(need)) or
            os.path.exists(os.path.join(lab.cache, need)) or os.path.exists(need))]
        if self.at and not os.environ.get("LAB_NAMESPACE"):
            absent.append("a network namespace")
        return absent


@contextlib.contextmanager
def running(server, lab):
    """The server, from listening to its end; answers (host, port)."""
    at = server.at or (HOST, free_port())
    with tempfile.TemporaryDirectory() as work, open(f"{work}/said", "wb") as log:
        mine = dataclasses.replace(lab, work=work)
        commands = server.commands(mine, at[1])
        for command in commands[:-1]:
            subprocess.run(command, check=True, stdout=log, stderr=log, env=CLEAN)
        process = subprocess.Popen(commands[-1], stdin=subprocess.PIPE, stdout=log, stderr=log,
                                   env=CLEAN, start_new_session=True)
        try:
            await_listening(process, at, f"{work}/said")
            yield at
        finally:
            end(process)


def await_listening(process, at, log):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(at, 1).close()
            return
        time.sleep(0.02)
    raise OSError("it does not listen: " + pathlib.Path(log).read_text(errors="replace")[-500:])


def end(process):
    """With all its children: they share its session."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, number)
            process.wait(3)
    process.stdin.close()


def free_port():
    with socket.create_server((HOST, 0)) as one:
        return one.getsockname()[1]


enter_namespace = network.enter_namespace


def make_lab(folder, cache):
    """Certificates of pki.py, and those of rarer kinds."""
    os.makedirs(f"{folder}/pki")
    made = Lab(cache=str(cache), pki=f"{folder}/pki", work=folder)
    pki.make(made.pki)
    subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt",
                    "group:ffdhe2048", "-out", f"{made.pki}/dh.pem"], check=True,
                   capture_output=True)
    for name, options in (
            ("ed25519", ["-newkey", "ed25519"]), ("p384", ["-newkey", "ec", "-pkeyopt",
                                                           "ec_paramgen_curve:P-384"]),
            ("pss", ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"]),
            ("rsa1024", ["-newkey", "rsa:1024", "-sha1"])):
        subprocess.run(["openssl", "req", "-x509", *options, "-nodes", "-days", "30", "-subj",
                        f"/CN={name}.example.net", "-addext", f"subjectAltName={pki.NAMES}",
                        "-keyout", made.key(name), "-out", made.cert(name)],
                       check=True, capture_output=True)
    return made


# Products.


def openssl(name, *options, cert="rsa", cipher=ALL, **more):
    """It serves one peer after the other, so who asks several at once must wait."""
    def commands(lab, port):
        words = ["openssl", "s_server", "-accept", f"{HOST}:{port}", "-quiet", "-www",
                 "-cipher", cipher, *(w.replace("PKI", lab.pki) for w in options)]
        for prefix, kind in zip(("", "d"), cert.split()):
            words += [f"-{prefix}cert", lab.cert(kind), f"-{prefix}key", lab.key(kind)]
        return [words]
    kinds = {"ecdsa": "ECDSA", "p384": "ECDSA"}
    auths = {"None", *(kinds.get(kind, "RSA") for kind in cert.split())}
    known = set(cert.split()) <= {"rsa", "ecdsa", "p384", "rsa1024"} and cert
    more.setdefault("library", (cipher, auths, ("RSA", "DH", "ECDH")) if known else ())
    return Server("openssl " + name, commands, ("openssl",), **more)


NGINX = """
daemon off; pid {work}/pid; error_log {work}/log crit; worker_processes 1; user root;
events {{ worker_connections 4096; }}
http {{ access_log off;
  client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3;
  uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
  {servers} }}
"""


def nginx(name, protocols, *options, cert="rsa", cipher=ALL, **more):
    def commands(lab, port):
        keys = " ".join(f"ssl_certificate {lab.cert(c)}; ssl_certificate_key {lab.key(c)};"
                        for c in cert.split())
        one = f"server {{ listen {HOST}:{port} ssl; {keys} ssl_protocols {protocols};" \
            f' ssl_ciphers "{cipher}"; {" ".join(options)} return 200 "ok"; }}'
        return [["nginx", "-c", lab.write("nginx.conf", NGINX.format(
            work=lab.work, servers=one))]]
    auths = {"None", *(kind.upper() for kind in cert.split())}
    return Server("nginx " + name, commands, ("nginx",),
                  library=(cipher, auths, ("RSA", "ECDH")), **more)  # without DH parameters


def haproxy(name, bind, rules="", **more):
    """rules: its crt-list, what holds for which name."""
    def commands(lab, port):
        listed = lab.write("list", rules.replace("PKI", lab.pki))
        config = lab.write("haproxy.cfg", f"""
global
  ssl-dh-param-file {lab.pki}/dh.pem
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend tls
  bind {HOST}:{port} ssl {bind.replace("PKI", lab.pki)} {"crt-list " + listed if rules else ""}
  http-request return status 200
""")
        return [["haproxy", "-q", "-db", "-f", config]]
    return Server("haproxy " + name, commands, ("haproxy",), **more)


def gnutls(name, priority, cert="rsa", *options):
    def commands(lab, port):
        keys = [word for kind in cert.split() for word in (
            "--x509certfile", lab.cert(kind), "--x509keyfile", lab.key(kind))]
        return [["gnutls-serv", "--quiet", "--http", "-p", str(port), "--priority", priority,
                 "--dhparams", f"{lab.pki}/dh.pem", *keys, *options]]
    return Server("gnutls " + name, commands, ("gnutls-serv",))


def nss(name, versions, *options):
    def commands(lab, port):
        db = f"sql:{lab.work}/db"
        os.makedirs(f"{lab.work}/db")
        return [["certutil", "-N", "-d", db, "--empty-password"],
                ["pk12util", "-i", f"{lab.pki}/rsa.p12", "-d", db, "-W", ""],
                ["selfserv", "-d", db, "-n", "rsa", "-p", str(port), "-V", versions, *options]]
    return Server("nss " + name, commands, ("selfserv", "certutil", "pk12util"))


def mbedtls(name, least, most, *suites):
    def commands(lab, port):
        program = f"{lab.pki}/server_mbedtls"
        build = ["cc", "-o", program, str(LAB / "server_mbedtls.c"), "-lmbedtls", "-lmbedx509",
                 "-lmbedcrypto"]
        return [*([] if os.path.exists(program) else [build]),
                [program, HOST, str(port), lab.cert("rsa"), lab.key("rsa"), str(least),
                 str(most), *suites]]
    return Server("mbedtls " + name, commands, ("cc", "/usr/include/mbedtls/ssl.h"))


JAVA_FREE = "jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\n" \
            "jdk.certpath.disabledAlgorithms=\n"


@functools.cache
def java_suites(lab_pki):
    """All that JSSE has, asked of itself; it also compiles the server."""
    free = f"{lab_pki}/java.security"
    pathlib.Path(free).write_text(JAVA_FREE, encoding="ascii")
    subprocess.run(["javac", "-d", f"{lab_pki}/classes", LAB / "Enforce.java"], check=True)
    return subprocess.run(
        ["java", f"-Djava.security.properties={free}", "-cp", f"{lab_pki}/classes", "Enforce",
         "list"], check=True, capture_output=True, text=True).stdout.split()


def java(name, protocols, free=True, certs="rsa"):
    """free: with every restriction cleared, and all suites it has."""
    def commands(lab, port):
        suites = ",".join(java_suites(lab.pki)) if free else ""
        words = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx256m"]
        if free:
            words.append(f"-Djava.security.properties={lab.pki}/java.security")
        stores = ",".join(f"{lab.pki}/{kind}.p12" for kind in certs.split())
        java_suites(lab.pki)
        return [[*words, "-cp", f"{lab.pki}/classes", "Enforce", HOST, str(port), stores,
                 protocols, suites, "server"]]
    return Server("java " + name, commands, ("java", "javac"))


def caddy(name, least, most, unnamed="example.net"):
    """unnamed: whose certificate is shown to who names nobody; a wildcard does not count."""
    def commands(lab, port):
        policy = {"default_sni": unnamed, "protocol_min": least, "protocol_max": most}
        config = {
            "admin": {"disabled": True}, "logging": {"logs": {"default": {"level": "PANIC"}}},
            "storage": {"module": "file_system", "root": f"{lab.work}/caddy"},
            "apps": {
                "http": {"servers": {"one": {
                    "listen": [f"{HOST}:{port}"], "protocols": ["h1", "h2"],
                    "tls_connection_policies": [policy], "automatic_https": {"disable": True},
                    "routes": [{"handle": [{"handler": "static_response", "body": "ok"}]}]}}},
                "tls": {"certificates": {"load_files": [
                    {"certificate": lab.cert("rsa"), "key": lab.key("rsa")}]}}}}
        return [["caddy", "run", "--config", lab.write("caddy.json", json.dumps(config))]]
    return Server("caddy " + name, commands, ("caddy",))


def node(version, name, flags=(), program="server.js", cert="rsa", **options):
    """OpenSSL of each age, as Node has it inside."""
    def commands(lab, port):
        made = dict(options, key=lab.key(cert), cert=lab.cert(cert))
        config = {"host": HOST, "port": port, "options": made}
        return [[lab.stack(version), *flags, str(LAB / program), json.dumps(config)]]
    return Server(f"{version.split('.')[0]} {name}" if version[:6] != "node-0" else
                  f"{version.rsplit('.', 1)[0]} {name}", commands, (version,))


def old(version, name, forbidden, **options):
    """OpenSSL 1.0: versions by what is forbidden. Flags for SSL are Node 0.10.3x's own."""
    flags = {"0.10.35": ["--enable-ssl2", "--enable-ssl3"], "0.12.18": ["--enable-ssl3"],
             "0.10.48": ["--enable-ssl3"]}.get(version.removeprefix("node-"), [])
    options = {"secureProtocol": "SSLv23_method", "honorCipherOrder": True,
               "secureOptions": sum(SSL_NO[v] for v in forbidden), "ciphers": "ALL:eNULL",
               **options}
    return node(version, name, flags, **options)


def deno(name):
    def commands(lab, port):
        config = {"host": HOST, "port": port, "key": lab.key("p256"), "cert": lab.cert("p256")}
        subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", lab.key("rsa"),
                        "-out", lab.key("p256")], check=True)
        shutil.copyfile(lab.cert("rsa"), lab.cert("p256"))
        return [[lab.stack("deno"), "run", "--allow-all", "--quiet", str(LAB / "server_rustls.js"),
                 json.dumps(config)]]
    return Server("deno " + name, commands, ("deno",))


def lab_server(name, starttls, peer, which=0, needs=(), asked_name=NAME):
    """One of servers.py, as it stands there."""
    def commands(lab, _port):
        if starttls == "smtp":  # Postfix reads a folder
            os.makedirs(f"{lab.work}/postfix")
        return peer.commands(lab)
    return Server(name, commands, tuple(needs or peer.needs), starttls, peer.waits[which],
                  asked_name)


def every():
    tls10, seclevel = ("-min_protocol", "TLSv1"), "DEFAULT:@SECLEVEL={}"
    dovecot, pq = servers.dovecot(), "X25519MLKEM768"
    return [
        openssl("tls 1.0 only", "-tls1"),
        openssl("tls 1.1 only", "-tls1_1"),
        openssl("tls 1.2 only, one suite", "-tls1_2", cipher="ECDHE-RSA-AES128-GCM-SHA256"),
        openssl("tls 1.3 only", "-tls1_3"),
        openssl("tls 1.3, one suite", "-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"),
        openssl("dual, server order", *tls10, "-serverpref", cert="rsa ecdsa"),
        openssl("dual, client order", *tls10, cert="rsa ecdsa"),
        openssl("ecdsa", *tls10, "-serverpref", cert="ecdsa"),
        openssl("p384", "-serverpref", cert="p384"),
        openssl("ed25519", cert="ed25519"),
        openssl("rsa-pss key", cert="pss"),
        openssl("rsa 1024, sha1", *tls10, cert="rsa1024"),
        openssl("seclevel 0", *tls10, "-serverpref", cipher=seclevel.format(0)),
        openssl("seclevel 1", *tls10, "-serverpref", cipher=seclevel.format(1)),
        openssl("seclevel 2", *tls10, "-serverpref", cipher=seclevel.format(2)),
        openssl("client certificate", *tls10, "-Verify", "1", "-verify_return_error", "-CAfile",
                "PKI/authority.pem", "-serverpref"),
        openssl("wrong name is fatal", *tls10, "-servername", NAME, "-servername_fatal",
                "-cert2", "PKI/ecdsa.pem", "-key2", "PKI/ecdsa.key", "-serverpref", library=()),
        openssl("p-521 only", "-groups", "P-521"),
        openssl("dhe only", "-tls1_2", "-dhparam", "PKI/dh.pem", cipher="kDHE:!aNULL:@SECLEVEL=0"),
        openssl("null and anonymous", "-tls1_2", cipher="eNULL:aNULL:@SECLEVEL=0"),
        openssl("psk", "-nocert", "-psk", "1a2b", "-tls1_2", cert="", cipher="PSK:@SECLEVEL=0"),
        openssl("no tls 1.1", *tls10, "-no_tls1_1", "-serverpref"),
        nginx("all, dual, server order", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
              "ssl_prefer_server_ciphers on;", cert="rsa ecdsa"),
        nginx("all, client order", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
        nginx("stock that lists 1.0", "TLSv1 TLSv1.1 TLSv1.2", cipher="HIGH:!aNULL:!MD5"),
        nginx("intermediate", "TLSv1.2 TLSv1.3", cipher="ECDHE+AESGCM:ECDHE+CHACHA20"),
        nginx("session tickets off", "TLSv1.2", "ssl_session_tickets off;"),
        haproxy("from 1.2", "crt PKI/rsa-both.pem ssl-min-ver TLSv1.2"),
        haproxy("1.0 without the name", "crt PKI/rsa-both.pem ssl-min-ver TLSv1.0 ciphers " + ALL,
                "PKI/rsa-both.pem [ssl-min-ver TLSv1.2] " + NAME + "\n"),
        gnutls("stock", "NORMAL"),
        gnutls("tls 1.0 only", "NORMAL:-VERS-ALL:+VERS-TLS1.0"),
        gnutls("legacy", "LEGACY:+3DES-CBC:+ARCFOUR-128:+DHE-RSA:%SERVER_PRECEDENCE"),
        gnutls("dual, server order", "NORMAL:%SERVER_PRECEDENCE", "rsa ecdsa"),
        nss("ssl 3.0 to tls 1.2", "ssl3:tls1.2"),
        nss("ssl 3.0 only", "ssl3:ssl3"),
        nss("tls 1.0 only", "tls1.0:tls1.0"),
        nss("tls 1.1 to 1.3", "tls1.1:tls1.3"),
        mbedtls("ssl 3.0 to tls 1.2", 0, 3),
        mbedtls("tls 1.0 only", 1, 1),
        mbedtls("ssl 3.0 only, one suite", 0, 0, "TLS-RSA-WITH-3DES-EDE-CBC-SHA"),
        java("everything", "SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3", certs="rsa ecdsa"),
        java("ssl 3.0 only", "SSLv3"),
        java("tls 1.0 only", "TLSv1"),
        java("stock", "TLSv1,TLSv1.1,TLSv1.2,TLSv1.3", free=False),
        caddy("stock", "tls1.2", "tls1.3"),
        caddy("no default name", "tls1.2", "tls1.3", NAME),
        caddy("tls 1.3 only", "tls1.3", "tls1.3"),
        old("node-0.8.28", "ssl 2.0 to tls 1.0", [], ciphers="ALL:eNULL"),
        old("node-0.10.35", "ssl 2.0 to tls 1.2", [], ciphers="ALL:eNULL"),
        old("node-0.10.35", "ssl 2.0 only", [], secureProtocol="SSLv2_method"),
        old("node-0.10.35", "ssl 3.0 only", [], secureProtocol="SSLv3_method"),
        old("node-0.10.48", "tls 1.0 only", ["2", "3", "1.1", "1.2"]),
        old("node-0.10.48", "tls 1.1 only", ["2", "3", "1.0", "1.2"]),
        old("node-0.12.18", "ssl 3.0 to tls 1.2", ["2"]),
        old("node-0.12.18", "client order", ["2", "3"], honorCipherOrder=False),
        old("node-4.9.1", "tls 1.0 to 1.2", ["2", "3"]),
        old("node-8.17.0", "stock", ["2", "3"], ciphers="DEFAULT"),
        node("node-10.24.1", "stock"),
        node("node-12.22.12", "from tls 1.0", minVersion="TLSv1", ciphers=ALL),
        node("node-16.20.2", "tls 1.1 only", minVersion="TLSv1.1", maxVersion="TLSv1.1",
             ciphers=ALL),
        node("node-20.19.5", "stock"),
        node("node-24.18.0", "stock, hybrids"),
        node("node-24.18.0", "one hybrid only", ecdhCurve=pq, minVersion="TLSv1.3"),
        node("node-24.18.0", "from tls 1.0", minVersion="TLSv1", ciphers=ALL, cert="ecdsa"),
        node("bun", "boringssl"),
        deno("rustls"),
        lab_server("postfix", "smtp", servers.postfix()),
        lab_server("dovecot imap", "imap", dovecot, 0),
        lab_server("dovecot pop3", "pop3", dovecot, 1),
        lab_server("dovecot sieve", "sieve", dovecot, 2),
        lab_server("vsftpd", "ftp", servers.vsftpd()),
        lab_server("slapd", "ldap", servers.slapd()),
        lab_server("prosody", "xmpp", servers.prosody(), asked_name="chat.example.net"),
        lab_server("postgresql", "postgres", servers.postgresql()),
        lab_server("mariadb", "mysql", servers.mariadb(),
                   needs=("mariadbd", "mariadb-install-db")),
        lab_server("nnrpd", "nntp", servers.nnrpd()),
        lab_server("xrdp", "rdp", servers.xrdp()),
    ]
