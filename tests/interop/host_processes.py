#!/usr/bin/env python3
"""host_processes.py TLSUNSET - what `host` says of processes: a server of OpenSSL's and nginx, each
with copies of its libraries, which are then replaced below it; one in mounts of its own; and what
another user may not look into. Then what a process alone decides: its OPENSSL_CONF, a container's
files, an OpenSSL that is linked into it; and a program that answers what nobody asked for.

Exit: 0 all as it should be, 1 something is not, 77 where it cannot be tried.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from host_wire import CLEAN, Peers, Served, accepts

SKIPPED = 77
CONFIG = """
daemon off; master_process on; worker_processes 1; pid {work}/nginx.pid; error_log {work}/log;
events {{ }}
http {{
  access_log off; client_body_temp_path {work}/a; proxy_temp_path {work}/b;
  fastcgi_temp_path {work}/c; uwsgi_temp_path {work}/d; scgi_temp_path {work}/e;
  server {{ listen 127.0.0.1:@port@ ssl; ssl_certificate {cert}; ssl_certificate_key {key}; }}
}}
"""
failed = []


def check(what, holds, *shown):
    print("ok  " if holds else "FAIL", what, *(() if holds else shown), flush=True)
    if not holds:
        failed.append(what)


def host(tlsunset, *words):
    done = subprocess.run([*words, tlsunset, "host", "--no-run", "--output", "json"],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def of(report, pid):
    """The process' TLS libraries: name of the file, how it is mapped, ports."""
    return {os.path.basename(p["library"]): (p["mapped"], p["ports"])
            for p in report["processes"] if p["pid"] == pid}


def libraries_of(program):
    """The files of libssl and libcrypto that a program is linked with, by their names."""
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r"(lib(?:ssl|crypto)\.so[.\d]*) => (\S+)", said))


def copied(libraries, folder):
    folder.mkdir()
    for name, path in libraries.items():
        shutil.copy(path, folder / name)
    return dict(CLEAN, LD_LIBRARY_PATH=str(folder))


def replace(path):
    """As a package's update does: another file of that name."""
    shutil.copy(path, f"{path}.new")
    os.rename(f"{path}.new", path)


