#!/usr/bin/env python3
"""Peers that no package has: servers that misbehave, and prologues of RDP and TDS.

    peers.py reset|silent ADDRESS PORT       takes a hello, then RST, or nothing
    peers.py flaky ADDRESS PORT TO-PORT      resets the first connection, forwards the rest
    peers.py tds-server ADDRESS PORT CERT KEY
    peers.py tds-client|rdp-client HOST PORT
    peers.py inetd ADDRESS PORT COMMAND...   a process for each connection, which is its input
                                             and output
    peers.py split HOST PORT                 an OpenSSL hello cut into records of 100 bytes
    peers.py noise HOST PORT                 what a scanner sends that is no hello

The TLS of TDS and RDP is OpenSSL's (Python's ssl); only what stands around it is ours.
"""

import os
import socket
import ssl
import struct
import subprocess
import sys
import threading

TDS_PRELOGIN = 0x12
PRELOGIN = bytes([0, 0, 16, 0, 6, 1, 0, 22, 0, 1, 4, 0, 23, 0, 1, 0xff])
PRELOGIN_BODY = bytes([15, 0, 0, 0, 0, 0, 1, 0])  # version; encryption on; no MARS


def listen(address, port):
    listener = socket.create_server((address, int(port)))
    while True:
        yield listener.accept()[0]


def serve_inetd(address, port, *command):
    children = []
    for connection in listen(address, port):
        children = [child for child in children if child.poll() is None]
        children.append(subprocess.Popen(command, stdin=connection, stdout=connection))
        connection.close()


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve_flaky(address, port, to_port):
    for count, connection in enumerate(listen(address, port)):
        if count == 0:
            connection.recv(4096)
            reset(connection)
            continue
        inner = socket.create_connection(("127.0.0.1", int(to_port)))
        for pair in ((connection, inner), (inner, connection)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def context(server, cert=None, key=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.minimum_version = ssl.TLSVersion.TLSv1
    made.maximum_version = ssl.TLSVersion.TLSv1_2  # TDS 7.x wraps the handshake: no 1.3
    if server:
        made.load_cert_chain(cert, key)
    else:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def tds_packet(kind, payload):
    return struct.pack(">BBHHBB", kind, 1, 8 + len(payload), 0, 1, 0) + payload


def receive(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def tds_read(connection):
    header = receive(connection, 8)
    return receive(connection, struct.unpack(">H", header[2:4])[0] - 8)


def tds_handshake(connection, made, server, name=None):
    """TLS inside PRELOGIN packets (MS-TDS 2.2.6.5 and 3.2.5.1), records bare after it."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = made.wrap_bio(incoming, outgoing, server_side=server, server_hostname=name)
    done = False
    while not done:
        try:
            tls.do_handshake()
            done = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            connection.sendall(tds_packet(TDS_PRELOGIN, outgoing.read()))  # its alert
            raise
        if out := outgoing.read():
            connection.sendall(tds_packet(TDS_PRELOGIN, out))
        if not done:
            incoming.write(tds_read(connection))
    return tls, incoming, outgoing


def serve_tds(address, port, cert, key):
    made = context(True, cert, key)
    for connection in listen(address, port):
        try:
            tds_read(connection)
            connection.sendall(tds_packet(4, PRELOGIN + PRELOGIN_BODY))
            _, incoming, outgoing = tds_handshake(connection, made, True)
            incoming.write(connection.recv(4096))
            connection.close()
        except (OSError, EOFError, ssl.SSLError):
            connection.close()


def tds_client(host, port):
    connection = socket.create_connection((host, int(port)))
    connection.sendall(tds_packet(TDS_PRELOGIN, PRELOGIN + PRELOGIN_BODY))
    tds_read(connection)
    tls, _, outgoing = tds_handshake(connection, context(False), False, host)
    tls.write(b"\x10\x01 login would be here")
    connection.sendall(outgoing.read())
    connection.recv(10)
    print("answer")


def rdp_client(host, port):
    """MS-RDPBCGR 2.2.1.1: an X.224 connection request that asks for TLS."""
    negotiate = struct.pack("<BBHI", 1, 0, 8, 1)
    cookie = b"Cookie: mstshash=lab\r\n"
    x224 = struct.pack(">BHHB", 0xe0, 0, 0, 0) + cookie + negotiate
    request = bytes([len(x224)]) + x224
    connection = socket.create_connection((host, int(port)))
    connection.sendall(struct.pack(">BBH", 3, 0, 4 + len(request)) + request)
    header = receive(connection, 4)
    receive(connection, struct.unpack(">H", header[2:])[0] - 4)
    tls = context(False).wrap_socket(connection, server_hostname=host)
    print("answer", tls.version())
    tls.close()


def split_client(host, port):
    """Middleboxes and some stacks cut a hello into several records (RFC 8446, 5.1)."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context(False).wrap_bio(incoming, outgoing, server_hostname=host)
    connection = socket.create_connection((host, int(port)))
    first = True
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            out = outgoing.read()
            if first:
                message = out[5:]
                out = b"".join(
                    out[:3] + struct.pack(">H", len(part)) + part
                    for part in (message[i:i + 100] for i in range(0, len(message), 100)))
                first = False
            connection.sendall(out)
            incoming.write(connection.recv(65536))
    tls.write(b"GET / HTTP/1.0\r\n\r\n")
    connection.sendall(outgoing.read())
    connection.recv(65536)
    print("answer", tls.version())


def noise_client(host, port):
    hellos = [b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03",
              b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc" + b"A" * 200, b"SSH-2.0-scan\r\n",
              bytes(range(64)), b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10"]
    for hello in hellos:
        connection = socket.create_connection((host, int(port)))
        connection.settimeout(0.5)
        try:
            connection.sendall(hello)
            connection.recv(4096)
        except OSError:
            pass
        connection.close()
    print("answer")


def main(role, *arguments):
    if role == "reset":
        for connection in listen(*arguments):
            connection.recv(4096)
            reset(connection)
    elif role == "silent":
        kept = []
        for connection in listen(*arguments):
            kept.append(connection)
    else:
        {"flaky": serve_flaky, "inetd": serve_inetd, "tds-server": serve_tds, "tds-client": tds_client,
         "rdp-client": rdp_client, "split": split_client, "noise": noise_client,
         }[role](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
