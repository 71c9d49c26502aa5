"""Code points, and what each stack calls them.

IANA's names are those of data/iana; the others are made from them by rule, since stacks
were consistent about it."""

import csv
import functools
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@functools.cache
def iana(registry):
    """Code to name, as data/iana has it: "cipher_suites", "groups", ..."""
    names = {}
    for part in (registry, registry + "-unlisted"):
        path = f"{ROOT}/data/iana/{part}.csv"
        if os.path.exists(path):
            with open(path) as file:
                rows = csv.DictReader(line for line in file if line[0] != "#")
                names.update({int(row["code"], 0): row["name"] for row in rows})
    return names


def name(registry, code):
    return iana(registry).get(code, f"0x{code:04x}")


# OpenSSL's word for a key exchange, and for a cipher with its MAC.
_EXCHANGES = {"RSA": "", "DH_anon": "ADH", "ECDH_anon": "AECDH"}
_CIPHERS = (
    (r"^CHACHA20_POLY1305_SHA256$", "CHACHA20-POLY1305"),
    (r"^3DES_EDE_CBC_(SHA)$", r"DES-CBC3-\1"),
    (r"^DES_CBC_SHA$", "DES-CBC-SHA"),
    (r"^RC4_128_(SHA|MD5)$", r"RC4-\1"),
    (r"^(AES|CAMELLIA|ARIA)_(128|256)_CBC_(SHA\d*)$", r"\1\2-\3"),
    (r"^(AES|ARIA)_(128|256)_GCM_(SHA\d*)$", r"\1\2-GCM-\3"),
    (r"^AES_(128|256)_CCM_8$", r"AES\1-CCM8"),
    (r"^AES_(128|256)_CCM$", r"AES\1-CCM"),
    (r"^(SEED|IDEA)_CBC_SHA$", r"\1-SHA"),
    (r"^NULL_(\w+)$", r"NULL-\1"),
)


def openssl_suite(code):
    """TLS 1.3's suites keep their names; None: OpenSSL never had it."""
    full = iana("cipher_suites").get(code, "")
    if 0x1301 <= code <= 0x1305:
        return full
    parts = re.fullmatch(r"TLS_(\w+?)_WITH_(\w+)", full)
    if not parts:
        return None
    exchange, rest = parts.groups()
    for pattern, form in _CIPHERS:
        if re.match(pattern, rest):
            cipher = re.sub(pattern, form, rest).replace("IDEA-SHA", "IDEA-CBC-SHA")
            break
    else:
        return None
    word = _EXCHANGES.get(exchange, exchange.replace("_", "-"))
    if cipher.startswith("ARIA") and exchange == "ECDHE_RSA":
        word = "ECDHE"  # the one exception
    return f"{word}-{cipher}" if word else cipher


GROUPS_OPENSSL = {
    19: "prime192v1", 20: "secp224k1", 21: "secp224r1", 22: "secp256k1", 23: "prime256v1",
    24: "secp384r1", 25: "secp521r1", 26: "brainpoolP256r1", 27: "brainpoolP384r1",
    28: "brainpoolP512r1", 29: "X25519", 30: "X448", 31: "brainpoolP256r1tls13",
    32: "brainpoolP384r1tls13", 33: "brainpoolP512r1tls13", 256: "ffdhe2048",
    257: "ffdhe3072", 258: "ffdhe4096", 259: "ffdhe6144", 260: "ffdhe8192", 512: "MLKEM512",
    513: "MLKEM768", 514: "MLKEM1024", 4587: "SecP256r1MLKEM768", 4588: "X25519MLKEM768",
    4589: "SecP384r1MLKEM1024",
}
GROUPS_JSSE = {  # it takes secp256k1 from who names it, and cannot make a key of it since 16
    23: "secp256r1", 24: "secp384r1", 25: "secp521r1", 29: "x25519", 30: "x448",
    256: "ffdhe2048", 257: "ffdhe3072", 258: "ffdhe4096", 259: "ffdhe6144",
    260: "ffdhe8192",
}
GROUPS_GNUTLS = {
    21: "SECP224R1", 23: "SECP256R1", 24: "SECP384R1", 25: "SECP521R1", 29: "X25519",
    30: "X448", 256: "FFDHE2048", 257: "FFDHE3072", 258: "FFDHE4096", 259: "FFDHE6144",
    260: "FFDHE8192",
}
GROUPS_GO = {29: "x25519", 23: "secp256r1", 24: "secp384r1", 25: "secp521r1"}  # its order

_HASHES = {2: "SHA1", 3: "SHA224", 4: "SHA256", 5: "SHA384", 6: "SHA512"}
_SIGNERS = {1: "RSA", 2: "DSA", 3: "ECDSA"}


def openssl_scheme(code):
    if code >> 8 in _HASHES and code & 0xff in _SIGNERS:
        return f"{_SIGNERS[code & 0xff]}+{_HASHES[code >> 8]}"
    return iana("signature_schemes").get(code)


def jsse_scheme(code):
    if code >> 8 == 3 and code & 0xff in _SIGNERS:
        return f"{_SIGNERS[code & 0xff].lower()}_sha224"
    return iana("signature_schemes").get(code)


def gnutls_schemes(code):
    """It has two names for ECDSA's: of any curve, as TLS 1.2 has it, and of one; and with
    SHA-224 names without a code point."""
    if code >> 8 in _HASHES and code >> 8 != 3 and code & 0xff in _SIGNERS:
        plain = [f"{_SIGNERS[code & 0xff]}-{_HASHES[code >> 8]}"]
        curve = {0x0403: "SECP256R1", 0x0503: "SECP384R1", 0x0603: "SECP521R1"}.get(code)
        return plain + ([f"ECDSA-{curve}-{_HASHES[code >> 8]}"] if curve else [])
    return {0x0804: ["RSA-PSS-RSAE-SHA256"], 0x0805: ["RSA-PSS-RSAE-SHA384"],
            0x0806: ["RSA-PSS-RSAE-SHA512"], 0x0809: ["RSA-PSS-SHA256"],
            0x080a: ["RSA-PSS-SHA384"], 0x080b: ["RSA-PSS-SHA512"],
            0x0807: ["EdDSA-Ed25519"], 0x0808: ["EdDSA-Ed448"]}.get(code, [])
