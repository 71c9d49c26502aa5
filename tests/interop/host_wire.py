"""host_wire - what a TLS stack does over the wire, found out without anything of tlsunset.

A client is let at servers that speak one version each: OpenSSL's s_server, and for SSL 3.0 the
OpenSSL 1.0.1 of an old Node.js from the lab. A server is sent hellos of one version each, made here
octet by octet, and OpenSSL's s_client completes what it can.
"""

import os
import pathlib
import shutil
import socket
import struct
import subprocess
import time

import host_running

VERSIONS = {"SSL 3.0": 0x300, "TLS 1.0": 0x301, "TLS 1.1": 0x302, "TLS 1.2": 0x303,
            "TLS 1.3": 0x304}
OPTIONS = {"TLS 1.0": "-tls1", "TLS 1.1": "-tls1_1", "TLS 1.2": "-tls1_2", "TLS 1.3": "-tls1_3"}
CIPHERS = ("ALL:@SECLEVEL=0", "kRSA:@SECLEVEL=0")
CLEAN = dict(os.environ, OPENSSL_CONF="/dev/null")
PATIENCE = 60  # seconds: a JVM on a busy machine
SSL3_SERVER = """
var f = require('fs').readFileSync, c = require('constants');
require('tls').createServer({key: f(process.argv[2]), cert: f(process.argv[3]),
  secureProtocol: 'SSLv3_method', ciphers: 'ALL'}, function (s) {
    s.on('error', function () {}); s.end('HTTP/1.0 200 OK\\r\\n\\r\\n') })
  .listen(+process.argv[4], '127.0.0.1')
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def run(words, env=None):
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=PATIENCE, env=env).returncode
    except subprocess.TimeoutExpired:
        return None


class Served:
    """A server, until it is no longer wanted. "{port}" in a word becomes its port."""

    def __init__(self, words, env=None):
        self.port = free_port()
        words = [w.replace("{port}", str(self.port)) for w in words]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, env=env,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self.port
            except OSError:
                time.sleep(0.02)
        self.__exit__()
        raise OSError("it does not listen")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Peers:
    """Servers of one version each, that clients are let at, for as long as they are asked."""

    def __init__(self, work, lab):
        self.work = pathlib.Path(work)
        self.cert, self.key = f"{work}/cert.pem", f"{work}/key.pem"
        if not os.path.exists(self.cert):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-days",
                            "2", "-subj", "/CN=localhost", "-addext",
                            "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out",
                            self.cert], check=True, capture_output=True, env=CLEAN)
        old = pathlib.Path(lab or "/none") / "node-0.10.48/bin/run"
        self.ssl3 = str(old) if old.exists() else None
        self.running = []

    def packed(self, name, *words):
        """Certificate and key as PKCS #12, with the password "secret"."""
        subprocess.run(["openssl", "pkcs12", "-export", "-in", self.cert, "-inkey", self.key,
                        "-out", str(self.work / name), "-passout", "pass:secret", *words],
                       check=True, capture_output=True, env=CLEAN)
        return str(self.work / name)

    def words(self, version):
        if version == "SSL 3.0":
            if self.ssl3:
                script = self.work / "ssl3.js"
                script.write_text(SSL3_SERVER, encoding="ascii")
                yield [self.ssl3, "--enable-ssl3", str(script), self.key, self.cert, "{port}"]
            return
        for cipher in CIPHERS if version in ("TLS 1.0", "TLS 1.1") else CIPHERS[:1]:
            yield ["openssl", "s_server", "-accept", "127.0.0.1:{port}", "-cert", self.cert, "-key",
                   self.key, "-www", "-quiet", OPTIONS[version], "-cipher", cipher]

    def start(self):
        """All of them, once; who is asked often starts none anew."""
        if not self.running:
            for version in VERSIONS:
                for words in self.words(version):
                    served = Served(words, CLEAN)
                    self.running.append((version, served, served.__enter__()))

    def end(self):
        for _, served, _ in self.running:
            served.__exit__()
        self.running = []

    def completes(self, words, env=None):
        """The versions with which a client completes a handshake."""
        self.start()
        found = []
        for version, _, port in self.running:
            if version not in found and \
                    run([w.replace("{port}", str(port)) for w in words], env) == 0:
                found.append(version)
        return found


# Hellos of our own. RFC 5246, 7.4.1.2; RFC 8446, 4.1.2; RFC 6101, 5.6.1.2.

