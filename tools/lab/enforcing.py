"""Servers that enforce a policy, as exactly as their stacks can.

To add one: a class with the stack's name as negotiate knows it. effective() answers the
profile that the server is left with: what the stack has not, it cannot enforce. None:
nothing of the policy is left. commands() starts it on 127.0.0.1.
"""

import json
import os
import shutil
import subprocess

import code_names as names
from peer import HERE
from server_profile import SSL3, TLS10, TLS11, TLS12, TLS13

HOST = "127.0.0.1"
KEYS = {"rsa": ["rsa"], "ecdsa": ["ecdsa"], "dual": ["rsa", "ecdsa"]}
VERSIONS = {SSL3: "SSLv3", TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2",
            TLS13: "TLSv1.3"}
NO_OLDER = dict(os.environ, OPENSSL_CONF="/dev/null", NODE_EXTRA_CA_CERTS="")

# SSL_OP_NO_* of OpenSSL 1.0: versions that it has, each with its bit.
NO_VERSION_1_0 = {SSL3: 0x02000000, TLS10: 0x04000000, TLS11: 0x10000000,
                  TLS12: 0x08000000}
DH_BITS = (2048, 3072, 4096)

NO_SSLV2, SERVER_PREFERENCE = 0x01000000, 0x00400000


def left_of(policy, profile):
    """The profile without versions that none of its lists can serve, and without lists
    that none of its versions reads. None if nothing is left to serve, or if nothing is
    left of a list: an empty one would stand for the stack's own."""
    def emptied(name):
        return getattr(policy, name) and not getattr(profile, name)
    versions = [v for v in profile.versions
                if not emptied("suites13" if v == TLS13 else "suites12")]
    if not versions or emptied("groups") or (profile.schemes_kept and emptied("schemes")):
        return None
    return profile.but(
        versions=versions,
        suites13=profile.suites13 if TLS13 in versions else [],
        suites12=profile.suites12 if min(versions) < TLS13 else [])


def dh_bits(policy):
    """Of the parameters that a server is given."""
    return min(bits for bits in DH_BITS if bits >= policy.dh_bits_min)


class Server:
    stack = ""
    versions = ()
    at_once = 4         # connections at a time
    doubt = 0.0         # see replay.py
    alpn = ()           # what it insists on, as it stands
    environment = NO_OLDER
    levels = (0,)

    def __init__(self, lab):
        self.lab = lab
        self.known = {}

    def missing(self):
        """What is absent, or None."""
        return None

    def keys(self, profile):
        return [(self.lab.cert(name), self.lab.key(name))
                for name in KEYS[profile.certificate]]

    def dh(self, profile):
        return f"{self.lab.pki}/dh{profile.dh_bits}.pem"

    def knows(self, option, wanted):
        """Those of (code, name) that the stack takes, as a dictionary, asked once."""
        fresh = [pair for pair in wanted if (option, pair[1]) not in self.known]
        if fresh:
            answers = self.probe(option, [name for _, name in fresh])
            self.known.update({(option, name): taken
                               for (_, name), taken in zip(fresh, answers)})
        return {code: name for code, name in wanted if self.known[option, name]}

    def named(self, option, codes, naming):
        return self.knows(option, [(c, naming(c)) for c in codes if naming(c)])


