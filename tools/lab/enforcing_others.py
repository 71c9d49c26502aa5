"""Servers that enforce a policy without OpenSSL: GnuTLS, Go and Java."""

import functools
import json
import os
import re
import shutil
import subprocess

import code_names as names
from enforcing import HOST, NO_OLDER, VERSIONS, Server, dh_bits, left_of
from peer import HERE
from server_profile import TLS10, TLS11, TLS12, TLS13

SHA1_SCHEMES = {0x0201, 0x0202, 0x0203}
# Which OpenJDK 17.0.21 leaves out by itself, unless it is told otherwise.
STOCK_JAVA_WITHOUT = ", ".join(f"{scheme} usage HandshakeSignature" for scheme in (
    "rsa_pkcs1_sha1", "ecdsa_sha1", "dsa_sha1"))

NOT_ENFORCED = {"compression": 0, "needs_extended_master_secret": 0,
                "needs_secure_renegotiation": 0, "needs_server_name": 0}


class GnuTLS(Server):
    """A priority string names exchanges, ciphers and MACs, and allows every suite made of
    them: gnutls-cli tells which those are and in what order."""
    name, stack, at_once, doubt = "GnuTLS 3.7.9", "gnutls", 2, 0.05
    versions = (TLS10, TLS11, TLS12, TLS13)
    suites13 = (0x1302, 0x1303, 0x1301, 0x1304)  # if TLS 1.2's alone are named
    ciphers = (
        ("AES_128_GCM", "AES-128-GCM"), ("AES_256_GCM", "AES-256-GCM"),
        ("AES_128_CCM_8", "AES-128-CCM-8"), ("AES_256_CCM_8", "AES-256-CCM-8"),
        ("AES_128_CCM", "AES-128-CCM"), ("AES_256_CCM", "AES-256-CCM"),
        ("AES_128_CBC", "AES-128-CBC"), ("AES_256_CBC", "AES-256-CBC"),
        ("CHACHA20_POLY1305", "CHACHA20-POLY1305"), ("3DES_EDE_CBC", "3DES-CBC"),
        ("CAMELLIA_128_CBC", "CAMELLIA-128-CBC"), ("CAMELLIA_256_CBC", "CAMELLIA-256-CBC"),
        ("CAMELLIA_128_GCM", "CAMELLIA-128-GCM"), ("CAMELLIA_256_GCM", "CAMELLIA-256-GCM"),
        ("RC4_128", "ARCFOUR-128"),
    )

    def missing(self):
        return None if shutil.which("gnutls-serv") else "gnutls-serv"

    def _words_of(self, code):
        """Exchange, cipher and MAC of a suite; None if GnuTLS has it not."""
        full = names.name("cipher_suites", code)
        exchange, rest = "", re.sub("^TLS_", "", full)
        parts = re.fullmatch(r"TLS_(ECDHE_ECDSA|ECDHE_RSA|DHE_RSA|DHE_DSS|RSA)_WITH_(.*)", full)
        if parts:
            exchange, rest = parts.groups()
        elif not 0x1301 <= code <= 0x1305:
            return None
        for word, cipher in self.ciphers:
            if rest == word or rest.startswith(word + "_"):
                mac = rest[len(word) + 1:]
                if "CBC" not in cipher and "ARCFOUR" not in cipher:
                    mac = "AEAD"
                return (exchange.replace("_", "-"), cipher, "SHA1" if mac == "SHA" else mac)
        return None

    def _priority(self, policy):
        words = ["NONE", "+COMP-NULL"] if policy.suites12 or policy.suites13 else \
            ["NORMAL", "-VERS-ALL", *(["-GROUP-ALL"] if policy.groups else []),
             *(["-SIGN-ALL"] if policy.schemes else [])]
        words += [f"+VERS-TLS{v}" for v in
                  ("1.3", "1.2", "1.1", "1.0") if self._version(v) in policy.versions]
        suites13 = policy.suites13 or (policy.suites12 and self.suites13)
        parts = [p for p in map(self._words_of, [*suites13, *policy.suites12]) if p]
        for part in range(3):
            words += ["+" + p[part] for p in parts if p[part]]
        words += [f"+GROUP-{names.GROUPS_GNUTLS[g]}" for g in policy.groups
                  if g in names.GROUPS_GNUTLS]
        words += [f"+SIGN-{s}" for code in policy.schemes for s in names.gnutls_schemes(code)]
        if not policy.schemes:
            words.append("+SIGN-ALL")
        if not policy.groups:
            words.append("+GROUP-ALL")
        words += ["+CTYPE-X509"] + (["%SERVER_PRECEDENCE"] if policy.server_order else [])
        if policy.needs_extended_master_secret:
            words.append("%FORCE_SESSION_HASH")
        return ":".join(dict.fromkeys(words))

    @staticmethod
    def _version(word):
        return {"1.0": TLS10, "1.1": TLS11, "1.2": TLS12, "1.3": TLS13}[word]

    def effective(self, policy):
        priority = self._priority(policy)
        told = subprocess.run(["gnutls-cli", "--priority", priority, "-l"],
                              capture_output=True, text=True).stdout
        suites = [int(a + b, 16) for a, b in
                  re.findall(r"^TLS_\S+\s+0x(..), 0x(..)", told, re.M)]
        words_unsaid = not policy.suites12 and not policy.suites13
        out = policy.but(
            stack=self.stack, alpn=(), **NOT_ENFORCED,
            versions=[v for v in policy.versions if v in self.versions],
            suites13=[] if words_unsaid else [c for c in suites if 0x1301 <= c <= 0x1305],
            suites12=[] if words_unsaid else [c for c in suites if not 0x1301 <= c <= 0x1305],
            groups=[g for g in policy.groups if g in names.GROUPS_GNUTLS],
            schemes=[s for s in policy.schemes if names.gnutls_schemes(s)], dh_bits=dh_bits(policy))
        out = left_of(policy, out.but(
            needs_extended_master_secret=policy.needs_extended_master_secret))
        if out:
            out.words = priority
        return out

    def commands(self, profile, port):
        words = ["gnutls-serv", "--quiet", "--http", "-p", str(port), "--priority",
                 profile.words, "--dhparams", self.dh(profile)]
        for cert, key in self.keys(profile):
            words += ["--x509certfile", cert, "--x509keyfile", key]
        return [words]


