"""Small proxies before a real server, and servers that mean harm: what `scan` must survive.

All run in one thread's loop, each on a port of its own. A proxy is a coroutine of (reader,
writer, state): state.backends are ports of real servers, state.count the connections so
far. To add one: a coroutine here and a line in scan_hostile.py.
"""

import asyncio
import contextlib
import itertools
import os
import socket
import struct
import threading
import time
from random import Random

HOST = "127.0.0.1"


class State:
    def __init__(self, backends, option):
        self.backends, self.option = backends, option
        self.count, self.times, self.memory = 0, [], {}


class Farm:
    """Listeners of one loop; add() answers the port of a new one."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda *_: None)  # peers reset: that is no news
        self.tasks = set()  # the loop itself holds them weakly
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.servers = []
        return self

    def __exit__(self, *_):
        for server in self.servers:
            self.loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(self.stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def stop(self):
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def add(self, serve, backends=(), option=None):
        return asyncio.run_coroutine_threadsafe(
            self.open(serve, State(backends, option)), self.loop).result(10)

    async def open(self, serve, state):
        async def one(reader, writer):
            self.tasks.add(asyncio.current_task())
            state.count += 1
            state.times.append(time.monotonic())
            writer.get_extra_info("socket").setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with contextlib.suppress(OSError, EOFError):
                await serve(reader, writer, state)
            writer.close()
            self.tasks.discard(asyncio.current_task())
        server = await asyncio.start_server(one, HOST, 0, backlog=1024)
        state.server = server
        self.servers.append(server)
        return server.sockets[0].getsockname()[1]


# What all of them are made of.


async def read_hello(reader):
    """The first record, or SSL 2.0's hello; what is neither, as far as it came."""
    head = await reader.readexactly(5)
    if head[0] == 0x16 and head[1] == 3:
        return head + await reader.readexactly(struct.unpack(">H", head[3:])[0])
    if head[0] & 0x80:
        size = struct.unpack(">H", head[:2])[0] & 0x7fff
        return head + await reader.readexactly(size - 3)
    return head


class Hello:
    """The parts that proxies look at; of SSL 2.0's hello none."""

    def __init__(self, record):
        self.tls = record[0] == 0x16
        self.size = len(record)
        self.version, self.session_id, self.suites, self.extensions = 0, b"", [], {}
        if self.tls:
            self.read(record[9:])

    def read(self, body):
        self.version = struct.unpack(">H", body[:2])[0]
        at = 35 + body[34]
        self.session_id = body[35:at]
        end = at + 2 + struct.unpack(">H", body[at:at + 2])[0]
        self.suites = [struct.unpack(">H", body[i:i + 2])[0] for i in range(at + 2, end, 2)]
        at = end + 1 + body[end] + 2
        while at + 4 <= len(body):
            kind, size = struct.unpack(">HH", body[at:at + 4])
            self.extensions[kind] = body[at + 4:at + 4 + size]
            at += 4 + size


def reset(writer):
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def alert(number, level=2):
    return bytes([21, 3, 1, 0, 2, level, number])


async def hold(reader):
    """Says nothing until the peer goes."""
    while await reader.read(65536):
        pass


async def pump(reader, writer, change=None):
    while data := await reader.read(65536):
        if change:
            await change(data, writer)
        else:
            writer.write(data)
            await writer.drain()
    if not change:
        with contextlib.suppress(OSError):
            writer.write_eof()


async def relay(reader, writer, port, first=b"", change=None):
    """To a real server and back; change(data, writer) passes on what it wants to."""
    inner_reader, inner_writer = await asyncio.open_connection(HOST, port)
    try:
        inner_writer.write(first)
        up = asyncio.ensure_future(pump(reader, inner_writer))
        # Who asks may reset: the server must not be left waiting.
        up.add_done_callback(lambda done: done.cancelled() or done.exception() and
                             inner_writer.close())
        await pump(inner_reader, writer, change)
        up.cancel()
    finally:
        inner_writer.close()


# Middleboxes and servers that dislike a hello: option is a limit.


