"""What tshark sees of the handshakes in a capture, in the words of our JSON lines.

Nothing here knows how tlsunset reads packets: it is the second opinion. view() gives
one record a handshake, in order of time. Values are code points, as tshark has them;
JA4, which tshark 4.0 has not, is computed here from its fields.
"""
import collections
import hashlib
import re
import subprocess
import xml.etree.ElementTree

# RFC 8446, 4.1.3: a ServerHello with this random asks for another hello.
RETRY_RANDOM = ("cf21ad74e59a6111be1d8c021e65b891"
                "c2a211167abb8c5e079e09e2c8a8339c")
CLIENT_HELLO, SERVER_HELLO, RETRY_DRAFT, SERVER_KEY_EXCHANGE = 1, 2, 6, 12
SSLV2_MASTER_KEY, SSLV2_SERVER_HELLO = 2, 4
SERVER_NAME, GROUPS, SIGNATURES, ALPN, VERSIONS, KEY_SHARE, KEY_SHARE_DRAFT = \
    0, 10, 13, 16, 43, 51, 40
WANTED = ("tls.handshake.type or dtls.handshake.type or tls.alert_message.desc or "
          "dtls.alert_message.desc or quic.cc.error_code.tls_alert")
COMMAND = ["tshark", "-2", "-n", "-o", "tcp.reassemble_out_of_order:TRUE",
           "-T", "pdml", "-Y", WANTED]
JA4_VERSIONS = {0x0002: "s2", 0x0300: "s3", 0x0301: "10", 0x0302: "11", 0x0303: "12",
                0x0304: "13", 0xfeff: "d1", 0xfefd: "d2", 0xfefc: "d3"}
# What XML 1.0 has no way to write, though tshark does.
NO_XML = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def run_tshark(path):
    """The packets of interest. A capture cut in the middle still has a beginning."""
    done = subprocess.run(COMMAND + ["-r", path], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False, timeout=300)
    text = NO_XML.sub(b"?", done.stdout)
    if b"<pdml" not in text:
        return []
    if not text.rstrip().endswith(b"</pdml>"):
        text += b"</pdml>"
    text = text.decode("utf-8", "replace").replace("\ufffe", "?").replace("\uffff", "?")
    return xml.etree.ElementTree.fromstring(text)


def name_of(element):
    """DTLS has the fields of TLS under names of its own."""
    name = element.get("name") or ""
    return name[1:] if name.startswith("dtls.") else name


def all_of(tree, name):
    return [element for element in tree.iter() if name_of(element) == name]


def first_of(tree, name):
    return next((element for element in tree.iter() if name_of(element) == name), None)


def number(element):
    return None if element is None else int(element.get("show"), 0)


def numbers(tree, name):
    return [number(element) for element in all_of(tree, name)]


def show(tree, name):
    element = first_of(tree, name)
    return None if element is None else element.get("show")


def octets(element):
    """The bytes of a text, which may be a stranger's."""
    return None if element is None else bytes.fromhex(element.get("value") or "") or None


def is_grease(code):
    return code & 0x0f0f == 0x0a0a and code >> 8 == code & 0xff


def without_grease(codes):
    return [code for code in codes if not is_grease(code)]


# Older is bigger in DTLS.
def newest_first(versions):
    return sorted(versions, reverse=True,
                  key=lambda code: (0x10000 - code) & 0xff if code >> 8 == 0xfe else code)


def extensions_of(message):
    """(type, tree) of each extension: a field's name alone does not tell whose it is."""
    for element in message.iter():
        kind = [child for child in element
                if name_of(child) == "tls.handshake.extension.type"]
        if kind:
            yield number(kind[0]), element


def extension(message, *wanted):
    for kind, tree in extensions_of(message):
        if kind in wanted:
            return tree
    return xml.etree.ElementTree.Element("none")


def offered_versions(message):
    listed = without_grease(numbers(extension(message, VERSIONS),
                                    "tls.handshake.extensions.supported_version"))
    return listed or numbers(message, "tls.handshake.version")[:1]


def ja4_alpn(message):
    name = octets(first_of(extension(message, ALPN), "tls.handshake.extensions_alpn_str"))
    if not name:
        return "00"
    ends = chr(name[0]) + chr(name[-1])
    return ends if ends.isascii() and ends.isalnum() else name.hex()[0] + name.hex()[-1]


