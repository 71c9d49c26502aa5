#!/usr/bin/env python3
"""bad_input PROGRAM FRAMES - what cannot be read, captured or written: each has its
sentence and its exit code, and nothing that was sound is lost.
"""

import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import time

import common

suite = common.Suite("bad_input PROGRAM FRAMES")
folder = suite.folder
capture = suite.make("again", 20000)
big = suite.make("hello", 200000)
whole = open(capture, "rb").read()


def file(name, content):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return str(path)


def expect(what, run, code, *words):
    suite.claim(run.returncode == code, f"{what}: ends with {code}, not {run.returncode}")
    for word in words:
        suite.claim(word in run.stderr, f"{what}: tells {word!r}: {run.stderr!r}")
    suite.claim(code == 0 or run.stderr.startswith("tlsunset: "), f"{what}: has a sentence")
    return run


def count(path):
    store = common.Store(path)
    found = store.count()
    suite.claim(store.integrity() == "ok", f"{path}: integrity_check")
    store.close()
    return found


def into(name, *arguments, **more):
    return suite.watch("--store", f"sqlite:{folder / name}", *arguments, **more)


expect("whole", into("whole.db", capture), 0)
TRUTH = count(folder / "whole.db")

# What is no capture, or not a whole one.
expect("text", into("a.db", file("x.txt", b"hello, world\n" * 9)), 3, "not a capture", "x.txt")
expect("empty", into("a.db", file("empty", b"")), 3, "it is empty")
expect("missing", into("a.db", folder / "none.pcap"), 3, "none.pcap", "No such file")
expect("beside a sound one", into("b.db", file("y.txt", b"no " * 99), capture), 3, "y.txt")
suite.claim(count(folder / "b.db") == TRUTH, "the sound one beside it is kept")

cut = expect("cut", into("cut.db", file("cut.pcap", whole[:-7])), 0, "ends inside packet")
suite.claim("1 file cut short" in cut.stdout, "cut: the summary says so")
suite.claim(TRUTH - 2 <= count(folder / "cut.db") <= TRUTH, "cut: the rest is kept")
for i in range(25):
    file(f"many/{i:02}.pcap", whole[:3000000 + 5 * i + 3])
many = expect("many cut", into("many.db", folder / "many"), 0, "25 files in all end")
suite.claim(many.stderr.count("ends inside packet") == 10, "many cut: ten sentences")
suite.claim("25 files cut short" in many.stdout, "many cut: the summary says so")
zipped = gzip.compress(whole[:2000000])
expect("cut gzip", into("zip.db", file("cut.pcap.gz", zipped[:-900])), 0, "cut off")
expect("damaged gzip", into("zip.db", file("bad.gz", zipped[:5000] + b"x" * 99 + zipped[5099:])),
       3, "everything before it is kept")

# Link types: 127 is radiotap's.
pcap = open(common.ROOT / "tests/golden/watch/rc4/input.pcap", "rb").read()
strange = file("strange.pcap", pcap[:20] + bytes([127, 0, 0, 0]) + pcap[24:])
expect("link type", into("link.db", strange), 3, "127", "radiotap")
expect("link type among others", into("link.db", suite.make("spoilt", 3000000)), 0,
       "147", "for private use")