class Caddy(Server):
    """Go 1.19 orders suites itself and has all suites of TLS 1.3 or none; caddy offers
    nothing older than TLS 1.2 and no suite that Go calls insecure."""
    name, stack, doubt = "Caddy 2.6 (Go 1.19)", "go", 0.05
    versions = (TLS12, TLS13)
    alpn = ("h2", "http/1.1")
    suites12 = (0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a,
                0xc014, 0x009c, 0x009d, 0x002f, 0x0035)
    suites13 = (0x1301, 0x1302, 0x1303)

    def missing(self):
        return None if shutil.which("caddy") else "caddy"

    def effective(self, policy):
        return left_of(policy, policy.but(
            stack=self.stack, alpn=self.alpn, schemes=(), dh_bits=0, **NOT_ENFORCED,
            schemes_kept=False,
            versions=[v for v in policy.versions if v in self.versions],
            suites12=[c for c in self.suites12
                      if c in policy.suites12 or not policy.suites12],
            suites13=self.suites13,
            groups=[g for g in policy.groups if g in names.GROUPS_GO]))

    def commands(self, profile, port):
        policy = {"default_sni": "example.net",  # else none without SNI
                  "protocol_min": f"tls1.{min(profile.versions) - 0x0301}",
                  "protocol_max": f"tls1.{max(profile.versions) - 0x0301}"}
        # What is not told to caddy it chooses itself, and not as Go does.
        policy["cipher_suites"] = [self._suite(c) for c in profile.suites12]
        policy["curves"] = [names.GROUPS_GO[g] for g in profile.groups or names.GROUPS_GO]
        config = {
            "admin": {"disabled": True},
            "logging": {"logs": {"default": {"level": "PANIC"}}},
            "storage": {"module": "file_system", "root": f"{self.lab.work}/caddy"},
            "apps": {
                "http": {"servers": {"one": {
                    "listen": [f"{HOST}:{port}"], "protocols": ["h1", "h2"],
                    "tls_connection_policies": [policy],
                    "automatic_https": {"disable": True},
                    "routes": [{"handle": [{"handler": "static_response",
                                            "body": "ok"}]}]}}},
                "tls": {"certificates": {"load_files": [
                    {"certificate": cert, "key": key}
                    for cert, key in self.keys(profile)]}}}}
        return [["caddy", "run", "--config",
                 self.lab.write("caddy.json", json.dumps(config))]]

    @staticmethod
    def _suite(code):
        return names.name("cipher_suites", code)