def ja4(message, transport):
    """JA4 as its authors publish it (FoxIO, technical_details/JA4.md)."""
    types = without_grease(kind for kind, _ in extensions_of(message))
    suites = without_grease(numbers(message, "tls.handshake.ciphersuite"))
    schemes = without_grease(numbers(extension(message, SIGNATURES),
                                     "tls.handshake.sig_hash_alg"))
    # The highest number, also of DTLS, where it is the older version.
    version = JA4_VERSIONS.get(max(offered_versions(message)), "00")

    def digest(text):
        return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12

    def hexes(codes):
        return ",".join(f"{code:04x}" for code in codes)

    tail = hexes(sorted(code for code in types if code not in (SERVER_NAME, ALPN)))
    if schemes:
        tail += "_" + hexes(schemes)
    return (f"{transport}{version}{'d' if SERVER_NAME in types else 'i'}"
            f"{min(len(suites), 99):02}{min(len(types), 99):02}{ja4_alpn(message)}"
            f"_{digest(hexes(sorted(suites)))}_{digest(tail)}")


def new_record(packet):
    return {"ts": packet.at, "client": None, "frame": packet.number, "cut": False,
            "random": None, "offered_versions": None, "server_name": None, "ja3": None,
            "ja4": None, "version": None, "cipher": None, "group": None, "alpn": None,
            "ja3s": None, "alerts": []}


def is_cut(message):
    return any(element.get("name") in ("_ws.malformed", "_ws.short")
               for element in message.iter())


# The first hello says what the client offers, a second only what it was asked for.
def read_client_hello(record, packet, message):
    if record["offered_versions"] is not None:
        return
    record["ts"] = packet.at
    record["client"] = packet.source
    record["random"] = show(message, "tls.handshake.random")
    record["offered_versions"] = newest_first(offered_versions(message))
    record["server_name"] = octets(first_of(extension(message, SERVER_NAME),
                                            "tls.handshake.extensions_server_name"))
    record["ja3"] = show(message, "tls.handshake.ja3")
    if first_of(message, "tls.handshake.cipherspec") is None:
        record["ja4"] = ja4(message, packet.ja4_transport)


# RFC 5246, 7.4.1.4 and RFC 8446, 4.2.8: after a retry the second answer is the one.
def read_server_hello(record, message):
    versions = numbers(extension(message, VERSIONS),
                       "tls.handshake.extensions.supported_version")
    record["version"] = versions[0] if versions else \
        number(first_of(message, "tls.handshake.version"))
    suites = numbers(message, "tls.handshake.ciphersuite")
    record["cipher"] = suites[0] if suites else record["cipher"]
    share = extension(message, KEY_SHARE, KEY_SHARE_DRAFT)
    groups = numbers(share, "tls.handshake.extensions_key_share_selected_group") or \
        numbers(share, "tls.handshake.extensions_key_share_group")
    record["group"] = groups[0] if groups else record["group"]
    record["alpn"] = octets(first_of(extension(message, ALPN),
                                     "tls.handshake.extensions_alpn_str"))
    record["ja3s"] = show(message, "tls.handshake.ja3s")


class Packet:
    """Whose packet it is, by its innermost headers, and which TLS it carries."""

    def __init__(self, element):
        self.at = self.number = self.stream = self.transport = None
        self.source = self.destination = None
        self.protocols = []
        network = None
        for proto in element.iter("proto"):
            name = proto.get("name")
            if name == "frame":
                self.at = float(show(proto, "frame.time_epoch"))
                self.number = number(first_of(proto, "frame.number"))
            elif name in ("ip", "ipv6") and first_of(proto, name + ".src") is not None:
                network = (show(proto, name + ".src"), show(proto, name + ".dst"))
            elif name in ("tcp", "udp") and network and \
                    first_of(proto, name + ".srcport") is not None:
                self.transport = name
                self.stream = (name, show(proto, name + ".stream"))
                self.source = (network[0], number(first_of(proto, name + ".srcport")))
                self.destination = (network[1],
                                    number(first_of(proto, name + ".dstport")))
            elif name in ("tls", "dtls", "quic"):
                self.protocols.append(proto)
        names = {proto.get("name") for proto in self.protocols}
        self.ja4_transport = "q" if "quic" in names else "d" if "dtls" in names else "t"


