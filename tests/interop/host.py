#!/usr/bin/env python3
"""host.py TLSUNSET - what `host` says of each stack here that can be asked, beside handshakes of
programs that share nothing with it.

Clients are held against OpenSSL's servers of one version each, servers against OpenSSL's clients
and, where there is one, GnuTLS'. Prints the table. Exit: 0 all agree, 1 some do not, 77 without
openssl.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
VERSIONS = {"TLS 1.0": "-tls1", "TLS 1.1": "-tls1_1", "TLS 1.2": "-tls1_2", "TLS 1.3": "-tls1_3"}
CIPHERS = ("ALL:@SECLEVEL=0", "kRSA:@SECLEVEL=0")
CLEAN = dict(os.environ, OPENSSL_CONF="/dev/null")
PATIENCE = 60  # seconds: a JVM on a busy machine


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def await_port(port, process):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def run(words, env=None):
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=PATIENCE, env=env).returncode
    except subprocess.TimeoutExpired:
        return None


class Served:
    def __init__(self, words, env=None):
        self.port = free_port()
        words = [w.replace("{port}", str(self.port)) for w in words]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, env=env,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        if not await_port(self.port, self.process):
            self.__exit__()
            raise OSError("it does not listen")
        return self.port

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def client_words(stack):
    """How that stack is made to shake hands; ends with 0 if it did."""
    path = stack["path"]
    at = "127.0.0.1:{port}"
    return {
        "openssl": ["openssl", "s_client", "-connect", at],
        "gnutls": ["gnutls-cli", "--insecure", "--port", "{port}", "127.0.0.1"],
        "curl": [path, "-k", "-s", "-o", "/dev/null", f"https://{at}/"],
        "wget": [path, "-q", "--no-check-certificate", "-O", "/dev/null", "-t", "1",
                 f"https://{at}/"],
        "java": [f"{path}/bin/keytool", "-printcert", "-sslserver", at],
        "python": [path, "-E", "-s", "-c", "import ssl,socket,sys;c=ssl.create_default_context();"
                   "c.check_hostname=False;c.verify_mode=ssl.CERT_NONE;"
                   "c.wrap_socket(socket.create_connection(('127.0.0.1',{port}),30))"],
        "node": [path, "-e", "require('tls').connect({port:{port},host:'127.0.0.1',"
                 "rejectUnauthorized:false},()=>process.exit(0)).on('error',()=>process.exit(1))"],
    }.get(stack["stack"])


def server_words(stack, cert, key):
    path = stack["path"]
    return {
        "openssl": ["openssl", "s_server", "-accept", "127.0.0.1:{port}", "-cert", cert, "-key",
                    key, "-quiet"],
        "node": [path, "-e", "const f=require('fs').readFileSync;require('tls').createServer({key:"
                 f"f('{key}'),cert:f('{cert}')}},s=>{{s.on('error',()=>{{}});s.end()}})"
                 ".listen({port},'127.0.0.1')"],
    }.get(stack["stack"])


def clients_versions(words, cert, key):
    found = []
    for version, option in VERSIONS.items():
        for cipher in CIPHERS if version in ("TLS 1.0", "TLS 1.1") else CIPHERS[:1]:
            server = ["openssl", "s_server", "-accept", "127.0.0.1:{port}", "-cert", cert, "-key",
                      key, "-www", "-quiet", option, "-cipher", cipher]
            with Served(server, CLEAN) as port:
                if run([w.replace("{port}", str(port)) for w in words]) == 0:
                    found.append(version)
                    break
    return found


def servers_versions(words):
    found = []
    with Served(words) as port:
        for version, option in VERSIONS.items():
            for cipher in CIPHERS if version in ("TLS 1.0", "TLS 1.1") else CIPHERS[:1]:
                client = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", option, "-cipher",
                          cipher]
                if run(client, CLEAN) == 0:
                    found.append(version)
                    break
    return found


def check(stack, side, found, failed):
    said = [v for v in (stack[side]["versions"] or {"on": []})["on"] if v in VERSIONS]
    verdict = "agrees" if said == found else "DIFFERS"
    print(f"{verdict:8} {stack['title']} {stack['release'] or ''} {side}: {stack[side]['known']} "
          f"{', '.join(said)}; handshakes {', '.join(found)}", flush=True)
    failed += [stack["path"]] if said != found else []


def main():
    if shutil.which("openssl") is None:
        print("openssl is not installed")
        return SKIPPED
    done = subprocess.run([sys.argv[1], "host", "--output", "json"], capture_output=True,
                          check=True, text=True)
    failed, compared = [], 0
    with tempfile.TemporaryDirectory() as work:
        cert, key = f"{work}/cert.pem", f"{work}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", key, "-out", cert], check=True, capture_output=True)
        seen = set()
        for stack in json.loads(done.stdout)["stacks"]:
            if stack["stack"] in seen and "--all" not in sys.argv:
                continue  # one of a kind is enough for `make check`
            for side, words, ask in (
                    ("client", client_words(stack), lambda w: clients_versions(w, cert, key)),
                    ("server", server_words(stack, cert, key), servers_versions)):
                if words is None or stack[side] is None or not shutil.which(words[0]):
                    continue
                seen.add(stack["stack"])
                check(stack, side, ask(words), failed)
                compared += 1
    print(f"{compared} compared, {len(failed)} differ")
    return 1 if failed or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
