"""Clients of the lab. To add one: a function here that returns a Peer.

Each stack is a host of its own, so that captures put together look like an office.
"""

import json
import os
import subprocess
import sys

from network import address
from peer import HERE, Peer


def debian(package):
    """Its version without Debian's part: "3.0.17"; "?" where it is not installed."""
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package],
                           capture_output=True, text=True, check=False).stdout
    return shown.split(":")[-1].split("-")[0].split("+")[0] or "?"


OPENSSL = f"OpenSSL {debian('libssl3')}"
GNUTLS = f"GnuTLS {debian('libgnutls30')}"
# What each Node was built with: the label of its hellos.
NODES = {
    "0.8.28": ("OpenSSL 1.0.0m", 33), "0.10.35": ("OpenSSL 1.0.1j", 34),
    "0.10.48": ("OpenSSL 1.0.1u", 35), "0.12.18": ("OpenSSL 1.0.1u", 36),
    "4.9.1": ("OpenSSL 1.0.2o", 37), "10.24.1": ("OpenSSL 1.1.1k", 40),
    "12.22.12": ("OpenSSL 1.1.1n", 41), "14.21.3": ("OpenSSL 1.1.1t", 42),
    "16.20.2": ("OpenSSL 1.1.1v", 43), "18.20.8": ("OpenSSL 3.0.16", 44),
    "20.19.5": ("OpenSSL 3.0.16", 45), "24.18.0": ("OpenSSL 3.5.7", 46),
}


def node(version, name, *attempts, flags=(), port=443, keep=False, sni=None):
    """attempts: tls.connect options, each tried after the one before it failed."""
    library, host = NODES[version]

    def commands(lab):
        config = {"host": address(name), "port": port, "name": sni or name, "keep": keep,
                  "attempts": list(attempts) or [{}]}
        return [[lab.stack(f"node-{version}"), *flags, f"{HERE}/client.js", json.dumps(config)]]
    return Peer(f"{library} (Node {version})", commands, [f"node-{version}"], host=host,
                patience=10)


def openssl(name, *arguments, port=443, host=50, stdin="GET / HTTP/1.0\r\n\r\n"):
    def commands(lab):
        return [["openssl", "s_client", "-connect", f"{address(name)}:{port}",
                 "-servername", name, *[a.replace("PKI", lab.pki).replace("WORK", lab.work)
                                        for a in arguments]]]
    return Peer(f"{OPENSSL} (s_client)", commands, ["openssl"], host=host, stdin=stdin,
                patience=4)


def curl(name, *arguments, url=None, host=51):
    def commands(lab):
        return [["curl", "-sS", "--max-time", "5", "--cacert", lab.cert("authority"),
                 *arguments, url or f"https://{name}/"]]
    return Peer(f"{OPENSSL} (curl 7.88)", commands, ["curl"], host=host)


def gnutls(name, *arguments, port=443, host=52, trust=True):
    def commands(_):
        return [["gnutls-cli", *(["--insecure"] if trust else []), "-p", str(port), *arguments, name]]
    return Peer(f"{GNUTLS} (gnutls-cli)", commands, ["gnutls-cli"], host=host, patience=4)


def nss(name, versions, host=53):
    def commands(lab):
        os.makedirs(f"{lab.work}/client-db", exist_ok=True)
        db = f"sql:{lab.work}/client-db"
        return [["certutil", "-N", "-d", db, "--empty-password"],
                ["tstclnt", "-h", address(name), "-a", name, "-p", "443", "-d", db, "-o",
                 "-V", versions, "-Q"]]
    return Peer(f"NSS {debian('libnss3')} (tstclnt)", commands, ["tstclnt"], host=host, patience=4)


def mbedtls(name, *maximum, host=54):
    def commands(lab):
        program = f"{lab.work}/client-mbedtls"
        return [["cc", "-o", program, f"{HERE}/client_mbedtls.c",
                 "-lmbedtls", "-lmbedx509", "-lmbedcrypto"],
                [program, name, "443", *maximum]]
    return Peer(f"mbedTLS {debian('libmbedtls-dev')}", commands, ["cc", "/usr/include/mbedtls/ssl.h"], host=host)