RSA_KX = (0x002F, 0x0035, 0x000A, 0x003C, 0x003D, 0x009C, 0x009D)
ECDHE = (0xC013, 0xC014, 0xC027, 0xC028, 0xC02F, 0xC030, 0xC012)
TLS13 = (0x1301, 0x1302, 0x1303)
GROUPS = (29, 23, 24, 25)
SCHEMES = (0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0403, 0x0503, 0x0201, 0x0203)


def codes(numbers):
    return struct.pack(">H", 2 * len(numbers)) + b"".join(struct.pack(">H", n) for n in numbers)


def extension(number, body):
    return struct.pack(">HH", number, len(body)) + body


def hello(version, suites):
    parts = []
    if version >= 0x301:
        parts += [extension(10, codes(GROUPS)), extension(11, b"\x01\x00"),
                  extension(0xFF01, b"\x00")]
    if version >= 0x303:
        parts.append(extension(13, codes(SCHEMES)))
    if version == 0x304:
        share = struct.pack(">HH", 29, 32) + bytes(range(1, 33))
        parts += [extension(43, b"\x02\x03\x04"), extension(45, b"\x01\x01"),
                  extension(51, struct.pack(">H", len(share)) + share)]
    extensions = b"".join(parts)
    body = struct.pack(">H", min(version, 0x303)) + os.urandom(32)
    body += b"\x20" + os.urandom(32) if version == 0x304 else b"\x00"
    body += codes(suites) + b"\x01\x00"
    body += struct.pack(">H", len(extensions)) + extensions if extensions else b""
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack(">BHH", 22, min(version, 0x301), len(message)) + message


def answered(port, version, suites):
    """True if a ServerHello of that version comes back."""
    said = b""
    try:
        with socket.create_connection(("127.0.0.1", port), 10) as peer:
            peer.settimeout(10)
            peer.sendall(hello(version, suites))
            while len(said) < 200:
                some = peer.recv(4096)
                if not some:
                    break
                said += some
                if said[:1] != b"\x16":
                    break
    except OSError:
        pass
    if len(said) < 11 or said[0] != 22 or said[5] != 2:
        return False
    if version == 0x304:  # by supported_versions alone. RFC 8446, 4.2.1
        return b"\x00\x2b\x00\x02\x03\x04" in said
    return struct.unpack(">H", said[9:11])[0] == version


def accepts(port):
    """The versions that a server answers; and those with which s_client completes."""
    by_hello = [name for name, version in VERSIONS.items()
                if any(answered(port, version, suites) for suites in
                       ((TLS13,) if version == 0x304 else (ECDHE + RSA_KX, RSA_KX)))]
    by_client = [version for version, option in OPTIONS.items()
                 if any(run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", option,
                             "-cipher", cipher], CLEAN) == 0
                        for cipher in (CIPHERS if version < "TLS 1.2" else CIPHERS[:1]))]
    return by_hello, by_client


# How each stack is made to be a client, which ends with 0 if it shook hands, and a server.

WOLFSSL_CLIENT = """
import ctypes as c, ctypes.util, socket, sys
w = c.CDLL(ctypes.util.find_library("wolfssl"))
for f in (w.wolfSSLv23_client_method, w.wolfSSL_CTX_new, w.wolfSSL_new):
    f.restype = c.c_void_p
w.wolfSSL_Init()
context = c.c_void_p(w.wolfSSL_CTX_new(c.c_void_p(w.wolfSSLv23_client_method())))
w.wolfSSL_CTX_set_verify(context, 0, None)
session = c.c_void_p(w.wolfSSL_new(context))
peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
peer.setblocking(True)
w.wolfSSL_set_fd(session, peer.fileno())
sys.exit(0 if w.wolfSSL_connect(session) == 1 else 1)
"""

MBEDTLS_CLIENT = """
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
int main(int count, char **words)
{
    mbedtls_net_context net;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;

    mbedtls_net_init(&net);
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
    if (count < 2 || mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0) ||
        mbedtls_net_connect(&net, "127.0.0.1", words[1], MBEDTLS_NET_PROTO_TCP) ||
        mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT,
            MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT))
        return 3;
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    if (mbedtls_ssl_setup(&ssl, &config))
        return 3;
    mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
    return mbedtls_ssl_handshake(&ssl) == 0 ? 0 : 1;
}
"""

JAVA_SERVER = """
import javax.net.ssl.*;
public class Serve {
    public static void main(String[] words) throws Exception {
        SSLServerSocket listening = (SSLServerSocket) SSLServerSocketFactory.getDefault()
            .createServerSocket(Integer.parseInt(words[0]), 8,
                java.net.InetAddress.getByName("127.0.0.1"));
        while (true)
            try (SSLSocket peer = (SSLSocket) listening.accept()) {
                peer.setSoTimeout(3000);
                peer.startHandshake();
                peer.getInputStream().read();
            } catch (Exception e) { }
    }
}
"""

