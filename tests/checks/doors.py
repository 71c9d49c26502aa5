#!/usr/bin/env python3
"""doors ROOT - an outside library is included through its one door, nowhere else."""

import re
import sys

import tree

# Header, and the only files that may include it. To add one: a line here.
DOORS = [
    (r"ares\.h", r"src/sys/resolve_cares\.c"),
    (r"archive\.h|archive_entry\.h", r"src/sys/archive_libarchive\.c"),
    (r"cmocka\.h", r"tests/unit/unit\.h"),
    (r"hs/.*", r"src/audit/needles_vectorscan\.c"),
    (r"linux/.*|net/.*|netpacket/.*", r"src/sys/.*|tests/unit/sys/.*"),
    (r"openssl/ssl\.h", r"src/sys/cipher_list_openssl\.c|tests/interop/.*"),
    (r"openssl/.*", r"src/sys/(cipher_list_openssl|crypto\w*)\.c|src/sys/certificate\w*\.c|tests/interop/.*|"
     r"tests/unit/crypto\.h|tests/unit/sys/certificates\.c"),
    (r"netdb\.h", r"src/sys/dial\.c"),
    (r"pcap\.h|pcap/.*", r"src/sys/\w*filter\w*\.c|src/sys/live\w*\.c"),
    (r"pthread\.h", r"src/sys/.*|tests/unit/(sys|probe)/.*"),
    (r"sqlite3\.h", r"src/store/store_sqlite\w*\.[ch]|tests/unit/store/.*"),
    (r"seccomp\.h", r"src/sys/sandbox_seccomp\.c"),
    (r"(sched|spawn|unistd|fcntl|signal|poll|termios|pwd|grp|ftw|fts)\.h|sys/.*",
     r"src/sys/.*|src/cli/.*|src/store/store_sqlite\.c|tests/.*"),
    (r"yaml\.h", r"src/sys/document_yaml\.c"),
    (r"zlib\.h", r"src/sys/\w+\.c|tests/unit/sys/.*"),
    (r"zstd\.h|zstd_errors\.h", r"src/sys/\w+\.c|tests/unit/sys/.*"),
]

# Of the C library; every floor may (tests/checks/floors.py says more of the pure ones).
STANDARD = re.compile(
    r"(arpa/inet|assert|ctype|dirent|endian|errno|fnmatch|getopt|glob|inttypes|limits|locale|"
    r"math|netinet/in|setjmp|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|"
    r"stdlib|stdnoreturn|string|strings|time|byteswap)\.h|immintrin\.h|emmintrin\.h")


def main():
    root = tree.Tree(sys.argv[1])
    doors = [(re.compile(header), re.compile(files)) for header, files in DOORS]
    for name in root.sources():
        if name.parts[0] in ("bench", "tools", "examples"):
            continue
        for line, is_system, header in tree.includes(root.text(name)):
            if not is_system or STANDARD.fullmatch(header):
                continue
            door = [files for outside, files in doors if outside.fullmatch(header)]
            if not door:
                root.complain(name, line, f"<{header}> has no door; see DOORS in doors.py")
            elif not door[0].fullmatch(name.as_posix()):
                root.complain(name, line, f"<{header}> goes through {door[0].pattern} only")
    root.end()


main()
