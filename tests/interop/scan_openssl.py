"""OpenSSL's own server on a free port of 127.0.0.1, for tests that have one server alone."""

import contextlib
import socket
import subprocess
import time


def run(folder, *words):
    subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_certificate(folder, name):
    run(folder, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
        "-subj", f"/CN={name}", "-keyout", "key", "-out", "certificate")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def await_listening(process, port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
    raise RuntimeError("openssl s_server does not listen")


@contextlib.contextmanager
def serving(folder, *settings, port=None):
    """The port; files of settings lie in folder."""
    port = port or free_port()
    process = subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", *settings],
        cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        await_listening(process, port)
        yield port
    finally:
        process.kill()
        process.wait()
