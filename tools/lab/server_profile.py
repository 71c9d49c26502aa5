"""A policy as a server takes it: read from, and written as, the lines that
bench/predict/predict.c speaks."""

import copy
from dataclasses import dataclass, field

LISTS = ("versions", "suites13", "suites12", "groups", "schemes", "alpn")
NUMBERS = ("server_order", "compression", "needs_extended_master_secret",
           "needs_secure_renegotiation", "needs_server_name", "dh_bits_min", "dh_bits",
           "level")
SSL3, TLS10, TLS11, TLS12, TLS13 = range(0x0300, 0x0305)

CERTIFICATES = {  # what pki.py makes: kind, bits, curve, scheme of the issuer
    "rsa": [("rsa", 2048, 0, 0x0401)],
    "ecdsa": [("ecdsa", 256, 23, 0x0401)],
    "dual": [("rsa", 2048, 0, 0x0401), ("ecdsa", 256, 23, 0x0401)],
}


@dataclass
class Profile:
    name: str = ""
    stack: str = ""
    certificate: str = "rsa"
    numbers: dict = field(default_factory=dict)
    lists: dict = field(default_factory=dict)
    schemes_kept: bool = True  # false: the server cannot be told any
    words: str = ""  # what a server wants to remember of its configuration

    def __getattr__(self, key):  # of what is not a field
        if key in LISTS:
            return self.lists.get(key, [])
        if key in NUMBERS:
            return self.numbers.get(key, 0)
        raise AttributeError(key)

    def but(self, **changes):
        """A copy with other lists or numbers."""
        out = copy.deepcopy(self)
        for key, value in changes.items():
            if key in LISTS:
                out.lists[key] = list(value)
            elif key in NUMBERS:
                out.numbers[key] = int(value)
            else:
                setattr(out, key, value)
        return out

    def text(self):
        lines = [f"stack {self.stack}"]
        lines += [f"{key} {self.numbers.get(key, 0)}" for key in NUMBERS]
        for key in LISTS:
            codes = self.lists.get(key, [])
            lines.append(" ".join([key, *(c if key == "alpn" else f"0x{c:04x}"
                                          for c in codes)]))
        for kind, bits, curve, scheme in CERTIFICATES[self.certificate]:
            lines.append(f"certificate {kind} {bits} {curve} 0x{scheme:04x}")
        return "\n".join(lines) + "\n"


def read(name, text):
    out = Profile(name=name)
    for line in text.splitlines():
        key, *words = line.split()
        if key in LISTS:
            out.lists[key] = words if key == "alpn" else [int(w, 0) for w in words]
        elif key in NUMBERS:
            out.numbers[key] = int(words[0])
    return out