def messages_of(packet):
    """(type, tree) of each handshake message that is whole, and of each alert."""
    seen = set()
    for proto in packet.protocols:
        for element in proto.iter():
            names = {name_of(child): child for child in element}
            if id(element) in seen:
                continue
            seen.add(id(element))
            if "tls.handshake.type" in names:
                yield number(names["tls.handshake.type"]), element
            if "tls.alert_message.desc" in names:
                yield "alert", (number(names["tls.alert_message.level"]),
                                number(names["tls.alert_message.desc"]))
            if "quic.cc.error_code.tls_alert" in names:
                yield "alert", (2, number(names["quic.cc.error_code.tls_alert"]))


class Reader:
    """Messages become records, as many as a stream has handshakes."""

    def __init__(self):
        self.records = []
        self.current = {}  # by stream

    def begin(self, packet):
        record = new_record(packet)
        record["stream"] = packet.stream
        record["transport"] = packet.transport
        self.records.append(record)
        self.current[packet.stream] = record
        return record

    def client_hello(self, packet, message):
        record = self.current.get(packet.stream)
        random = show(message, "tls.handshake.random")
        # TCP has one handshake a connection, later ones are renegotiations; a UDP
        # flow may have several. A repeated or second hello keeps its random
        # (RFC 8446, 4.1.2; RFC 6347, 4.2.1), but OpenSSL's of DTLS before the RFC.
        if record is None or (packet.transport == "udp" and record["ja3s"] is not None
                              and random != record["random"]):
            record = self.begin(packet)
        read_client_hello(record, packet, message)
        record["cut"] |= is_cut(message)

    def server_hello(self, packet, message):
        record = self.current.get(packet.stream) or self.begin(packet)
        if record["client"] is None:
            record["client"] = packet.destination
        read_server_hello(record, message)

    def alert(self, packet, alert):
        record = self.current.get(packet.stream)
        if record is not None:
            side = "client" if record["client"] == packet.source else "server"
            record["alerts"].append((side, *alert))

    def key_exchange(self, packet, message):
        record = self.current.get(packet.stream)
        curves = numbers(message, "tls.handshake.server_named_curve")
        if record is not None and curves:
            record["group"] = curves[0]

    # In SSL 2.0 the client picks the suite, of those that the server has left over.
    def master_key(self, packet, message):
        record = self.current.get(packet.stream)
        if record is not None and record["client"] == packet.source:
            record["cipher"] = number(first_of(message, "tls.handshake.cipherspec"))

    def message(self, packet, kind, tree):
        if kind == "alert":
            self.alert(packet, tree)
        elif kind == SSLV2_MASTER_KEY and first_of(tree, "tls.handshake.cipherspec") \
                is not None:
            self.master_key(packet, tree)
        elif first_of(tree, "tls.handshake.version") is not None and kind == CLIENT_HELLO:
            self.client_hello(packet, tree)
        elif kind == SERVER_KEY_EXCHANGE:
            self.key_exchange(packet, tree)
        elif first_of(tree, "tls.handshake.version") is not None and (
                kind in (SERVER_HELLO, RETRY_DRAFT) or (
                    kind == SSLV2_SERVER_HELLO and
                    first_of(tree, "tls.handshake.cert_type") is not None)):
            self.server_hello(packet, tree)

    def take(self, packet):
        for kind, tree in messages_of(packet):
            if packet.stream is not None:
                self.message(packet, kind, tree)
            for end in ("source", "destination"):
                if packet.stream is not None and packet.stream in self.current:
                    self.current[packet.stream].setdefault("ends", set()).add(
                        getattr(packet, end))


def view(path):
    """Records as {ts, transport, client, server, ...}; ends are (address, port)."""
    reader = Reader()
    for element in run_tshark(path):
        packet = Packet(element)
        if packet.stream is not None:
            reader.take(packet)
    for record in reader.records:
        others = record.pop("ends") - {record["client"]}
        record["server"] = next(iter(others), record["client"])
    return reader.records


def group_by_ends(records):
    groups = collections.defaultdict(list)
    for record in records:
        groups[record["transport"],
               frozenset((record["client"], record["server"]))].append(record)
    return groups
