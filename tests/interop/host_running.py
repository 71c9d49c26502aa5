"""host_running - stacks that are no program of the system: NSS, which is loaded here, and Go and
rustls, which are linked into programs; those are built of what Debian has, offline, once a lab.
"""

import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

NSS_START = """
import ctypes as c, sys
pr, nss, ssl = [c.CDLL(n, mode=c.RTLD_GLOBAL) for n in ("libnspr4.so", "libnss3.so", {path!r})]
for f in (pr.PR_OpenTCPSocket, pr.PR_Accept, ssl.SSL_ImportFD, nss.PK11_FindCertFromNickname,
          nss.PK11_FindKeyByAnyCert):
    f.restype = c.c_void_p
at, ever = c.create_string_buffer(256), c.c_uint(0xffffffff)
pr.PR_InitializeNetAddr(2, c.c_uint16(int(sys.argv[1])), at)  # PR_IpAddrLoopback
fd = c.c_void_p(pr.PR_OpenTCPSocket(2))
"""

NSS_CLIENT = NSS_START + """
taken = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int, c.c_int)(lambda *_: 0)
nss.NSS_NoDB_Init(None)
fd = c.c_void_p(ssl.SSL_ImportFD(None, fd))
ssl.SSL_AuthCertificateHook(fd, taken, None)
ssl.SSL_SetURL(fd, b"localhost")
if pr.PR_Connect(fd, at, ever) or ssl.SSL_ResetHandshake(fd, 0):
    sys.exit(3)
sys.exit(0 if ssl.SSL_ForceHandshake(fd) == 0 else 1)
"""

NSS_SERVER = NSS_START + """
nss.NSS_Init(b"sql:" + sys.argv[2].encode())
ssl.SSL_ConfigServerSessionIDCache(0, 0, 0, None)
cert = c.c_void_p(nss.PK11_FindCertFromNickname(b"server", None))
key = c.c_void_p(nss.PK11_FindKeyByAnyCert(cert, None))
if not cert or not key or pr.PR_Bind(fd, at) or pr.PR_Listen(fd, 8):
    sys.exit(3)
while True:
    peer = c.c_void_p(pr.PR_Accept(fd, None, ever))
    peer = c.c_void_p(ssl.SSL_ImportFD(None, peer))
    if ssl.SSL_ConfigServerCert(peer, cert, key, None, 0) == 0 and \\
            ssl.SSL_ResetHandshake(peer, 1) == 0:
        ssl.SSL_ForceHandshake(peer)
    pr.PR_Close(peer)
"""

GO = """
package main

import (
    "crypto/tls"
    "os"
)

func main() {
    at := "127.0.0.1:" + os.Args[2]
    if os.Args[1] == "client" {
        if _, err := tls.Dial("tcp", at, &tls.Config{InsecureSkipVerify: true}); err != nil {
            os.Exit(1)
        }
        return
    }
    pair, err := tls.LoadX509KeyPair(os.Args[3], os.Args[4])
    if err != nil {
        os.Exit(3)
    }
    l, err := tls.Listen("tcp", at, &tls.Config{Certificates: []tls.Certificate{pair}})
    if err != nil {
        os.Exit(3)
    }
    for {
        peer, err := l.Accept()
        if err != nil {
            os.Exit(3)
        }
        go func() {
            _, _ = peer.Read(make([]byte, 1))
            _ = peer.Close()
        }()
    }
}
"""

CARGO = """
[package]
name = "program"
version = "0.1.0"
edition = "2021"
[[bin]]
name = "program"
path = "main.rs"
[dependencies]
rustls = { version = "*", features = ["dangerous_configuration"] }
rustls-pemfile = "*"
"""

# Where Debian's librust-*-dev lie, which take the place of crates.io.
CARGO_SOURCE = """
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "/usr/share/cargo/registry"
[net]
offline = true
"""

