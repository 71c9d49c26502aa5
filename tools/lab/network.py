"""Two network namespaces with a cable between them, and tcpdump on the cable.

Addresses are those of documentation (RFC 5737, RFC 3849): servers live in 192.0.2.0/24
and 2001:db8:2::/64, each client gets one of 198.51.100.0/24 and 2001:db8:1::/64.
Nothing in the namespaces can reach any other network.
"""

import os
import signal
import subprocess
import sys
import time

CLIENT = "tlsunset-client"
SERVER = "tlsunset-server"

# To add a name: its last octet, in both families.
NAMES = {
    "erp.example.net": 10,
    "wiki.example.net": 11,
    "legacy.example.net": 20,
    "mail.example.net": 25,
    "news.example.net": 29,
    "proxy.example.net": 30,
    "db.example.net": 43,
    "ldap.example.net": 50,
    "chat.example.net": 52,
    "files.example.net": 60,
    "desk.example.net": 70,
    "voice.example.net": 80,
}


def address(name):
    return f"192.0.2.{NAMES[name]}"


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def inside(namespace, command):
    return ["ip", "netns", "exec", namespace, *command]


# Postfix's master makes a session of its own: with processes of its own, what is left ends
# with this one. In a chroot nothing can be mounted anew: then the network alone is.
OWN = (["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"],
       ["unshare", "--net"])


def enter_namespace():
    """Runs this program again, alone with a loopback that has every address of the lab: a
    port that was free is nobody else's then. Without the right to, LAB_NAMESPACE is empty
    in the environment."""
    if os.environ.get("LAB_NAMESPACE") is None:
        for own in OWN:
            if not subprocess.run([*own, "true"], capture_output=True, check=False).returncode:
                os.environ["LAB_NAMESPACE"] = "yes"
                os.execvp("unshare", [*own, sys.executable, *sys.argv])
        os.environ["LAB_NAMESPACE"] = ""
    elif os.environ["LAB_NAMESPACE"]:
        run("ip", "link", "set", "lo", "up")
        for name in NAMES:
            run("ip", "address", "add", f"{address(name)}/32", "dev", "lo")


class Network:
    def __enter__(self):
        self.close()
        for namespace in (CLIENT, SERVER):
            run("ip", "netns", "add", namespace)
            run("ip", "-n", namespace, "link", "set", "lo", "up")
            os.makedirs(f"/etc/netns/{namespace}", exist_ok=True)
            with open(f"/etc/netns/{namespace}/hosts", "w") as hosts:
                hosts.write("127.0.0.1 localhost\n")
                for name in NAMES:
                    hosts.write(f"{address(name)} {name}\n")
        run("ip", "link", "add", "cable0", "netns", CLIENT, "type", "veth",
            "peer", "name", "cable0", "netns", SERVER)
        for namespace, mac in ((CLIENT, "02:00:00:00:00:01"), (SERVER, "02:00:00:00:00:02")):
            # One segment a packet, as on a real cable: no offload.
            run("ip", "-n", namespace, "link", "set", "cable0", "address", mac,
                "gso_max_segs", "1", "gso_max_size", "1514", "up")
        for octet in NAMES.values():
            self._add(SERVER, f"192.0.2.{octet}/24", f"2001:db8:2::{octet}/64")
        run("ip", "-n", SERVER, "route", "add", "198.51.100.0/24", "dev", "cable0")
        run("ip", "-n", SERVER, "route", "add", "2001:db8:1::/64", "dev", "cable0")
        return self

    def __exit__(self, *_):
        self.close()

    @staticmethod
    def _add(namespace, *addresses):
        for one in addresses:
            run("ip", "-n", namespace, "address", "add", one, "dev", "cable0",
                *(["nodad"] if ":" in one else []))

    @staticmethod
    def close():
        for namespace in (CLIENT, SERVER):
            subprocess.run(["ip", "netns", "delete", namespace],
                           stderr=subprocess.DEVNULL, check=False)
            hosts = f"/etc/netns/{namespace}/hosts"
            if os.path.exists(hosts):
                os.remove(hosts)
                os.rmdir(f"/etc/netns/{namespace}")

    def become(self, host):
        """The client side is host 198.51.100.<host> from now on."""
        run("ip", "-n", CLIENT, "address", "flush", "dev", "cable0", "scope", "global")
        self._add(CLIENT, f"198.51.100.{host}/24", f"2001:db8:1::{host}/64")
        run("ip", "-n", CLIENT, "route", "replace", "192.0.2.0/24", "dev", "cable0")
        run("ip", "-n", CLIENT, "route", "replace", "2001:db8:2::/64", "dev", "cable0")


class Capture:
    """tcpdump at the server's end of the cable, from entering to leaving."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.process = subprocess.Popen(
            inside(SERVER, ["tcpdump", "-i", "cable0", "-U", "--immediate-mode", "-s", "0",
                            "-Z", "root", "-w", self.path, "tcp or udp"]),
            stderr=subprocess.PIPE, text=True)
        self.process.stderr.readline()  # "listening on": from here nothing is missed
        return self

    def __exit__(self, *_):
        time.sleep(0.3)
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()
