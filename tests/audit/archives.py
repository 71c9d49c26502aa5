"""archives.py PROGRAM - archives that want too much: those in one another, an entry past
what is looked at, a packing for which libarchive would start a program.
"""

import gzip
import io
import os
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
    suite.claim(b"1 archive could not be read" in done.stderr, "and it is told")


def main():
    suite = trees.Suite()
    check_nested(suite)
    check_passed_over(suite)
    check_programs(suite)
    check_password(suite)
    suite.end("archives")


main()
