"""A prober that owes the program nothing: hellos by hand, and elimination until a refusal.

It is the second opinion of scan_truth.py, so it is slow and plain: one key exchange after
the other, and every refusal is an answer of the server. To add a dialogue before TLS: a
function and a line in DIALOGUES.

    scan_prober.py HOST:PORT [--name NAME] [--starttls PROTOCOL]
"""

import contextlib
import csv
import itertools
import os
import pathlib
import socket
import struct
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSIONS = {"SSL 2.0": 2, "SSL 3.0": 0x300, "TLS 1.0": 0x301, "TLS 1.1": 0x302,
            "TLS 1.2": 0x303, "TLS 1.3": 0x304}
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
SCSVS = {0x00ff, 0x5600}
EVERY_GROUP = [29, 23, 24, 25, 30, *range(1, 23), 26, 27, 28, *range(256, 261),
               *range(31, 34), 512, 513, 514, 4587, 4588, 4589]
SCHEMES = [0x0804, 0x0403, 0x0805, 0x0503, 0x0806, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a,
           0x080b, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301, 0x0203, 0x0201, 0x0202, 0x0402]


def registry(name):
    with open(ROOT / "data/iana" / name, encoding="ascii") as file:
        rows = csv.DictReader(line for line in file if line[0] != "#")
        return {int(row["code"], 0): row["name"] for row in rows}


SUITES = registry("cipher_suites.csv") | registry("cipher_suites-unlisted.csv")
SUITES13 = [code for code in SUITES if code in (0xc6, 0xc7) or 0x1301 <= code <= 0x1307]
SUITES12 = [code for code in SUITES if code not in SUITES13 and code not in SCSVS]
# One kind of key exchange at a time: a server may choose a suite of a kind that it then
# cannot do (no DH parameters), and refuse for it what it would take of the others.
FAMILIES = [list(some) for _, some in itertools.groupby(
    sorted(SUITES12, key=lambda code: SUITES[code].partition("_WITH_")[0]),
    key=lambda code: SUITES[code].partition("_WITH_")[0])]
ORDERS = {True: "server", False: "client", None: "any"}
SUITES2 = registry("sslv2_ciphers.csv")
USUAL = {version: [0xc013, 0xc014, 0xc02f, 0xc02b, 0xc009, 0x2f, 0x35, 0x0a, 5]
         for version in VERSIONS} | {"TLS 1.3": [0x1301, 0x1302, 0x1303]}


def vector(width, octets):
    return len(octets).to_bytes(width, "big") + octets


def codes(numbers):
    return b"".join(struct.pack(">H", number) for number in numbers)


def extension(kind, body):
    return struct.pack(">H", kind) + vector(2, body)


def hello(version, suites, groups=None, schemes=None, name=None, share=b""):
    """A ClientHello in its record; without extensions in SSL 3.0, which has none."""
    body = struct.pack(">H", min(version, 0x303)) + os.urandom(32)
    body += vector(1, os.urandom(32) if version == 0x304 else b"")
    body += vector(2, codes([*suites, 0xff])) + b"\1\0"
    extensions = b""
    if version > 0x300:
        if name:
            extensions += extension(0, vector(2, b"\0" + vector(2, name.encode())))
        extensions += extension(10, vector(2, codes(groups or EVERY_GROUP)))
        extensions += extension(11, b"\1\0")
    if version >= 0x303:
        extensions += extension(13, vector(2, codes(schemes or SCHEMES)))
    if version == 0x304:
        extensions += extension(43, vector(1, codes([version])))
        extensions += extension(51, vector(2, share))
    if extensions:
        body += vector(2, extensions)
    return b"\x16" + struct.pack(">H", max(0x300, min(version, 0x301))) + \
        vector(2, b"\1" + vector(3, body))


def x25519_share():
    """Any 32 bytes are a public key. RFC 7748, 5."""
    return struct.pack(">HH", 29, 32) + os.urandom(32)


class Refused(Exception):
    """What the server said instead of a hello: "alert 40", "close", "reset", "silence"."""


class Stream:
    """A connection, read by length; behind STARTTLS if a dialogue is given."""

    def __init__(self, target):
        self.socket = socket.create_connection(target.at, 10)
        self.deadline = time.monotonic() + target.patience
        if target.dialogue:
            target.dialogue(self)

    def send(self, octets):
        self.socket.sendall(octets)

    def read(self, size):
        data = b""
        try:
            while len(data) < size:
                self.socket.settimeout(max(0.001, self.deadline - time.monotonic()))
                more = self.socket.recv(size - len(data))
                if not more:
                    raise Refused("close")
                data += more
        except ConnectionResetError as error:
            raise Refused("reset") from error
        except TimeoutError as error:
            raise Refused("silence") from error
        return data

    def line(self):
        data = b""
        while not data.endswith(b"\n"):
            data += self.read(1)
        return data

    def until(self, end):
        data = b""
        while end not in data:
            data += self.read(1)

    def messages(self):
        """Handshake messages in clear, until the server said all it has to say."""
        joined = b""
        while True:
            head = self.read(5)
            if head[1] != 3:
                raise Refused("not TLS: " + repr(head))
            body = self.read(struct.unpack(">H", head[3:])[0])
            if head[0] == 21 and body[0] == 2:
                raise Refused(f"alert {body[1]}")
            if head[0] != 22:
                continue
            joined += body
            while len(joined) >= 4 + int.from_bytes(joined[1:4], "big"):
                end = 4 + int.from_bytes(joined[1:4], "big")
                yield joined[0], joined[4:end]
                joined = joined[end:]