PYTHON_CLIENT = ("import ssl,socket,sys;c=ssl.create_default_context();c.check_hostname=False;"
                 "c.verify_mode=ssl.CERT_NONE;"
                 "c.wrap_socket(socket.create_connection(('127.0.0.1',{port}),30))")
PYTHON_SERVER = """
import socket, ssl
c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
c.load_cert_chain({cert!r}, {key!r})
l = socket.socket()
l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind(("127.0.0.1", {{port}}))
l.listen(8)
while True:
    s = l.accept()[0]
    s.settimeout(3)
    try:
        s = c.wrap_socket(s, server_side=True)
        s.recv(1)
    except EnvironmentError:  # of which Python 2 has two kinds
        pass
    s.close()
"""


def built(peers, name, source, *libraries):
    """The path of a program in C, built once; None without a compiler or its headers."""
    program = peers.work / name
    if not program.exists():
        (peers.work / f"{name}.c").write_text(source, encoding="ascii")
        if run(["cc", "-o", str(program), str(peers.work / f"{name}.c"), *libraries]) != 0:
            return None
    return str(program)


def client_words(stack, peers):
    path, at = stack["path"], "127.0.0.1:{port}"
    name = stack["stack"]
    if name == "wolfssl":
        return ["python3", "-c", WOLFSSL_CLIENT, "{port}"]
    if name == "mbedtls":
        program = built(peers, "mbedtls_client", MBEDTLS_CLIENT, "-lmbedtls", "-lmbedx509",
                        "-lmbedcrypto")
        return program and [program, "{port}"]
    if name == "nss":
        return host_running.nss_client(path)
    if name in host_running.BUILT:
        return [path, "client", "{port}"]
    return {
        "openssl": ["openssl", "s_client", "-connect", at],
        "gnutls": ["gnutls-cli", "--insecure", "--port", "{port}", "127.0.0.1"],
        "curl": [path, "-k", "-s", "-o", "/dev/null", f"https://{at}/"],
        "wget": [path, "-q", "--no-check-certificate", "-O", "/dev/null", "-t", "1",
                 f"https://{at}/"],
        "java": [f"{path}/bin/keytool", "-printcert", "-sslserver", at],
        "python": [path, "-E", "-s", "-c", PYTHON_CLIENT],
        "node": [path, "-e", "require('tls').connect({port:{port},host:'127.0.0.1',"
                 "rejectUnauthorized:false},function(){process.exit(0)})"
                 ".on('error',function(){process.exit(1)})"],
    }.get(name)


def java_server(path, peers):
    store = peers.work / "java.p12"
    if not store.exists():
        peers.packed(store.name)
        (peers.work / "Serve.java").write_text(JAVA_SERVER, encoding="ascii")
    return [f"{path}/bin/java", "-Xmx128m", f"-Djavax.net.ssl.keyStore={store}",
            "-Djavax.net.ssl.keyStorePassword=secret", str(peers.work / "Serve.java"), "{port}"]


def server_words(stack, peers):
    path, cert, key = stack["path"], peers.cert, peers.key
    if stack["stack"] == "java":
        # A program in one source file takes a JDK of 11 or later.
        return java_server(path, peers) if os.path.exists(f"{path}/bin/javac") else None
    if stack["stack"] == "nss":
        return host_running.nss_server(path, peers)
    if stack["stack"] in host_running.BUILT:
        return [path, "serve", "{port}", cert, key]
    return {
        "openssl": ["openssl", "s_server", "-accept", "127.0.0.1:{port}", "-cert", cert, "-key",
                    key, "-quiet", "-www"],
        "gnutls": ["gnutls-serv", "--quiet", "--echo", "--port", "{port}", "--x509certfile", cert,
                   "--x509keyfile", key],
        "python": [path, "-E", "-s", "-c", PYTHON_SERVER.format(cert=cert, key=key)],
        "node": [path, "-e", "var f=require('fs').readFileSync;require('tls').createServer({key:"
                 f"f('{key}'),cert:f('{cert}')}},function(s){{s.on('error',function(){{}});"
                 "s.end()}).listen({port},'127.0.0.1')"],
    }.get(stack["stack"])


def is_there(words):
    return words is not None and shutil.which(words[0]) is not None
