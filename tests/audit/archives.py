"""archives.py PROGRAM - archives that want too much: those in one another, an entry past
what is looked at, a packing for which libarchive would start a program.
"""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile

import trees

OLD = b"ssl_protocols TLSv1;\n"


def pack(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def check_nested(suite):
    """1.2 million files in a few kilobytes, three deep."""
    inner = gzip.compress(tarfile.TarInfo("f").tobuf() * 100000 + bytes(1024), 1)
    middle = pack([(f"{i}.tar.gz", inner) for i in range(4)])
    suite.write("nested.zip", pack([(f"{i}.zip", middle) for i in range(3)]))
    done = suite.audit("nested.zip")
    told = done.stdout.decode()
    suite.claim(b"3 archives hold more than is looked at" in done.stderr,
                f"nested archives have one ceiling: {done.stderr}")
    suite.claim(told.startswith("1,000,0"), f"which is a million: {told}")


def check_passed_over(suite):
    """What no room is left for is unpacked by libarchive, if we ask for what follows."""
    out, zeros = io.BytesIO(), bytes(64 << 20)
    kept, large = tarfile.TarInfo("kept"), tarfile.TarInfo("large")
    kept.size, large.size = 1 << 20, 5 * len(zeros)
    with gzip.open(out, "wb") as packer:
        # 200 times this are more than the room for one file.
        packer.write(kept.tobuf() + os.urandom(kept.size) + large.tobuf())
        for _ in range(5):
            packer.write(zeros)
        packer.write(bytes(1024))
    suite.write("large.tar.gz", out.getvalue())
    done = suite.audit("large.tar.gz")
    suite.claim(b"1 archive holds more" in done.stderr, f"zeros count: {done.stderr}")


def cpio(name, data):
    """One file and the end, as SVR4's portable cpio without checksums has them."""
    def entry(name, data):
        name = name.encode() + b"\0"
        numbers = [0, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
        head = b"070701" + b"".join(b"%08X" % n for n in numbers) + name
        return b"".join(one + bytes(-len(one) % 4) for one in (head, data))
    return entry(name, data) + entry("TRAILER!!!", b"")


def rpm(payload):
    """A lead, an empty signature, an empty header, the payload."""
    lead = b"\xed\xab\xee\xdb" + struct.pack(">BBHH66sHH16x", 3, 0, 0, 1, b"a", 1, 5)
    header = b"\x8e\xad\xe8\x01" + bytes(4) + struct.pack(">II", 1, 16) + bytes(32)
    return lead + header + header + payload


def check_packings(suite):
    """Each that is known is taken off, of an rpm's payload too; and one alone, since what
    an inner one costs could not be counted."""
    member = tarfile.TarInfo("a.conf")
    member.size = len(OLD)
    tar = member.tobuf() + OLD + bytes(1024 + -len(OLD) % 512)
    payload = cpio("a.conf", OLD)
    alone = lambda data: lzma.compress(data, lzma.FORMAT_ALONE)
    names = []
    for name, pack_with in (("gz", gzip.compress), ("bz2", bz2.compress),
                            ("xz", lzma.compress), ("lzma", alone), ("none", bytes)):
        names += [f"{name}.tar", f"{name}.rpm"]
        suite.write(f"packed/{name}.tar", pack_with(tar))
        suite.write(f"packed/{name}.rpm", rpm(pack_with(payload)))
    done = suite.audit("packed")
    missing = [n for n in names if f"packed/{n}!a.conf:1:1".encode() not in done.stdout]
    suite.claim(not missing and not done.stderr, f"looked into: not {missing}{done.stderr}")

    member.name = "BZhang.conf"
    suite.write("name.tar", member.tobuf() + tar[512:])
    done = suite.audit("name.tar")
    suite.claim(b"name.tar!BZhang.conf:1:1" in done.stdout and not done.stderr,
                f"a name may begin as a packing does: {done.stderr}")

    suite.write("two/a.tar", bz2.compress(gzip.compress(tar)))
    suite.write("two/a.rpm", rpm(bz2.compress(gzip.compress(payload))))
    done = suite.audit("two")
    suite.claim(b"2 archives could not be read" in done.stderr and
                b"a.conf" not in done.stdout, f"one packing alone: {done.stderr}")


def check_programs(suite):
    folder = suite.folder / "bin"
    ran = suite.folder / "ran"
    for name in ("lrzip", "lzop", "grzip"):
        path = suite.write(name, f"#!/bin/sh\n: >{ran}\n", folder)
        os.chmod(path, 0o755)
    suite.write("lrzip.tar", b"LRZI\x00\x06" + bytes(32))
    suite.write("lzop.tar", b"\x89LZO\x00\r\n\x1a\n" + bytes(32))
    suite.write("grzip.tar", b"GRZipII\x00\x02\x04:)" + bytes(32))
    path = f"{folder}:{os.environ['PATH']}"
    for name in ("lrzip.tar", "lzop.tar", "grzip.tar"):
        suite.audit(name, environment={"PATH": path})
        suite.claim(not ran.exists(), f"no program is started for {name}")


def check_password(suite):
    """The first entry says that it is encrypted."""
    both = bytearray(pack([("a.conf", OLD), ("b.conf", OLD)]))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        both[both.index(mark) + flags] |= 1
    suite.write("password.zip", bytes(both))
    done = suite.audit("password.zip")
    suite.claim(b"password.zip!b.conf:1:1" in done.stdout,
                f"what stands behind it is looked into: {done.stdout}")
    suite.claim(b"1 archive holds encrypted files, which were not looked into: password.zip"
                in done.stderr and done.returncode == 1, f"and it is told: {done.stderr}")

    alone = bytearray(pack([("a.conf", OLD)]))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        alone[alone.index(mark) + flags] |= 1
    suite.write("alone.zip", bytes(alone))
    done = suite.audit("alone.zip")
    suite.claim(done.returncode == 3 and b"encrypted" in done.stderr and
                b"no file was looked at" in done.stderr,
                f"where all is encrypted nothing passes: {done.returncode} {done.stderr}")
    suite.write("beside.conf", "worker_processes 1;\n")
    done = suite.audit("alone.zip", "beside.conf", "--output", "json")
    suite.claim(done.returncode == 0 and b'"skipped":1,' in done.stdout,
                f"beside another it is counted: {done.returncode} {done.stdout}")
    suite.write("empty.zip", pack([]))
    done = suite.audit("empty.zip")
    suite.claim(done.returncode == 0, f"an empty one is fine: {done.stderr}")


def main():
    suite = trees.Suite()
    check_nested(suite)
    check_passed_over(suite)
    check_packings(suite)
    check_programs(suite)
    check_password(suite)
    suite.end("archives")


main()