class OpenSSL(Server):
    """What all programs over libssl share: names, lists and what is left of them."""
    versions = (TLS10, TLS11, TLS12, TLS13)
    schemes_settable = True

    def effective(self, policy):
        suites = self.named("ciphers", policy.suites12 + policy.suites13,
                            names.openssl_suite)
        groups = self.named("groups", policy.groups, names.GROUPS_OPENSSL.get)
        schemes = self.named("sigalgs", policy.schemes, names.openssl_scheme) \
            if self.schemes_settable else {}
        return left_of(policy, policy.but(
            stack=self.stack, alpn=self.alpn, schemes_kept=self.schemes_settable,
            versions=[v for v in policy.versions if v in self.versions],
            suites12=[c for c in policy.suites12 if c in suites],
            suites13=[c for c in policy.suites13 if c in suites],
            groups=list(groups), schemes=list(schemes),
            compression=0, needs_extended_master_secret=0,
            needs_secure_renegotiation=0, needs_server_name=0,
            dh_bits=dh_bits(policy)))

    @staticmethod
    def ciphers(profile):
        words = [names.openssl_suite(c) for c in profile.suites12] or ["DEFAULT"]
        return ":".join(words + [f"@SECLEVEL={profile.level}"])

    @staticmethod
    def groups(profile):
        return ":".join(names.GROUPS_OPENSSL[g] for g in profile.groups)

    @staticmethod
    def schemes(profile):
        return ":".join(names.openssl_scheme(s) for s in profile.schemes)

    @staticmethod
    def suites13(profile):
        return ":".join(names.openssl_suite(c) for c in profile.suites13)

    def probe(self, option, wanted):
        """Debian's own libssl: nginx and HAProxy run on it too."""
        return [self._taken(option, name) for name in wanted]

    @staticmethod
    def _taken(option, name):
        if option == "ciphers":
            command = ["openssl", "ciphers"] + (
                ["-s", "-tls1_3", "-ciphersuites", name] if name.startswith("TLS_")
                else [name + ":@SECLEVEL=0"])
        else:
            command = ["openssl", "s_client", f"-{option}", name, "-connect", f"{HOST}:1"]
        done = subprocess.run(command, env=NO_OLDER, capture_output=True)
        return b"SSL_CONF_cmd" not in done.stderr and \
            (option != "ciphers" or done.returncode == 0)


class SServer(OpenSSL):
    """It serves one connection after the other, so it is asked so."""
    name, stack, at_once = "openssl-3.0 s_server", "openssl-3.0", 1
    levels = (0, 1, 2)

    def missing(self):
        return None if shutil.which("openssl") else "openssl"

    def commands(self, profile, port):
        words = ["openssl", "s_server", "-accept", f"{HOST}:{port}", "-quiet", "-www",
                 "-dhparam", self.dh(profile),
                 "-cipher", self.ciphers(profile),
                 "-min_protocol", VERSIONS[min(profile.versions)],
                 "-max_protocol", VERSIONS[max(profile.versions)]]
        for (cert, key), prefix in zip(self.keys(profile), ("", "d")):
            words += [f"-{prefix}cert", cert, f"-{prefix}key", key]
        for option, text in (("-ciphersuites", self.suites13(profile)),
                             ("-groups", self.groups(profile)),
                             ("-sigalgs", self.schemes(profile))):
            words += [option, text] if text else []
        return [words + (["-serverpref"] if profile.server_order else [])]


class Nginx(OpenSSL):
    """It answers an unknown protocol name with an alert since 1.21.4, whatever the
    policy says of ALPN."""
    name, stack = "nginx 1.22", "openssl-3.0"
    alpn = ("http/1.1", "http/1.0", "http/0.9")

    def missing(self):
        return None if shutil.which("nginx") else "nginx"

    def commands(self, profile, port):
        certificates = " ".join(f"ssl_certificate {cert}; ssl_certificate_key {key};"
                                for cert, key in self.keys(profile))
        protocols = " ".join(VERSIONS[v] for v in profile.versions)
        extra = f"ssl_ecdh_curve {self.groups(profile)};" if profile.groups else ""
        for option, text in (("Ciphersuites", self.suites13(profile)),
                             ("SignatureAlgorithms", self.schemes(profile))):
            extra += f" ssl_conf_command {option} {text};" if text else ""
        config = self.lab.write("nginx.conf", f"""
daemon off; pid {self.lab.work}/pid; error_log {self.lab.work}/log crit;
worker_processes 1; user root;
events {{ }}
http {{ access_log off;
  client_body_temp_path {self.lab.work}/t1; proxy_temp_path {self.lab.work}/t2;
  fastcgi_temp_path {self.lab.work}/t3; uwsgi_temp_path {self.lab.work}/t4;
  scgi_temp_path {self.lab.work}/t5;
  server {{ listen {HOST}:{port} ssl; {certificates}
    ssl_protocols {protocols}; ssl_ciphers "{self.ciphers(profile)}";
    ssl_prefer_server_ciphers {"on" if profile.server_order else "off"};
    ssl_dhparam {self.dh(profile)}; {extra} }} }}
""")
        return [["nginx", "-c", config]]


