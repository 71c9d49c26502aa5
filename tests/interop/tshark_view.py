"""What tshark sees of the handshakes in a capture, in the words of our JSON lines.

Nothing here knows how tlsunset reads packets: it is the second opinion. One record
a connection, keyed by (transport, client, client port, server, server port).
"""
import hashlib
import json
import subprocess

RETRY_RANDOM = "cf:21:ad:74:e5:9a:61:11:be:1d:8c:02:1e:65:b8:91:c2:a2:11:16:7a:bb:8c:5e:07:9e:09:e2:c8:a8:33:9c"
SIGNALLING = {0x00FF, 0x5600}


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def number(text):
    return int(text, 16) if text.startswith("0x") else int(text)


def is_grease(code):
    return code & 0x0F0F == 0x0A0A and code >> 8 == code & 0xFF


def run_tshark(path):
    """Two passes, out-of-order segments put in order, every STARTTLS on."""
    command = ["tshark", "-2", "-n", "-r", path, "-T", "json", "--no-duplicate-keys",
               "-o", "tcp.reassemble_out_of_order:TRUE",
               "-Y", "tls or dtls or quic", "-J", "tls dtls quic tcp udp ip ipv6 frame"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    return json.loads(done.stdout or b"[]")


def dicts_with(tree, keys):
    """Every dictionary of the tree that has one of the keys."""
    if isinstance(tree, list):
        for branch in tree:
            yield from dicts_with(branch, keys)
    elif isinstance(tree, dict):
        if any(key in tree for key in keys):
            yield tree
        else:
            for branch in tree.values():
                yield from dicts_with(branch, keys)


def values_of(tree, key):
    """Every value of that key anywhere in the tree, in order."""
    if isinstance(tree, list):
        for branch in tree:
            yield from values_of(branch, key)
    elif isinstance(tree, dict):
        for name, branch in tree.items():
            if name == key:
                yield from as_list(branch)
            elif isinstance(branch, (dict, list)):
                yield from values_of(branch, key)


def first(tree, key):
    return next(values_of(tree, key), None)


def numbers(tree, key):
    return [number(value) for value in values_of(tree, key)]


def innermost(layers, name):
    return as_list(layers.get(name))[-1] if name in layers else None


def ends_of(layers):
    """(transport, source, port, destination, port) of the innermost headers."""
    transport = "tcp" if "tcp" in layers else "udp"
    ports = innermost(layers, transport)
    # With IPv4 and IPv6 in one frame, what stands last among the layers is inside.
    names = [name for name in layers if name in ("ip", "ipv6")]
    ip = innermost(layers, names[-1])
    prefix = names[-1]
    return (transport, ip[prefix + ".src"], int(ports[transport + ".srcport"]),
            ip[prefix + ".dst"], int(ports[transport + ".dstport"]))


def protocol_trees(layers):
    for name in ("tls", "dtls", "quic"):
        if name in layers:
            yield name, layers[name]


def ja4(message, transport):
    """JA4 as its authors publish it, made from tshark's fields."""
    types = [code for code in numbers(message, "tls.handshake.extension.type")
             if not is_grease(code)]
    suites = [code for code in numbers(message, "tls.handshake.ciphersuite")
              if not is_grease(code)]
    schemes = numbers(message, "tls.handshake.sig_hash_alg") if 13 in types else []
    versions = [code for code in numbers(message, "tls.handshake.extensions.supported_version")
                if not is_grease(code)]
    version = max(versions) if versions else number(first(message, "tls.handshake.version"))
    name = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3",
            0x0002: "s2"}.get(version, "00")
    alpn = first(message, "tls.handshake.extensions_alpn_str") or ""
    ends = "00" if not alpn else alpn[0] + alpn[-1]
    if alpn and not (alpn[0].isascii() and alpn[0].isalnum()
                     and alpn[-1].isascii() and alpn[-1].isalnum()):
        raw = alpn.encode("latin-1", "replace").hex()
        ends = raw[0] + raw[-1]
    head = (f"{transport}{name}{'d' if 0 in types else 'i'}{min(len(suites), 99):02}"
            f"{min(len(types), 99):02}{ends}")

    def digest(text):
        return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12

    def hexes(codes):
        return ",".join(f"{code:04x}" for code in codes)

    middle = digest(hexes(sorted(suites)))
    tail = hexes(sorted(code for code in types if code not in (0, 16)))
    if schemes:
        tail += "_" + hexes(schemes)
    return f"{head}_{middle}_{digest(tail)}"