async def drop_long(reader, writer, state):
    first = await read_hello(reader)
    if len(first) - 5 > state.option:
        await hold(reader)
    else:
        await relay(reader, writer, state.backends[0], first)


async def reset_long(reader, writer, state):
    first = await read_hello(reader)
    if len(first) - 5 > state.option:
        reset(writer)
    else:
        await relay(reader, writer, state.backends[0], first)


async def refuse_many_suites(reader, writer, state):
    first = await read_hello(reader)
    if len(Hello(first).suites) > state.option:
        writer.write(alert(40))
    else:
        await relay(reader, writer, state.backends[0], first)


async def refuse_no_session_id(reader, writer, state):
    first = await read_hello(reader)
    if not Hello(first).session_id and Hello(first).tls:
        return
    await relay(reader, writer, state.backends[0], first)


async def reset_new_versions(reader, writer, state):
    """Never heard of a version above the option, nor of supported_versions."""
    first = await read_hello(reader)
    if Hello(first).version > state.option or 43 in Hello(first).extensions:
        reset(writer)
    else:
        await relay(reader, writer, state.backends[0], first)


# Answers changed on their way.


async def reset_for_alert(reader, writer, state):
    async def change(data, out):
        if data[0] == 21:
            reset(out)
        out.write(data)
    await relay(reader, writer, state.backends[0], await read_hello(reader), change)


async def close_for_alert(reader, writer, state):
    async def change(data, out):
        if data[0] == 21:
            raise EOFError
        out.write(data)
    await relay(reader, writer, state.backends[0], await read_hello(reader), change)


async def drip(reader, writer, state):
    """A byte, a pause of option seconds."""
    async def change(data, out):
        for octet in data:
            out.write(bytes([octet]))
            await out.drain()
            await asyncio.sleep(state.option)
    await relay(reader, writer, state.backends[0], await read_hello(reader), change)


async def late(reader, writer, state):
    first = await read_hello(reader)
    await asyncio.sleep(state.option)
    await relay(reader, writer, state.backends[0], first)


async def warn_first(reader, writer, state):
    """unrecognized_name, a warning, before the ServerHello. RFC 6066, 3."""
    first = await read_hello(reader)
    writer.write(alert(112, level=1))
    await relay(reader, writer, state.backends[0], first)


async def cut(reader, writer, state):
    """The answer's first bytes, then an end: as many as the option says."""
    left = [state.option]

    async def change(data, out):
        out.write(data[:left[0]])
        left[0] -= len(data)
        if left[0] <= 0:
            raise EOFError
    await relay(reader, writer, state.backends[0], await read_hello(reader), change)


async def edge(reader, writer, state):
    """Answers the hellos of TLS 1.0 and 1.1 and refuses what follows them."""
    first = await read_hello(reader)
    if Hello(first).version > 0x302 or not Hello(first).tls:
        await relay(reader, writer, state.backends[0], first)
        return
    inner_reader, inner_writer = await asyncio.open_connection(HOST, state.backends[0])
    inner_writer.write(first)
    down = asyncio.ensure_future(pump(inner_reader, writer))
    try:
        if await reader.read(1):
            writer.write(alert(70))
            await writer.drain()
    finally:
        down.cancel()
        inner_writer.close()


# Servers of which there are several, or too few.


async def limit(reader, writer, state):
    """Twenty connections in ten seconds; the option says how more are met."""
    now = time.monotonic()
    state.times = [at for at in state.times if now - at < 10]
    if len(state.times) > 20:
        if state.option == "reset":
            reset(writer)
        elif state.option == "silence":
            await hold(reader)
        return
    await relay(reader, writer, state.backends[0])


async def alternate(_reader, writer, state):
    """One node after the other, each as often as it is listed."""
    await relay(_reader, writer, state.backends[state.count % len(state.backends)])


async def dies(reader, writer, state):
    """Gone after as many connections as the option says."""
    if state.count > state.option:
        state.server.close()
        return
    await relay(reader, writer, state.backends[0])


async def breaks(reader, writer, state):
    """At random so many of a hundred are reset, whatever they say: an overloaded server."""
    random = state.memory.setdefault("random", Random(state.option))
    if random.randrange(100) < state.option:
        reset(writer)
    else:
        await relay(reader, writer, state.backends[0])