class HAProxy(OpenSSL):
    """Schemes cannot be set before 2.8. Of two certificates it takes one by itself,
    before OpenSSL chooses: see negotiate's "haproxy"."""
    name, stack = "HAProxy 2.6", "haproxy"
    schemes_settable = False

    def missing(self):
        return None if shutil.which("haproxy") else "haproxy"

    @staticmethod
    def version(version):
        return {TLS10: "TLSv1.0"}.get(version, VERSIONS[version])

    def commands(self, profile, port):
        both = ""
        for number, (cert, key) in enumerate(self.keys(profile)):
            with open(cert) as one, open(key) as other:
                both += " crt " + self.lab.write(f"{number}.pem", one.read() + other.read())
        bind = f"bind {HOST}:{port} ssl{both} ciphers {self.ciphers(profile)}" \
            f" ssl-min-ver {self.version(min(profile.versions))}" \
            f" ssl-max-ver {self.version(max(profile.versions))}"
        bind += f" ciphersuites {self.suites13(profile)}" if profile.suites13 else ""
        bind += f" curves {self.groups(profile)}" if profile.groups else ""
        bind += "" if profile.server_order else " prefer-client-ciphers"
        config = self.lab.write("haproxy.cfg", f"""
global
  ssl-dh-param-file {self.dh(profile)}
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend tls
  {bind}
  http-request return status 200
""")
        return [["haproxy", "-q", "-db", "-f", config]]


class Node(OpenSSL):
    """OpenSSL of each age, as Node has it inside."""

    def __init__(self, lab, version, stack, inside, levels=(0,)):
        super().__init__(lab)
        self.version, self.stack, self.levels = version, stack, levels
        self.name = f"OpenSSL {inside} (Node {version.split('.')[0]})"
        self.program = lab.stack(f"node-{version}")

    def missing(self):
        return None if os.path.exists(self.program) else f"node-{self.version}"

    def probe(self, option, wanted):
        option = {"groups": "ecdhCurve"}.get(option, option)
        asked = json.dumps({"probe": [[option, name] for name in wanted]})
        done = subprocess.run([self.program, f"{HERE}/enforce.js", asked], env=NO_OLDER,
                              check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    def commands(self, profile, port):
        config = {"host": HOST, "port": port, "keys": self.keys(profile),
                  "dh": self.dh(profile), "options": self.options(profile)}
        return [[self.program, f"{HERE}/enforce.js", json.dumps(config)]]

    def options(self, profile):
        # Node takes TLS 1.3 away if none of its suites is named.
        suites13 = profile.suites13 or [0x1302, 0x1303, 0x1301]
        every = [*map(names.openssl_suite, suites13), self.ciphers(profile)]
        options = {"ciphers": ":".join(every),
                   "minVersion": VERSIONS[min(profile.versions)],
                   "maxVersion": VERSIONS[max(profile.versions)],
                   "honorCipherOrder": bool(profile.server_order),
                   "ecdhCurve": self.groups(profile) or "auto"}
        if profile.schemes:
            options["sigalgs"] = self.schemes(profile)
        return options


class OldNode(Node):
    """OpenSSL 1.0: no error for what it does not know, versions by what is forbidden,
    no schemes, and in 1.0.1 one curve alone."""
    versions = (TLS10, TLS11, TLS12)
    schemes_settable = False
    curves = 1

    def probe(self, option, wanted):
        if option != "ciphers":
            return super().probe(option, wanted)
        done = subprocess.run(
            [self.program, "-e", "console.log(require('tls').getCiphers().join())"],
            env=NO_OLDER, check=True, capture_output=True, text=True)
        known = done.stdout.strip().upper().split(",")
        return [name.upper() in known for name in wanted]

    def effective(self, policy):
        out = super().effective(policy)
        # Without any the program sets P-256.
        return out and out.but(groups=(out.groups or [23])[:self.curves])

    def options(self, profile):
        forbidden = sum(bit for version, bit in NO_VERSION_1_0.items()
                        if version not in profile.versions)
        suites = ":".join(map(names.openssl_suite, profile.suites12))
        return {"ciphers": suites or "DEFAULT",
                "secureProtocol": "SSLv23_server_method",
                "secureOptions": forbidden | NO_SSLV2 | (
                    SERVER_PREFERENCE if profile.server_order else 0),
                "honorCipherOrder": bool(profile.server_order),
                "ecdhCurve": self.groups(profile) or "auto"}


class Node8(OldNode):
    curves = 32

    def effective(self, policy):
        return Node.effective(self, policy)
