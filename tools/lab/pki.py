"""One authority and a few certificates, made anew by openssl for each run."""

import os
import subprocess

NAMES = "DNS:example.net,DNS:*.example.net"


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make(folder):
    """authority.pem, rsa.{pem,key}, ecdsa.{pem,key}, client.{pem,key}, dh.pem."""
    def path(name):
        return os.path.join(folder, name)

    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
             "-subj", "/O=tlsunset lab/CN=Lab authority",
             "-keyout", path("authority.key"), "-out", path("authority.pem"))
    for name, key in (("rsa", ["rsa:2048"]), ("client", ["rsa:2048"]),
                      ("ecdsa", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"])):
        _openssl("req", "-newkey", *key, "-nodes", "-subj", f"/O=tlsunset lab/CN={name}.example.net",
                 "-keyout", path(f"{name}.key"), "-out", path(f"{name}.csr"))
        with open(path(f"{name}.ext"), "w") as extensions:
            extensions.write(f"subjectAltName={NAMES}\nbasicConstraints=CA:FALSE\n")
        _openssl("x509", "-req", "-in", path(f"{name}.csr"), "-days", "3650", "-set_serial", "7",
                 "-CA", path("authority.pem"), "-CAkey", path("authority.key"),
                 "-extfile", path(f"{name}.ext"), "-out", path(f"{name}.pem"))
        _openssl("pkcs12", "-export", "-legacy", "-passout", "pass:", "-name", name,
                 "-in", path(f"{name}.pem"), "-inkey", path(f"{name}.key"),
                 "-certfile", path("authority.pem"), "-out", path(f"{name}.p12"))
    with open(path("rsa-both.pem"), "w") as both:
        for part in ("rsa.key", "rsa.pem"):
            both.write(open(path(part)).read())
    _openssl("dhparam", "-dsaparam", "-out", path("dh.pem"), "1024")
    os.chmod(folder, 0o755)
    for name in os.listdir(folder):
        os.chmod(path(name), 0o644)
