"""What a server or a client of the lab is: what it needs, and how it is started."""

import os
import shutil
from dataclasses import dataclass, field
from typing import Callable

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Lab:
    cache: str  # where lab-fetch put the npm stacks
    pki: str    # certificates and keys of this run
    work: str   # a folder of the running scenario, thrown away after it

    def stack(self, name):
        return os.path.join(self.cache, name, "bin", "run")

    def cert(self, name):
        return os.path.join(self.pki, name + ".pem")

    def key(self, name):
        return os.path.join(self.pki, name + ".key")

    def write(self, name, text):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path


@dataclass
class Peer:
    label: str                            # product and version, as people say it
    commands: Callable[[Lab], list]       # run in turn; the last one is the peer itself
    needs: list = field(default_factory=list)  # programs, or folders below the cache
    waits: list = field(default_factory=list)  # a server's (address, port), TCP
    host: int = 100                       # a client's last octet
    stdin: str = "GET / HTTP/1.0\r\n\r\n"
    patience: float = 6                   # seconds a client may take
    environment: dict = field(default_factory=dict)

    def missing(self, lab):
        return [need for need in self.needs
                if not (os.path.exists(lab.stack(need))
                        or os.path.exists(os.path.join(lab.cache, need)) or shutil.which(need))]
