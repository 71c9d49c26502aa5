"""Hellos of real clients that were told to offer less: what corpora have hardly any of.

A listener takes each client's first flight and hangs up; what it read is written as a
capture, for `tlsunset watch` to read. To add one: a line in commands().
"""

import itertools
import os
import shutil
import socket
import struct
import subprocess

HOST = "127.0.0.1"
OFF = ":@SECLEVEL=0"

GROUPS = ("P-256", "P-384", "P-521", "X25519", "X448", "ffdhe2048", "ffdhe3072:P-256",
          "X25519:P-256", "P-521:P-384", "P-384:X25519:ffdhe4096", "brainpoolP256r1",
          "secp256k1:P-521", "ffdhe8192:ffdhe6144")
SCHEMES = ("RSA+SHA1", "RSA+SHA256", "ECDSA+SHA256", "rsa_pss_rsae_sha256", "ECDSA+SHA384",
           "RSA-PSS+SHA512:RSA+SHA512", "ed25519", "ECDSA+SHA1:RSA+SHA1",
           "rsa_pss_pss_sha256:ECDSA+SHA512", "RSA+SHA224:ECDSA+SHA224", "DSA+SHA256")
CIPHERS = ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "AES128-SHA",
           "DHE-RSA-AES128-SHA", "kRSA+AESGCM", "kDHE", "ECDHE+CHACHA20", "AESCCM8",
           "CAMELLIA", "ARIA", "AES256-SHA256:ECDHE-RSA-AES256-SHA384", "eNULL", "aNULL",
           "AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-SHA384:AES256-SHA")
SUITES13 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_CCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_8_SHA256")


def openssl_options():
    for version, groups, schemes in itertools.product(
            ("-tls1_2", "-tls1_3", "-no_ticket"), GROUPS[:8], SCHEMES[:6]):
        yield [version, "-groups", groups, "-sigalgs", schemes]
    for version, one in itertools.product(("-tls1_2", "-tls1_3"), GROUPS[8:]):
        yield [version, "-groups", one]
    for version, one in itertools.product(("-tls1_2", "-tls1_3"), SCHEMES[6:]):
        yield [version, "-sigalgs", one]
    for version, ciphers in itertools.product(
            ("-tls1", "-tls1_1", "-tls1_2", "-no_tls1_3"), CIPHERS):
        yield [version, "-cipher", ciphers + OFF]
    for ciphers, groups in itertools.product(CIPHERS[:6], GROUPS[:3]):
        yield ["-tls1_1", "-cipher", ciphers + OFF, "-groups", groups]
        yield ["-tls1_2", "-noservername", "-cipher", ciphers + OFF, "-groups", groups]
    for suites, groups in itertools.product(SUITES13, GROUPS[:6]):
        yield ["-tls1_3", "-ciphersuites", suites, "-groups", groups]
    for protocol in ("h2", "http/1.1", "h2,http/1.1", "spdy/3", "imap"):
        yield ["-alpn", protocol]
    for version in ("-tls1", "-tls1_1", "-tls1_2"):
        yield [version, "-fallback_scsv", "-cipher", "ALL" + OFF]


GNUTLS = ("NORMAL:-VERS-ALL:+VERS-TLS1.0", "NORMAL:-VERS-ALL:+VERS-TLS1.1",
          "NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3",
          "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.0", "NORMAL:%NO_EXTENSIONS",
          "NORMAL:%NO_EXTENSIONS:-VERS-TLS1.3", "NORMAL:%NO_ETM", "NORMAL:%NO_SESSION_HASH",
          "NORMAL:%COMPAT", "SECURE128", "SECURE192", "SECURE256", "SUITEB128", "SUITEB192",
          "PFS", "LEGACY", "NORMAL:-KX-ALL:+RSA", "NORMAL:-KX-ALL:+DHE-RSA",
          "NORMAL:-GROUP-ALL:+GROUP-FFDHE2048", "NORMAL:-GROUP-ALL:+GROUP-SECP521R1",
          "NORMAL:-GROUP-ALL:+GROUP-X25519:-VERS-TLS1.3", "NORMAL:+ARCFOUR-128:+3DES-CBC",
          "NORMAL:-CIPHER-ALL:+3DES-CBC:-VERS-TLS1.3", "NORMAL:%DISABLE_SAFE_RENEGOTIATION",
          "NORMAL:-SIGN-ALL:+SIGN-RSA-SHA1", "NORMAL:-SIGN-ALL:+SIGN-ECDSA-SHA256",
          "NORMAL:-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA384", "NORMAL:-SIGN-ALL:+SIGN-EdDSA-Ed25519")


def commands(port):
    if shutil.which("openssl"):
        for options in openssl_options():
            yield ["openssl", "s_client", "-connect", f"{HOST}:{port}",
                   *([] if "-noservername" in options else ["-servername", "x.example.net"]),
                   *options]
    if shutil.which("gnutls-cli"):
        for priority in GNUTLS:
            yield ["gnutls-cli", "--insecure", "--priority", priority, "-p", str(port), HOST]


def first_flight(listener, command):
    """What the client says first; b"" if it says nothing."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=dict(os.environ, OPENSSL_CONF="/dev/null"))
    try:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(2)
            flight = connection.recv(65536)
            while len(flight) >= 5 and len(flight) < 5 + int.from_bytes(flight[3:5], "big"):
                more = connection.recv(65536)
                if not more:
                    break
                flight += more
    except OSError:  # it refused its own options
        flight = b""
    process.wait()
    return flight


def _frame(client_port, sequence, acknowledged, flags, body=b""):
    """An IPv4 packet of the client's to 192.0.2.1:443, or back if the port is negative."""
    ports = (client_port, 443) if client_port > 0 else (443, -client_port)
    ends = b"\xc6\x33\x64\x01", b"\xc0\x00\x02\x01"  # RFC 5737
    if client_port < 0:
        ends = ends[::-1]
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 65535, 0, 0)
    head = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(body), 0, 0x4000, 64, 6, 0)
    return head + ends[0] + ends[1] + tcp + body


def _packets(port, flight):
    yield _frame(port, 0, 0, 0x02)
    yield _frame(-port, 0, 1, 0x12)
    yield _frame(port, 1, 1, 0x10)
    at = 0
    while at < len(flight):
        yield _frame(port, 1 + at, 1, 0x18, flight[at:at + 1400])
        at += 1400


def record(path, clients=commands):
    """Writes the capture of these clients; answers how many spoke."""
    spoken = 0
    with socket.create_server((HOST, 0)) as listener, open(path, "wb") as capture:
        listener.settimeout(2)
        capture.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))  # raw IP
        for command in clients(listener.getsockname()[1]):
            flight = first_flight(listener, command)
            if flight[:1] != b"\x16":  # or it says with an alert that it cannot
                continue
            spoken += 1
            for packet in _packets(1024 + spoken, flight):
                capture.write(struct.pack("<IIII", 1700000000 + spoken, 0, len(packet),
                                          len(packet)) + packet)
    return spoken