def java(name, *protocols, allow_old=False, host=55, trust=True):
    """allow_old empties jdk.tls.disabledAlgorithms, as people do who must reach old peers."""
    def commands(lab):
        security = lab.write("java.security", "jdk.tls.disabledAlgorithms=\n")
        return [["java", *([f"-Djava.security.properties={security}"] if allow_old else []),
                 "-Xshare:auto", "-XX:TieredStopAtLevel=1", f"{HERE}/Client.java",
                 name, "443", "any" if trust else "system", *([",".join(protocols)] if protocols else [])]]
    return Peer("JSSE (Java 17)", commands, ["java"], host=host, patience=25)


def bun(name, host=56):
    def commands(lab):
        return [[lab.stack("bun"), "-e", f"fetch('https://{name}/', {{tls: "
                 "{rejectUnauthorized: false}}).then(r => r.text()).then(console.log)"]]
    return Peer("BoringSSL (Bun 1.4.5)", commands, ["bun"], host=host, patience=10)


def deno(name, host=57, trust=True):
    def commands(lab):
        script = lab.write("client.mjs", f"console.log(await (await fetch('https://{name}/')).text())")
        return [[lab.stack("deno"), "run", "--allow-net", "--no-remote",
                 *([f"--cert={lab.cert('authority')}"] if trust else []), script]]
    return Peer("rustls (Deno 2.9.6)", commands, ["deno"], host=host, patience=15,
                environment={"DENO_DIR": "/tmp/tlsunset-deno", "DENO_NO_UPDATE_CHECK": "1"})


def go(name, host=58, trust=True):
    """Go's client is caddy as a reverse proxy; curl asks it over loopback."""
    def commands(lab):
        config = lab.write("client-caddy", f"""
{{
  admin off
  storage file_system {lab.work}/client-caddy-data
}}
http://127.0.0.1:8000 {{
  reverse_proxy https://{name}:443 {{
    transport http {{
      {"tls_insecure_skip_verify" if trust else ""}
      tls_server_name {name}
    }}
  }}
}}
""")
        return [["sh", "-c", f"timeout 6 caddy run --adapter caddyfile --config {config} & "
                 "sleep 2; curl -sS --max-time 3 http://127.0.0.1:8000/; kill $!"]]
    return Peer("Go 1.19 (caddy 2.6)", commands, ["caddy", "curl"], host=host, patience=10)


def chromium(name, quic=False, host=59, trust=True):
    def commands(lab):
        pin = subprocess.run(
            f"openssl x509 -in {lab.cert('rsa')} -pubkey -noout | openssl pkey -pubin -outform der"
            " | openssl dgst -sha256 -binary | base64",
            shell=True, check=True, capture_output=True, text=True).stdout.strip()
        return [["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--disable-default-apps", "--disable-extensions",
                 "--disable-domain-reliability", "--disable-breakpad", "--no-pings",
                 "--disable-features=OptimizationHints,MediaRouter,DnsOverHttps,Translate",
                 f"--user-data-dir={lab.work}/chromium",
                 *([f"--ignore-certificate-errors-spki-list={pin}"] if trust else []),
                 *([f"--origin-to-force-quic-on={name}:443"] if quic else []),
                 "--dump-dom", f"https://{name}/"]]
    return Peer(f"BoringSSL (Chromium {debian('chromium')})", commands, ["chromium"], host=host, patience=25)


def ours(role, name, port=443, host=60):
    def commands(_):
        return [[sys.executable, f"{HERE}/peers.py", role, name, str(port)]]
    return Peer(f"{OPENSSL} (Python, {role})", commands, host=host)


def psql(host=61):
    def commands(_):
        return [["psql", "-h", "db.example.net", "-U", "postgres", "-c", "select 1"]]
    return Peer(f"{OPENSSL} (libpq 15)", commands, ["psql"], host=host,
                environment={"PGSSLMODE": "require"})


def mysql(host=62):
    def commands(_):
        return [["mariadb", "--no-defaults", "-h", "db.example.net", "--ssl",
                 "-u", "root", "-e", "select 1"]]
    return Peer(f"{GNUTLS} (MariaDB Connector/C)", commands, ["mariadb"], host=host)


def ldapsearch(host=63):
    def commands(_):
        return [["ldapsearch", "-x", "-ZZ", "-H", "ldap://ldap.example.net", "-s", "base", "-b", ""]]
    return Peer(f"{GNUTLS} (OpenLDAP 2.5)", commands, ["ldapsearch"], host=host,
                environment={"LDAPTLS_REQCERT": "never"})


def scanner(*command, host=99):
    def commands(_):
        return [list(command)]
    return Peer(command[0], commands, [command[0]], host=host, patience=60)