class Java(Server):
    """JSSE: what a socket cannot be told is told by properties of the whole JVM."""
    name, stack, doubt = "Java 17 (JSSE)", "jsse", 0.1
    versions = (TLS10, TLS11, TLS12, TLS13)
    suites13 = (0x1302, 0x1301, 0x1303)  # if TLS 1.2's alone are named

    def missing(self):
        return None if shutil.which("java") else "java"

    @functools.cache
    def _supported(self):
        subprocess.run(["javac", "-d", f"{self.lab.pki}/classes", f"{HERE}/Enforce.java"],
                       check=True)
        done = subprocess.run(["java", f"-Djava.security.properties={self._properties()}",
                               "-cp", f"{self.lab.pki}/classes", "Enforce", "list"],
                              check=True, capture_output=True, text=True)
        return set(done.stdout.split())

    def _properties(self, disabled=""):
        """Of a JVM that lets the policy decide: what it says nothing of, stock Java does."""
        path = f"{self.lab.pki}/java{'-no-sha1' if disabled else ''}.security"
        if not os.path.exists(path):
            with open(path, "w") as file:
                file.write(f"jdk.tls.disabledAlgorithms={disabled}\n"
                           "jdk.tls.legacyAlgorithms=\njdk.certpath.disabledAlgorithms=\n")
        return path

    def _suite(self, code):
        full = names.name("cipher_suites", code)
        for name in (full, full.replace("TLS_", "SSL_", 1)):
            if name in self._supported():
                return name
        return None

    def effective(self, policy):
        return left_of(policy, policy.but(
            stack=self.stack, alpn=(), dh_bits=dh_bits(policy),
            **dict(NOT_ENFORCED,
                   needs_extended_master_secret=policy.needs_extended_master_secret),
            versions=[v for v in policy.versions if v in self.versions],
            suites12=[c for c in policy.suites12 if self._suite(c)],
            suites13=[c for c in policy.suites13 if self._suite(c)],
            groups=[g for g in policy.groups if g in names.GROUPS_JSSE],
            schemes=[s for s in policy.schemes if names.jsse_scheme(s)
                     and not 0x0807 <= s <= 0x0808]))

    def commands(self, profile, port):
        words = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                 f"-Djdk.tls.ephemeralDHKeySize={profile.dh_bits}",
                 "-Djdk.tls.rejectClientInitiatedRenegotiation=true"]
        if profile.suites12 or profile.suites13:
            words.append("-Djava.security.properties=" + self._properties(
                "" if SHA1_SCHEMES & set(profile.schemes) else STOCK_JAVA_WITHOUT))
        if profile.groups:
            words.append("-Djdk.tls.namedGroups=" + ",".join(
                names.GROUPS_JSSE[g] for g in profile.groups))
        if profile.schemes:
            words.append("-Djdk.tls.server.SignatureSchemes=" + ",".join(
                map(names.jsse_scheme, profile.schemes)))
        if profile.needs_extended_master_secret:
            words.append("-Djdk.tls.allowLegacyMasterSecret=false")
        stores = [cert.replace(".pem", ".p12") for cert, _ in self.keys(profile)]
        suites13 = profile.suites13 or (profile.suites12 and self.suites13)
        return [words + [
            "-cp", f"{self.lab.pki}/classes", "Enforce", HOST, str(port), ",".join(stores),
            ",".join(VERSIONS[v] for v in profile.versions),
            ",".join(map(self._suite, [*suites13, *profile.suites12])),
            "server" if profile.server_order else "client"]]