def new_record():
    return {"hellos": 0, "server_hellos": 0, "offered_versions": None, "version": None,
            "cipher": None, "group": None, "server_name": None, "alpn": None, "ja3": None,
            "ja3s": None, "ja4": None, "alerts": []}


def read_client_hello(record, message, protocol):
    record["hellos"] += 1
    if record["hellos"] > 1:
        return
    prefix = "dtls" if protocol == "dtls" else "tls"
    listed = [code for code in numbers(message, "tls.handshake.extensions.supported_version")
              if not is_grease(code)]
    record["offered_versions"] = sorted(listed, reverse=True) if listed else \
        numbers(message, prefix + ".handshake.version")[:1]
    record["server_name"] = first(message, "tls.handshake.extensions_server_name")
    record["ja3"] = first(message, "tls.handshake.ja3") or first(message, "dtls.handshake.ja3")
    if protocol != "dtls" and record["ja3"]:
        record["ja4"] = ja4(message, "q" if protocol == "quic" else "t")


def read_server_hello(record, message, protocol):
    prefix = "dtls" if protocol == "dtls" else "tls"
    versions = numbers(message, "tls.handshake.extensions.supported_version")
    record["version"] = versions[0] if versions else \
        number(first(message, prefix + ".handshake.version"))
    suites = numbers(message, prefix + ".handshake.ciphersuite")
    record["cipher"] = suites[0] if suites else None
    groups = numbers(message, "tls.handshake.extensions_key_share_selected_group") or \
        numbers(message, "tls.handshake.extensions_key_share_group")
    if groups:
        record["group"] = groups[0]
    if first(message, prefix + ".handshake.random") == RETRY_RANDOM:
        return
    record["server_hellos"] += 1
    record["alpn"] = first(message, "tls.handshake.extensions_alpn_str")
    record["ja3s"] = first(message, "tls.handshake.ja3s") or \
        first(message, "dtls.handshake.ja3s")


def handle_message(records, ends, message, protocol):
    prefix = "dtls" if protocol == "dtls" else "tls"
    kinds = numbers(message, prefix + ".handshake.type")
    if not kinds:
        return
    transport, source, source_port, destination, destination_port = ends
    there = (transport, source, source_port, destination, destination_port)
    back = (transport, destination, destination_port, source, source_port)
    if kinds[0] == 1:
        read_client_hello(records.setdefault(there, new_record()), message, protocol)
    elif kinds[0] == 2:
        read_server_hello(records.setdefault(back, new_record()), message, protocol)
    elif kinds[0] == 12 and back in records:
        curves = numbers(message, prefix + ".handshake.server_named_curve")
        if curves:
            records[back]["group"] = curves[0]


def handle_alerts(records, ends, tree, protocol):
    prefix = "dtls" if protocol == "dtls" else "tls"
    transport, source, source_port, destination, destination_port = ends
    there = (transport, source, source_port, destination, destination_port)
    back = (transport, destination, destination_port, source, source_port)
    for alert in dicts_with(tree, [prefix + ".alert_message.desc"]):
        side = "client" if there in records else "server"
        record = records.get(there) or records.get(back)
        if record is not None:
            record["alerts"].append((side, int(alert[prefix + ".alert_message.level"]),
                                     int(alert[prefix + ".alert_message.desc"])))


def view(path):
    """The records of a capture by connection."""
    records = {}
    for packet in run_tshark(path):
        layers = packet["_source"]["layers"]
        if "tcp" not in layers and "udp" not in layers:
            continue
        ends = ends_of(layers)
        for protocol, tree in protocol_trees(layers):
            keys = ["tls.handshake.type", "dtls.handshake.type"]
            for message in dicts_with(tree, keys):
                handle_message(records, ends, message,
                               "dtls" if "dtls.handshake.type" in message else protocol)
            handle_alerts(records, ends, tree, protocol)
    return records