class Target:
    def __init__(self, host, port, name=None, starttls=None, patience=8):
        self.at, self.name, self.patience = (host, port), name, patience
        self.dialogue = DIALOGUES[starttls] if starttls else None
        self.connections = 0

    @contextlib.contextmanager
    def asked(self, octets):
        self.connections += 1
        try:
            stream = Stream(self)
        except ConnectionResetError as error:
            raise Refused("reset") from error
        try:
            with contextlib.suppress(ConnectionError):
                stream.send(octets)
            yield stream
        finally:
            stream.socket.close()

    def answer(self, version, suites, **more):
        """(version, suite, group) that the server chose; the group only by 1.3's hello."""
        octets = hello(version, suites, name=self.name, **more)
        with self.asked(octets) as stream:
            for kind, body in stream.messages():
                if kind == 2:
                    return self.chosen(body)
        raise Refused("no ServerHello")

    @staticmethod
    def chosen(body):
        version = struct.unpack(">H", body[:2])[0]
        at = 35 + body[34]
        suite = struct.unpack(">H", body[at:at + 2])[0]
        rest, group = body[at + 5:], None
        while rest:
            kind, size = struct.unpack(">HH", rest[:4])
            if kind == 43:
                version = struct.unpack(">H", rest[4:6])[0]
            if kind == 51:
                group = struct.unpack(">H", rest[4:6])[0]
            rest = rest[4 + size:]
        return version, suite, group

    def group_of_exchange(self, suites, groups):
        """The group in TLS 1.2's ServerKeyExchange. RFC 8422, 5.4."""
        with self.asked(hello(0x303, suites, groups, name=self.name)) as stream:
            for kind, body in stream.messages():
                if kind == 12 and body[0] == 3:
                    return struct.unpack(">H", body[1:3])[0]
                if kind == 14:
                    raise Refused("no exchange by a named group")
        raise Refused("no ServerKeyExchange")


def eliminate(left, ask):
    """What ask chose of the list, one after the other, and what ended it."""
    left, found = list(left), []
    while left:
        try:
            one = ask(left)
        except Refused as refusal:
            return found, str(refusal)
        if one not in left:
            return found, f"chose {one:#06x}, which was not offered"
        found.append(one)
        left.remove(one)
    return found, "all taken"


def suites_of(target, version):
    """Accepted suites in the server's order, whether it is the server's, and the end."""
    def ask(left):
        got, suite, _ = target.answer(version, left)
        if got != version:
            raise Refused(f"version {got:#06x}")
        return suite
    found, end = [], ""
    for some in [SUITES13] if version == 0x304 else FAMILIES:
        more, ended = eliminate(some, ask)
        found += more
        end = ended if not end or ended != "all taken" else end
    if len(found) < 2:
        return found, None, end
    order, ended = eliminate(sorted(found), ask)
    if len(order) < len(found):
        return found, None, "order: " + ended
    return order, whose_order(order, ask), end


def whose_order(order, ask):
    """True: the server's; False: the client's, from whatever suite it begins with; None:
    neither, such as Go's, which has two orders and takes that of the client's first suite.
    A server that has ChaCha20 first for who wants it is still True."""
    def led_by(one):
        return ask([one, *(other for other in order if other != one)])
    if led_by(order[-1]) == order[0]:
        return True
    return False if (led_by(order[-1]), led_by(order[1])) == (order[-1], order[1]) else None


def ssl2(target):
    """The server lists its kinds by itself. SSL 2.0, 2.6."""
    kinds = b"".join(code.to_bytes(3, "big") for code in SUITES2)
    body = b"\1\0\2" + struct.pack(">HHH", len(kinds), 0, 16) + kinds + os.urandom(16)
    with target.asked(struct.pack(">H", 0x8000 | len(body)) + body) as stream:
        head = stream.read(2)
        if not head[0] & 0x80:
            raise Refused("no SSL 2.0")
        reply = stream.read(struct.unpack(">H", head)[0] & 0x7fff)
    if reply[0] != 4:
        raise Refused("error")
    certificate, kinds = struct.unpack(">HH", reply[5:9])
    listed = reply[11 + certificate:11 + certificate + kinds]
    return [int.from_bytes(listed[i:i + 3], "big") for i in range(0, kinds, 3)]