RUST = """
use rustls::client::{ServerCertVerified, ServerCertVerifier};
use rustls::{Certificate, ClientConfig, ClientConnection, Error, PrivateKey, ServerConfig,
    ServerConnection, ServerName};
use std::{env, fs, io::BufReader, io::Read, net, process, sync::Arc, time::SystemTime};

struct Any;

impl ServerCertVerifier for Any {
    fn verify_server_cert(&self, _: &Certificate, _: &[Certificate], _: &ServerName,
        _: &mut dyn Iterator<Item = &[u8]>, _: &[u8], _: SystemTime)
        -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }
}

fn client(at: &str) {
    let config = ClientConfig::builder().with_safe_defaults()
        .with_custom_certificate_verifier(Arc::new(Any)).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut session = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut peer = net::TcpStream::connect(at).unwrap();
    while session.is_handshaking() {
        if session.complete_io(&mut peer).is_err() {
            process::exit(1);
        }
    }
    while session.wants_write() && session.write_tls(&mut peer).is_ok() {}
}

fn serve(at: &str, cert: &str, key: &str) {
    let open = |path: &str| BufReader::new(fs::File::open(path).unwrap());
    let chain = rustls_pemfile::certs(&mut open(cert)).unwrap();
    let keys = rustls_pemfile::pkcs8_private_keys(&mut open(key)).unwrap();
    let config = Arc::new(ServerConfig::builder().with_safe_defaults().with_no_client_auth()
        .with_single_cert(chain.into_iter().map(Certificate).collect(),
            PrivateKey(keys[0].clone())).unwrap());
    for peer in net::TcpListener::bind(at).unwrap().incoming() {
        let mut peer = peer.unwrap();
        let mut session = ServerConnection::new(config.clone()).unwrap();
        while session.is_handshaking() && session.complete_io(&mut peer).is_ok() {}
        while session.wants_write() && session.write_tls(&mut peer).is_ok() {}
        if !session.is_handshaking() {
            let _ = peer.read(&mut [0; 1]);
        }
    }
}

fn main() {
    let words: Vec<String> = env::args().collect();
    let at = format!("127.0.0.1:{}", words[2]);
    match words[1].as_str() {
        "client" => client(&at),
        _ => serve(&at, &words[3], &words[4]),
    }
}
"""


def run(words, **more):
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False, **more)


def build_go(folder):
    (folder / "main.go").write_text(GO, encoding="ascii")
    done = run(["go", "build", "-o", "program", "main.go"], cwd=folder, env=dict(
        os.environ, GO111MODULE="off", CGO_ENABLED="0", GOCACHE=str(folder / "cache")))
    shutil.rmtree(folder / "cache", ignore_errors=True)
    return done


def build_rustls(folder):
    (folder / ".cargo").mkdir()
    (folder / ".cargo/config.toml").write_text(CARGO_SOURCE, encoding="ascii")
    (folder / "Cargo.toml").write_text(CARGO, encoding="ascii")
    (folder / "main.rs").write_text(RUST, encoding="ascii")
    # Debian's crates are for Debian's compiler.
    done = run(["/usr/bin/cargo", "build", "--offline"], cwd=folder, env=dict(
        os.environ, CARGO_HOME=str(folder / ".cargo"), RUSTC="/usr/bin/rustc"))
    if done.returncode == 0:
        (folder / "target/debug/program").rename(folder / "program")
    shutil.rmtree(folder / "target", ignore_errors=True)
    return done


# What a program of the stack takes, the text that it is built of, and how.
BUILT = {
    "go": ("go", GO, build_go, "golang-go"),
    "rustls": ("/usr/bin/cargo", CARGO + RUST, build_rustls,
               "cargo, librust-rustls-dev, librust-rustls-pemfile-dev"),
}


def lacks(stack):
    """Why a program of a stack cannot be built here, or None."""
    tool, _, _, packages = BUILT[stack]
    return None if shutil.which(tool) else f"no {tool} (Debian: {packages})"


def program_of(stack, lab):
    """The path of a program of that stack, which is built once; OSError says why there is none."""
    tool, text, build, _ = BUILT[stack]
    version = run([tool, "version" if stack == "go" else "--version"]).stdout
    mark = hashlib.sha256((text + version).encode()).hexdigest()[:16]
    folder = pathlib.Path(lab).resolve() / "host-programs" / f"{stack}-{mark}"
    if not (folder / "program").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        own = pathlib.Path(tempfile.mkdtemp(dir=folder.parent))
        done = build(own)
        if done.returncode != 0:
            raise OSError(f"{stack}: not built: {done.stderr[-400:]}")
        # Whoever runs beside this may have been first.
        with contextlib.suppress(OSError):
            own.rename(folder)
        shutil.rmtree(own, ignore_errors=True)
    return str(folder / "program")


def nss_server(path, peers):
    """A server of NSS, whose certificate lies in a database that its tools make."""
    database = peers.work / "nss"
    if shutil.which("pk12util") is None:
        return None
    if not database.exists():
        database.mkdir()
        peers.packed("nss.p12", "-name", "server")
        for words in (["certutil", "-N", "-d", f"sql:{database}", "--empty-password"],
                      ["pk12util", "-i", str(peers.work / "nss.p12"), "-d", f"sql:{database}",
                       "-W", "secret"]):
            subprocess.run(words, check=True, capture_output=True)
    return ["python3", "-c", NSS_SERVER.format(path=path), "{port}", str(database)]


def nss_client(path):
    return ["python3", "-c", NSS_CLIENT.format(path=path), "{port}"]