async def flaky(reader, writer, state):
    """Each so-many-th connection is reset, whatever it says."""
    if state.count % state.option == 0:
        reset(writer)
    else:
        await relay(reader, writer, state.backends[0])


# What is no TLS.


async def says(reader, writer, state):
    """The option, once something was said; a banner is sent at once."""
    if not state.option.startswith((b"SSH", b"421", b"220")):
        await reader.read(1)
    writer.write(state.option)
    await writer.drain()
    with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
        await asyncio.wait_for(hold(reader), 1)


async def echo(reader, writer, _state):
    await pump(reader, writer)


async def silent(reader, _writer, _state):
    await hold(reader)


async def closing(_reader, _writer, _state):
    return


async def closing_later(reader, _writer, _state):
    await read_hello(reader)


async def resetting(reader, writer, _state):
    await reader.read(1)
    reset(writer)


# Servers that mean harm. Their ServerHellos suit the hello.


def record(body, kind=22, version=0x0303):
    return struct.pack(">BHH", kind, version, len(body)) + body


def message(kind, body, size=None):
    return struct.pack(">I", kind << 24 | (len(body) if size is None else size)) + body


def server_hello(hello, version=None, suite=None, extensions=b"", session_id=None):
    version = hello.version if version is None else version
    if suite is None:
        suite = next((s for s in hello.suites if s not in (0xff, 0x5600)), 0x2f)
    session_id = hello.session_id if session_id is None else session_id
    body = struct.pack(">H", version) + os.urandom(32)
    body += bytes([len(session_id) & 0xff]) + session_id + struct.pack(">HB", suite, 0)
    return message(2, body + (struct.pack(">H", len(extensions)) + extensions
                              if extensions else b""))


async def endless(reader, writer, state):
    """What the option makes of the hello, again and again."""
    first, rest = state.option(Hello(await read_hello(reader)))
    writer.write(first)
    while True:
        writer.write(rest)
        await writer.drain()


def endless_message(hello):
    """One message of 16 MB, and then another: nothing of it is ever whole in time."""
    return record(server_hello(hello)), record(message(11, bytes(16000), 0xffffff)) + \
        record(bytes(16000)) * 64


def endless_requests(hello):
    return b"", record(message(0, b"")) * 1000


def endless_warnings(_hello):
    return b"", alert(112, 1) * 1000


def endless_empty(_hello):
    return b"", record(b"") * 1000


def endless_ccs(hello):
    return record(server_hello(hello)), record(b"\1", 20) * 1000


def endless_data(hello):
    return record(server_hello(hello)), record(bytes(16384), 23)


async def certificate_16mb(reader, writer, _state):
    """A chain of one certificate that fills the message: RFC 5246, 7.4.2 allows it."""
    size = 0xffffff - 6
    whole = message(11, (size + 3).to_bytes(3, "big") + size.to_bytes(3, "big"), 0xffffff)
    hello = Hello(await read_hello(reader))
    writer.write(record(server_hello(hello)))
    left = 4 + 0xffffff - len(whole)
    writer.write(record(whole))
    while left:
        now = min(left, 16384)
        writer.write(record(b"\x30" * now))
        await writer.drain()
        left -= now
    writer.write(record(message(14, b"")))
    await hold(reader)