def groups_of(target, version, suites):
    """By HelloRetryRequest, which needs no share (RFC 8446, 4.1.4), or by the exchange."""
    if version == 0x304:
        return eliminate(EVERY_GROUP, lambda left: target.answer(0x304, suites, groups=left)[2])
    ecdhe = [code for code in suites if "_ECDHE_" in SUITES[code]]
    if not ecdhe:
        return [], "no suite needs one"
    def ask(left):
        return target.group_of_exchange(ecdhe, left)
    curves = [group for group in EVERY_GROUP if group < 256]
    found, end = eliminate(curves, ask)
    # With an ECDSA certificate its curve must be offered too. RFC 8422, 5.1.
    for group in set(curves) - set(found) if found else ():
        with contextlib.suppress(Refused):
            found += {ask([group, *found])} - set(found)
    return found, end


def refusal(target, name):
    """How a hello with the usual suites is answered: what a version that is off says."""
    try:
        got = target.answer(VERSIONS[name], USUAL[name])[0]
    except Refused as refused:
        return str(refused)
    return f"version {got:#06x}"


def probe(target, groups=True):
    """By name of version: status, suites, order, groups, and how the list ended."""
    out = {}
    for name, version in VERSIONS.items():
        found = {"suites": [], "order": None, "end": "", "groups": []}
        if version == 2:
            with contextlib.suppress(Refused):
                found["suites"] = ssl2(target)
        else:
            found["suites"], found["order"], found["end"] = suites_of(target, version)
            if not found["suites"]:
                found["end"] = refusal(target, name)
            if groups and version >= 0x303 and found["suites"]:
                found["groups"], _ = groups_of(target, version, found["suites"])
        out[name] = found
    return out


# Before TLS.


def lines(*steps):
    """A dialogue of lines: what to say (None: listen first), and how the answer begins."""
    def talk(stream):
        for said, wanted in steps:
            if said:
                stream.send(said)
            line = stream.line()
            while line[:4].endswith(b"-") or not line.startswith(wanted):
                if line.startswith((b"4", b"5", b"a NO", b"-ERR", b"NO")):
                    raise Refused("no STARTTLS: " + repr(line))
                line = stream.line()
    return talk


def ldap(stream):
    stream.send(bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037")
    head = stream.read(2)
    answer = stream.read(head[1])
    if b"\x0a\1\0" not in answer:
        raise Refused("no STARTTLS")


def xmpp(stream):
    stream.send(b"<?xml version='1.0'?><stream:stream to='chat.example.net' xmlns='jabber:client'"
                b" xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>")
    stream.until(b"</stream:features>")
    stream.send(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    stream.until(b"<proceed")
    stream.until(b">")


def postgres(stream):
    stream.send(struct.pack(">II", 8, 80877103))
    if stream.read(1) != b"S":
        raise Refused("no STARTTLS")


def mysql(stream):
    stream.read(int.from_bytes(stream.read(4)[:3], "little"))
    stream.send(b"\x20\0\0\1" + struct.pack("<IIB", 0x0008_8a00 | 0x200, 1 << 24, 33) + bytes(23))


def rdp(stream):
    stream.send(bytes.fromhex("030000130ee000000000000100080001000000"))
    if stream.read(19)[11] != 2:
        raise Refused("no TLS")


DIALOGUES = {
    "smtp": lines((None, b"220 "), (b"EHLO prober.example\r\n", b"250 "),
                  (b"STARTTLS\r\n", b"220 ")),
    "imap": lines((None, b"* OK"), (b"a STARTTLS\r\n", b"a OK")),
    "pop3": lines((None, b"+OK"), (b"STLS\r\n", b"+OK")),
    "ftp": lines((None, b"220 "), (b"AUTH TLS\r\n", b"234")),
    "nntp": lines((None, b"20"), (b"STARTTLS\r\n", b"382")),
    "sieve": lines((None, b"OK"), (b"STARTTLS\r\n", b"OK")),
    "ldap": ldap, "xmpp": xmpp, "postgres": postgres, "mysql": mysql, "rdp": rdp,
}


def main():
    words = sys.argv[2:]
    options = dict(zip(words[::2], words[1::2]))
    host, port = sys.argv[1].rsplit(":", 1)
    target = Target(host, int(port), options.get("--name"), options.get("--starttls"))
    for name, found in probe(target).items():
        print(name, "accepted" if found["suites"] else f"refused: {found['end']}",
              ORDERS[found["order"]] + " order")
        for code in found["suites"]:
            print("   ", {**SUITES, **SUITES2}.get(code, hex(code)))
        print("    groups", found["groups"]) if found["groups"] else None
    print(target.connections, "connections")


if __name__ == "__main__":
    main()