def children(pid):
    return [int(c) for c in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def try_openssl(tlsunset, peers, work):
    libraries = libraries_of(shutil.which("openssl"))
    name = next(n for n in libraries if n.startswith("libssl"))
    environment = copied(libraries, work / "openssl")
    server = Served(["openssl", "s_server", "-accept", "127.0.0.1:{port}", "-cert", peers.cert,
                     "-key", peers.key, "-quiet", "-www"], environment)
    with server as port:
        pid = server.process.pid
        mapped, ports = of(host(tlsunset), pid).get(name, ("absent", []))
        if mapped == "unknown":
            print("the file system shows other devices to maps than to stat")
            return False
        check("s_server: its library is the one that is stored", mapped == "stored", mapped)
        check("s_server: the port where it listens", ports == [port], ports, port)
        replace(work / "openssl" / name)
        mapped = of(host(tlsunset), pid).get(name)
        check("s_server: its library was replaced", mapped and mapped[0] == "replaced", mapped)
        os.unlink(work / "openssl" / name)
        mapped = of(host(tlsunset), pid).get(name)
        check("s_server: its library is gone", mapped and mapped[0] == "replaced", mapped)
    return True


def try_nginx(tlsunset, peers, work):
    if shutil.which("nginx") is None:
        print("skip nginx: it is not installed")
        return
    libraries = libraries_of(shutil.which("nginx"))
    name = next((n for n in libraries if n.startswith("libssl")), None)
    environment = copied(libraries, work / "nginx")
    text = CONFIG.format(work=work, cert=peers.cert, key=peers.key)
    (work / "nginx.conf").write_text(text, encoding="ascii")
    words = ["sh", "-c", f"sed s/@port@/$0/ {work}/nginx.conf >{work}/n.conf; "
             f"exec nginx -p {work} -c {work}/n.conf", "{port}"]
    server = Served(words, environment)
    with server as port:
        pids = [server.process.pid, *children(server.process.pid)]
        report = host(tlsunset)
        check("nginx: the master and its worker", len(pids) == 2, pids)
        for pid in pids:
            check("nginx: library and port", of(report, pid).get(name) == ("stored", [port]),
                  of(report, pid), port)
        replace(work / "nginx" / name)
        report = host(tlsunset)
        for pid in pids:
            check("nginx: its library was replaced",
                  of(report, pid).get(name) == ("replaced", [port]), of(report, pid))
        text = subprocess.run([tlsunset, "host", "--no-run"], capture_output=True, text=True,
                              check=True).stdout
        check("nginx: the table says so",
              re.search(rf"^ *{pids[0]} +nginx +openssl +replaced +{port}\b", text, re.M), text)
        server.process.terminate()
        server.process.wait()


def try_mounts(tlsunset, peers, work):
    """A process whose library lies where nobody else sees it: in mounts of its own."""
    alone = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        print("skip mounts: none of its own can be had")
        return
    libraries = libraries_of(shutil.which("openssl"))
    name = next(n for n in libraries if n.startswith("libssl"))
    environment = copied(libraries, work / "own")
    (work / "seen").mkdir()
    environment["LD_LIBRARY_PATH"] = str(work / "seen")
    words = [*alone, "sh", "-c", f"mount --bind {work}/own {work}/seen && exec openssl s_server "
             f"-accept 127.0.0.1:$0 -cert {peers.cert} -key {peers.key} -quiet -www", "{port}"]
    server = Served(words, environment)
    with server as port:
        found = of(host(tlsunset), server.process.pid).get(name)
        check("mounts of its own: stored, as it sees it", found == ("stored", [port]), found)
        replace(work / "own" / name)
        found = of(host(tlsunset), server.process.pid).get(name)
        check("mounts of its own: replaced", found == ("replaced", [port]), found)
        if shutil.which("setpriv") and os.geteuid() == 0:
            copy = work / "tlsunset"
            shutil.copy(tlsunset, copy)
            report = host(str(copy), "setpriv", "--reuid", "65534", "--regid", "65534",
                          "--clear-groups")
            about = [n["why"] for n in report["notes"] if n["about"] == "/proc"]
            check("another user: nothing of it is told", not of(report, server.process.pid))
            check("another user: how many were not looked into, and why",
                  report["processes_unread"] > 0 and any("by root alone" in w for w in about),
                  about)


LOW = """openssl_conf = a
[a]
ssl_conf = b
[b]
system_default = c
[c]
CipherString = DEFAULT@SECLEVEL=0
"""


def stacks_of(report, pid):
    return [s for s in report["stacks"] if f"process {pid} (" in (s["of"] or "")]


PLAIN = {name: value for name, value in os.environ.items() if name != "OPENSSL_CONF"}


def server_words(peers):
    return ["openssl", "s_server", "-accept", "127.0.0.1:{port}", "-cert", peers.cert, "-key",
            peers.key, "-quiet", "-www"]


def check_asked(what, port, stack):
    """What is told of a server is what it accepts."""
    by_hello, by_client = accepts(port)
    check(f"{what}: as it answers", stack["server"]["versions"]["on"] == by_hello == by_client,
          stack["server"], by_hello, by_client)


def try_settings(tlsunset, peers, work):
    (work / "low.cnf").write_text(LOW, encoding="ascii")
    server = Served(server_words(peers), dict(CLEAN, OPENSSL_CONF=str(work / "low.cnf")))
    with server as port:
        told = stacks_of(host(tlsunset), server.process.pid)
        check("OPENSSL_CONF of a process: one stack", len(told) == 1, told)
        check_asked("OPENSSL_CONF of a process", port, told[0])


def contain(work, program, name):
    """A root with that program, what it is linked with, and a file of an old system."""
    root = work / name
    said = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    for path in [program, *re.findall(r"(/\S+) \(0x", said)]:
        (root / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, root / path.lstrip("/"))
    for folder in ("etc", "usr/lib/ssl", "work"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Small 1"\n',
                                         encoding="ascii")
    (root / "usr/lib/ssl/openssl.cnf").write_text(LOW, encoding="ascii")
    return root


def try_container(tlsunset, peers, work):
    """As an engine starts one: mounts of its own, of which another root is the first."""
    alone = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        print("skip containers: none of its own mounts can be had")
        return
    program = shutil.which("openssl")
    root = contain(work, program, "container")
    for path in (peers.cert, peers.key):
        shutil.copy(path, root / "work")
    words = [*alone, "chroot", str(root), program, "s_server", "-accept", "127.0.0.1:{port}",
             "-cert", f"/work/{os.path.basename(peers.cert)}", "-key",
             f"/work/{os.path.basename(peers.key)}", "-quiet", "-www"]
    server = Served(words, PLAIN)
    with server as port:
        pid = server.process.pid
        told = stacks_of(host(tlsunset), pid)
        check("a container: one stack", len(told) == 1, told)
        check("a container: whose, and where its file is",
              told[0]["of"].endswith("of Small 1") and os.path.exists(told[0]["path"]), told)
        check_asked("a container", port, told[0])


PROGRAM = r"""
#include <openssl/ssl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    printf("%p of %s\n", (void *)context, OpenSSL_version(OPENSSL_VERSION));
    fflush(stdout);
    pause();
    return 0;
}
"""


def try_linked_in(tlsunset, work):
    (work / "a.c").write_text(PROGRAM, encoding="ascii")
    built = subprocess.run(["cc", "-o", work / "linked", work / "a.c", "-l:libssl.a",
                            "-l:libcrypto.a", "-lpthread", "-ldl"], capture_output=True,
                           check=False) if shutil.which("cc") else None
    if built is None or built.returncode != 0:
        print("skip what is linked in: there is no libssl.a or compiler")
        return
    with subprocess.Popen([work / "linked"], stdout=subprocess.PIPE, env=PLAIN) as process:
        process.stdout.readline()
        report = host(tlsunset)
        process.kill()
    told = stacks_of(report, process.pid)
    check("linked in: told as OpenSSL", [s["stack"] for s in told] == ["openssl"], told)
    check("linked in: the file of the process", of(report, process.pid).keys() == {"linked"},
          of(report, process.pid))
    release = subprocess.run(["openssl", "version"], capture_output=True, text=True,
                             check=True).stdout.split()[1]
    check("linked in: its release", told and told[0]["release"] == release, told, release)


def try_garbage(tlsunset, work):
    """A program that prints garbage and dies: what is derived of it stays, and why is said."""
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
             "mount -t tmpfs -o mode=755 none /opt && mkdir -p /opt/a/bin && "
             "cp $1 /opt/a/bin/node && exec $0 host --stack node --output json",
             tlsunset, str(work / "node")]
    (work / "node").write_text("#!/bin/sh\n# nodejs.org/download/release/v18.1.0\n"
                               "printf '\\033[31m\\377garbage'; kill -9 $$\n", encoding="ascii")
    os.chmod(work / "node", 0o755)
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print("skip garbage: no mounts of its own can be had")
        return
    report = json.loads(done.stdout)
    told = [s for s in report["stacks"] if s["path"] == "/opt/a/bin/node"]
    check("garbage: derived", [s["client"]["known"] for s in told] == ["derived"], told)
    check("garbage: why", {"said no hello", "did not listen"} ==
          {n["why"][len("was to be asked, and "):] for n in report["notes"]
           if n["about"] == "/opt/a/bin/node"}, report["notes"])


def main():
    if shutil.which("openssl") is None:
        print("openssl is not installed")
        return SKIPPED
    tlsunset = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        work = pathlib.Path(folder)
        peers = Peers(folder, None)
        if not try_openssl(tlsunset, peers, work):
            return SKIPPED
        try_nginx(tlsunset, peers, work)
        try_mounts(tlsunset, peers, work)
        try_settings(tlsunset, peers, work)
        try_container(tlsunset, peers, work)
        try_linked_in(tlsunset, work)
        try_garbage(tlsunset, work)
    print(f"{len(failed)} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