def wrong_shapes():
    """(name, function of a hello): each an answer that no server may give."""
    def ext(kind, body):
        return struct.pack(">HH", kind, len(body)) + body
    retry = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")

    def retried(hello, group):
        body = b"\3\3" + retry + bytes([len(hello.session_id)]) + hello.session_id
        more = ext(43, b"\3\4") + ext(51, struct.pack(">H", group))
        return record(message(2, body + b"\x13\1\0" + struct.pack(">H", len(more)) + more))
    return [
        ("an empty record", lambda h: record(b"")),
        ("a record of 65535", lambda h: b"\x16\3\3\xff\xff" + bytes(70000)),
        ("a record of 16385", lambda h: record(server_hello(h)[:4] + bytes(16381))),
        ("version 0.0", lambda h: record(server_hello(h), version=0)),
        ("record version 9.9", lambda h: record(server_hello(h), version=0x0909)),
        ("type 0", lambda h: record(server_hello(h), kind=0)),
        ("type 255", lambda h: record(server_hello(h), kind=255)),
        ("application data", lambda h: record(server_hello(h), kind=23)),
        ("heartbeat", lambda h: record(b"\1\x40\0", kind=24)),
        ("ccs", lambda h: record(b"\1", kind=20)),
        ("a short alert", lambda h: record(b"\2", kind=21)),
        ("a long alert", lambda h: record(b"\2\x28\0", kind=21)),
        ("an alert of level 3", lambda h: record(b"\3\x28", kind=21)),
        ("a warning, then the end", lambda h: alert(112, 1)),
        ("close_notify", lambda h: alert(0, 1)),
        ("a suite nobody offered", lambda h: record(server_hello(h, suite=0x00ff))),
        ("another suite nobody offered", lambda h: record(server_hello(h, suite=0xabcd))),
        ("version 2.0", lambda h: record(server_hello(h, version=0x0200))),
        ("version 3.5", lambda h: record(server_hello(h, version=0x0305))),
        ("a version above the offer", lambda h: record(server_hello(h, version=0x0303))),
        ("TLS 1.3 by legacy_version", lambda h: record(server_hello(h, version=0x0304))),
        ("1.3 for who did not ask", lambda h: record(server_hello(
            h, version=0x0303, suite=0x1301, extensions=ext(43, b"\3\4")))),
        ("a session id of 255", lambda h: record(server_hello(h, session_id=bytes(255)))),
        ("extensions twice", lambda h: record(server_hello(
            h, extensions=ext(65281, b"\0") + ext(65281, b"\0")))),
        ("extensions too long", lambda h: record(server_hello(h) + b"\xff\xff")),
        ("a hello cut short", lambda h: record(server_hello(h)[:20])),
        ("a hello too short for itself", lambda h: record(message(2, b"\3\3"))),
        ("a hello in one-byte records", lambda h: b"".join(
            record(bytes([b])) for b in server_hello(h))),
        ("two hellos", lambda h: record(server_hello(h)) * 2),
        ("a certificate first", lambda h: record(message(11, bytes(3)))),
        ("a done first", lambda h: record(message(14, b""))),
        ("a client's hello", lambda h: record(message(1, bytes(40)))),
        ("finished", lambda h: record(server_hello(h)) + record(message(20, bytes(12)))),
        ("retry for a group nobody offered", lambda h: retried(h, 0xabcd)),
        ("retry for group 0", lambda h: retried(h, 0)),
        ("retries for ever", lambda h: retried(h, 29) * 50),
        ("SSL 2.0's hello", lambda h: b"\x80\x0b\4\0\1\0\2\0\0\0\0\0\0"),
        ("SSL 2.0's hello with a lie", lambda h: b"\x80\x0b\4\0\1\0\2\xff\xff\xff\xff\xff\xff"),
        ("zeros", lambda h: bytes(5000)),
        ("ones", lambda h: b"\xff" * 5000),
        ("noise", lambda h: os.urandom(5000)),
    ]


async def shape(reader, writer, state):
    """The option's bytes for this hello; ends when the peer does."""
    writer.write(state.option(Hello(await read_hello(reader))))
    await writer.drain()
    with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
        await asyncio.wait_for(hold(reader), 1)


async def any_shape(reader, writer, state):
    """Another shape for each connection."""
    shapes = state.memory.setdefault("shapes", itertools.cycle(wrong_shapes()))
    state.option = next(shapes)[1]
    await shape(reader, writer, state)


@contextlib.contextmanager
def full_backlog():
    """A port whose kernel takes no more connections: SYNs go unanswered."""
    listener = socket.socket()
    listener.bind((HOST, 0))
    listener.listen(0)
    kept = []
    for _ in range(4):
        one = socket.socket()
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            one.connect(listener.getsockname())
        kept.append(one)
    try:
        yield listener.getsockname()[1]
    finally:
        for one in [*kept, listener]:
            one.close()
