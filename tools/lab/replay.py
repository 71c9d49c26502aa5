"""Says a stored hello to a real server and reads what it makes of it.

The hello is written from its form (src/evidence/hello.h) here and not by the program
under test, so that the two can differ. Every key share is the generator of its group:
a valid key without any mathematics, for no secret is ever computed. What a server
decides is in clear up to TLS 1.2; in TLS 1.3 everything after the ServerHello is told
by its length.
"""

import os
import socket
import struct
from dataclasses import dataclass

TLS, SSLV2, DTLS, QUIC = range(4)  # enum hello_format
TLS12, TLS13 = 0x0303, 0x0304
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")

# A server's certificate is longer than this, an alert and EncryptedExtensions are not.
FLIGHT_MIN = 300

# Extensions that make no sense without the session they belong to.
OF_A_SESSION = {41, 42, 44}  # pre_shared_key, early_data, cookie
COOKIE, KEY_SHARE = 44, 51

# Extensions whose body the form leaves out and that may not be empty.
BODIES = {12: b"\x01x"}  # SRP, RFC 5054, 2.8.1


def _point(size, x, y):
    return b"\x04" + int(x, 16).to_bytes(size, "big") + int(y, 16).to_bytes(size, "big")


P256 = _point(32, "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
              "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
P384 = _point(48, "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38"
                  "5502f25dbf55296c3a545e3872760ab7",
              "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c0"
              "0a60b1ce1d7e819d7a431d7c90ea0e5f")
P521 = _point(66, "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3d"
                  "baa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
              "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e6"
              "62c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650")
X25519 = b"\x09" + bytes(31)
MLKEM768 = bytes(1184)   # all coefficients zero: they pass FIPS 203's modulus check
MLKEM1024 = bytes(1568)


def _modular(bits):
    return (2).to_bytes(bits // 8, "big")


# What stands for a key of each group. A group that is not here gets 32 bytes: no server
# of the lab knows it.
SHARES = {
    23: P256, 24: P384, 25: P521, 29: X25519, 30: b"\x05" + bytes(55),
    256: _modular(2048), 257: _modular(3072), 258: _modular(4096), 259: _modular(6144),
    260: _modular(8192), 512: bytes(800), 513: MLKEM768, 514: MLKEM1024,
    4587: P256 + MLKEM768, 4588: MLKEM768 + X25519, 4589: P384 + MLKEM1024,
}


def _vector(width, content):
    return len(content).to_bytes(width, "big") + content


def _share(group):
    return struct.pack(">H", group) + _vector(2, SHARES.get(group, b"\x01" + bytes(31)))


class Form:
    """A stored hello, apart."""

    def __init__(self, form):
        at = 34
        self.version = form[:2]
        at += 1 + form[at]
        size = 2 + int.from_bytes(form[at:at + 2], "big")
        self.suites, at = form[at:at + size], at + size
        size = 1 + form[at]
        self.compressions, at = form[at:at + size], at + size
        self.extensions = None if at == len(form) else []
        at += 2
        while at < len(form):
            kind, size = struct.unpack_from(">HH", form, at)
            self.extensions.append((kind, form[at + 4:at + 4 + size]))
            at += 4 + size
        kinds = dict(self.extensions or [])
        self.name_at = 0 in kinds
        versions = kinds.get(43, b"\0")[1:]
        self.tls13 = b"\x03\x04" in [versions[i:i + 2] for i in range(0, len(versions), 2)]

    def _body(self, kind, body, name, group, cookie):
        if kind == 0 and body:
            entry = b"\0" + _vector(2, name)
            return _vector(2, entry)
        if kind == KEY_SHARE and group is not None:
            return _vector(2, _share(group))
        if kind == KEY_SHARE and len(body) >= 2:
            groups = [int.from_bytes(body[i:i + 2], "big") for i in range(2, len(body), 5)]
            return _vector(2, b"".join(
                _share(g) if g != 0x0a0a else b"\x0a\x0a\0\x01\0" for g in groups))
        return body or BODIES.get(kind, b"")

    def hello(self, random, session, name, group=None, cookie=None):
        """The handshake message; with a group, the second one after a HelloRetryRequest."""
        out = self.version + random + _vector(1, session) + self.suites + self.compressions
        if self.extensions is not None:
            every = [(kind, self._body(kind, body, name, group, cookie))
                     for kind, body in self.extensions if kind not in OF_A_SESSION]
            if cookie is not None:
                every.append((COOKIE, cookie))
            out += _vector(2, b"".join(
                struct.pack(">H", kind) + _vector(2, body) for kind, body in every))
        return b"\x01" + _vector(3, out)


@dataclass
class Answer:
    outcome: str = "silence"  # completes, alert, closed, silence, nonsense
    alert: int = -1
    version: int = -1
    cipher: int = -1
    group: int = -1
    scheme: int = -1
    retried: bool = False
    note: str = ""


class Ended(Exception):
    pass


class Conversation:
    """Reads handshake messages out of records."""

    def __init__(self, sock):
        self.sock = sock
        self.raw = b""
        self.messages = b""
        self.encrypted = 0
        self.answer = Answer()

    def _read(self, count):
        while len(self.raw) < count:
            try:
                got = self.sock.recv(16384)
            except ConnectionError:
                got = b""
            except TimeoutError as error:
                raise Ended("silence") from error
            if not got:
                raise Ended("closed")
            self.raw += got
        out, self.raw = self.raw[:count], self.raw[count:]
        return out

    def record(self):
        head = self._read(5)
        if head[0] & 0x80 and head[2] == 4:  # SSL 2.0's SERVER-HELLO
            self.answer.version = 0x0002
            raise Ended("completes")
        if head[0] not in (20, 21, 22, 23) or head[1] != 3:
            self.answer.note = head.hex()
            raise Ended("nonsense")
        return head[0], self._read(int.from_bytes(head[3:5], "big"))

    def message(self):
        """The next message in clear; b"" at an encrypted record or ChangeCipherSpec."""
        while True:
            if len(self.messages) >= 4:
                size = 4 + int.from_bytes(self.messages[1:4], "big")
                if len(self.messages) >= size:
                    out, self.messages = self.messages[:size], self.messages[size:]
                    return out
            kind, body = self.record()
            if kind == 22:
                self.messages += body
            elif kind == 21 and len(body) == 2:
                if body[0] == 1 and body[1] not in (0, 100):
                    continue  # a warning: unrecognized_name and the like
                self.answer.alert = body[1]
                raise Ended("alert")
            elif kind == 23:
                self.encrypted += len(body)
                return b""

    def finish_encrypted(self, doubt):
        """Whether more comes than an alert. JSSE sends its certificate before it knows
        whether it can sign: with doubt, in seconds, it is waited for that it hangs up."""
        while True:
            try:
                if self.encrypted >= FLIGHT_MIN:
                    if not doubt:
                        raise Ended("completes")
                    self.sock.settimeout(doubt)
                self.message()
            except Ended as ended:
                if str(ended) == "closed" and self.encrypted:
                    raise Ended("alert") from ended  # its number is encrypted
                if str(ended) == "silence" and self.encrypted >= FLIGHT_MIN:
                    raise Ended("completes") from ended
                raise


def _server_hello(answer, body):
    """Fills version, cipher and group; answers whether it asks to try again."""
    answer.version = int.from_bytes(body[0:2], "big")
    at = 35 + body[34]
    answer.cipher = int.from_bytes(body[at:at + 2], "big")
    at += 5
    retry, cookie = body[2:34] == RETRY, None
    while at + 4 <= len(body):
        kind, size = struct.unpack_from(">HH", body, at)
        value = body[at + 4:at + 4 + size]
        at += 4 + size
        if kind == 43:
            answer.version = int.from_bytes(value, "big")
        elif kind == KEY_SHARE:
            answer.group = int.from_bytes(value[:2], "big")
        elif kind == COOKIE:
            cookie = value
    return retry, cookie


def _key_exchange(answer, body):
    """Curve or modulus, and the scheme that signs from TLS 1.2 on. A modulus is told as
    the negative of its bits."""
    if body[0] == 3 and len(body) > 8 and body[3] == len(body[4:4 + body[3]]):
        answer.group = int.from_bytes(body[1:3], "big")
        at = 4 + body[3]
    else:
        at = 0
        for i in range(3):
            size = int.from_bytes(body[at:at + 2], "big")
            if i == 0:
                answer.group = -8 * len(body[at + 2:at + 2 + size].lstrip(b"\0"))
            at += 2 + size
    if answer.version == TLS12 and len(body) >= at + 4:
        answer.scheme = int.from_bytes(body[at:at + 2], "big")


def _record(version, message):
    return b"".join(
        b"\x16" + version + _vector(2, message[i:i + 16384])
        for i in range(0, len(message), 16384))


def _talk(talk, form, name, doubt):
    answer, random = talk.answer, os.urandom(32)
    session = os.urandom(32) if form.tls13 else b""
    old = min(form.version, b"\x03\x01")
    talk.sock.sendall(_record(old, form.hello(random, session, name)))
    while True:
        message = talk.message()
        if not message:
            talk.finish_encrypted(doubt)
        body = message[4:]
        if message[0] == 2:
            retry, cookie = _server_hello(answer, body)
            if retry and answer.retried:
                raise Ended("nonsense")
            if retry:
                answer.retried = True
                group = None if answer.group == -1 else answer.group
                talk.sock.sendall(b"\x14\x03\x03\0\x01\x01" + _record(
                    b"\x03\x03", form.hello(random, session, name, group, cookie)))
        elif message[0] == 12:
            _key_exchange(answer, body)
        elif message[0] == 14:
            raise Ended("completes")


def say(address, hello_format, form, name=b"www.example.net", patience=4.0,
        doubt=0.0):
    """One connection: what the server answers."""
    with socket.create_connection(address, patience) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        talk = Conversation(sock)
        try:
            if hello_format == SSLV2:
                challenge = int.from_bytes(form[9:11], "big")
                sock.sendall(form[:len(form) - challenge] + os.urandom(challenge))
                _listen(talk)
            else:
                _talk(talk, Form(form), name, doubt)
        except Ended as ended:
            talk.answer.outcome = str(ended)
        except ConnectionError:
            talk.answer.outcome = "closed"
        return talk.answer


def _listen(talk):
    while True:
        message = talk.message()
        if message[:1] == b"\x02":
            _server_hello(talk.answer, message[4:])
        elif message[:1] == b"\x0c":
            _key_exchange(talk.answer, message[4:])
        elif message[:1] == b"\x0e":
            raise Ended("completes")