# Files that change.
os.mkfifo(folder / "first")
shutil.copy(capture, folder / "vanishes.pcap")
child = subprocess.Popen([suite.program, "watch", "--store", f"sqlite:{folder}/gone.db",
                          folder / "first", folder / "vanishes.pcap"],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
with open(folder / "first", "wb") as pipe:
    os.unlink(folder / "vanishes.pcap")
    pipe.write(whole)
out, errors = child.communicate()
expect("vanishes", subprocess.CompletedProcess([], child.returncode, out, errors), 3,
       "vanishes.pcap", "No such file")
suite.claim(count(folder / "gone.db") == TRUTH, "vanishes: the other file is kept")

child = subprocess.Popen([suite.program, "watch", "--store", f"sqlite:{folder}/shrinks.db",
                          big], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
time.sleep(0.2)
child.send_signal(signal.SIGSTOP)
position = [int(open(f"/proc/{child.pid}/fdinfo/{d}").readline().split()[1])
            for d in os.listdir(f"/proc/{child.pid}/fd")
            if os.readlink(f"/proc/{child.pid}/fd/{d}") == big]
if position and position[0] < os.path.getsize(big) - 1000000:
    os.truncate(big, position[0] + 500000)
    child.send_signal(signal.SIGCONT)
    out, errors = child.communicate()
    expect("shrinks", subprocess.CompletedProcess([], child.returncode, out, errors), 3,
           "became shorter", "everything before it is kept")
    suite.claim(count(folder / "shrinks.db") > 0, "shrinks: what was before is kept")
else:
    print("skipped: shrinks: the file was read before it could be made shorter")
    child.send_signal(signal.SIGCONT)
    child.communicate()

# Stores.
newer = sqlite3.connect(folder / "whole.db")
newer.execute("PRAGMA user_version = 99")
newer.close()
expect("newer schema", into("whole.db", capture), 3, "newer tlsunset", "99")
suite.claim(count(folder / "whole.db") == TRUTH, "newer schema: left as it was")
(folder / "a-directory").mkdir()
expect("directory", into("a-directory", capture), 3, "a-directory")
file("text.db", b"this is no database" * 99)
expect("no database", into("text.db", capture), 3, "not a database")
other = sqlite3.connect(folder / "other.db")
other.execute("CREATE TABLE t (x)")
other.close()
expect("another's database", into("other.db", capture), 3, "not a store of tlsunset")
expect("no such kind", suite.watch("--store", "evidence.db", capture), 2, "sqlite:PATH")

into("locked.db", capture)
holder = sqlite3.connect(folder / "locked.db", isolation_level=None)
holder.execute("BEGIN IMMEDIATE")
expect("locked", into("locked.db", capture), 3, "locked.db", "locked")
child = subprocess.Popen([suite.program, "watch", "-q", "--store",
                          f"sqlite:{folder}/locked.db", capture], stdin=subprocess.DEVNULL)
time.sleep(2)
holder.execute("ROLLBACK")
suite.claim(child.wait() == 0, "locked for two seconds: waits")
holder.close()
suite.claim(count(folder / "locked.db") == 2 * TRUTH, "locked: two runs of three are there")

two = [subprocess.Popen([suite.program, "watch", "-q", "--store",
                         f"sqlite:{folder}/shared.db", capture], stdin=subprocess.DEVNULL)
       for _ in range(4)]
suite.claim([child.wait() for child in two] == [0] * 4, "four at once end with 0")
suite.claim(count(folder / "shared.db") == 4 * TRUTH, "four at once: all is there")

# A store that somebody else wrote into: what impact --policy finds by number is not there.
def by_policy(name):
    return subprocess.run([suite.program, "impact", "--store", f"sqlite:{folder / name}",
                           "--policy", "rfc8996"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)


def tampered(name, *statements):
    into(name, capture)
    store = sqlite3.connect(folder / name)
    for statement in statements:
        store.execute(statement)
    store.commit()
    store.close()
    return by_policy(name)


def renumbered(table, number):
    """Statements that give each row of a table another id."""
    store = sqlite3.connect(folder / "b.db")
    others = ", ".join(f'"{row[1]}"' for row in store.execute(f"PRAGMA table_info({table})")
                       if row[1] != "id")
    store.close()
    return (f"ALTER TABLE {table} RENAME TO was",
            f"CREATE TABLE {table} AS SELECT {number} AS id, {others} FROM was")


SOUND = by_policy("b.db")
suite.claim(SOUND.returncode in (0, 1), f"sound: {SOUND.stderr!r}")
for i, number in enumerate(("CAST(id AS TEXT)", "hex(randomblob(4))", "-id")):
    run = tampered(f"answers-{i}.db", *renumbered("answer", number))
    suite.claim(run.returncode == SOUND.returncode, f"answers as {number}: {run.stderr!r}")
expect("answers far off", tampered("far.db", *renumbered("answer", "id + (1 << 40)")), 3,
       "answers are numbered past")
for number in ("-client", "client + (1 << 32)"):
    expect(f"clients as {number}",
           tampered(f"clients{number}.db", f"UPDATE handshake SET client = {number}"), 3,
           "not allowed there")
expect("clients far off", tampered("numbers.db", "UPDATE handshake SET client = client + 20000000"),
       3, "so many clients")

# Standard output.
gone = subprocess.run(f"'{suite.program}' watch -o jsonl '{capture}' | head -1",
                      shell=True, capture_output=True, text=True, check=False)
suite.claim(gone.stdout.count("\n") == 1 and gone.stderr == "",
            f"head -1: it ends with its reader, silently: {gone.stderr!r}")
with open("/dev/full", "w") as full:
    for arguments in (["-o", "jsonl"], ["--store", f"sqlite:{folder}/full.db"]):
        run = suite.watch(*arguments, capture, capture_output=False, stdout=full,
                          stderr=subprocess.PIPE, text=True)
        expect("full output", run, 3, "standard output")
suite.claim(count(folder / "full.db") == TRUTH, "full output: the store has it all")

# Wrong use, and permissions.
expect("nothing asked", suite.watch(), 2, "interface (-i) or capture files")
expect("both asked", suite.watch("-i", "lo", capture), 2, "either")
expect("option", suite.watch("--nonsense"), 2, "nonsense")
if os.geteuid() == 0:
    program = shutil.copy(suite.program, folder / "tlsunset")
    os.chmod(folder, 0o755)
    nobody = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": folder,
              "capture_output": True, "text": True, "stdin": subprocess.DEVNULL,
              "check": False}

    expect("interface", suite.watch("-i", "no-such-if"), 3, "no interface no-such-if")
    expect("no permission to capture",
           subprocess.run([program, "watch", "-o", "jsonl", "-i", "lo"], **nobody),
           3, "CAP_NET_RAW", "sudo setcap")
    expect("no permission to write", subprocess.run([program, "watch", capture], **nobody),
           3, "evidence.db")
    os.chmod(capture, 0o600)
    expect("no permission to read",
           subprocess.run([program, "watch", "-o", "jsonl", capture], **nobody), 3,
           "Permission denied")
else:
    print("skipped: permissions: only root may become somebody else")
suite.end("bad_input")
