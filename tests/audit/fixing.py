"""fixing.py PROGRAM - what `audit --fix` does to files and folders: modes and owners stay,
links stay links and are not followed out of a tree, other files are not touched, and where
a file cannot be replaced it is as it was, with nothing left beside it.
"""

import os
import signal
import subprocess
import time

import trees

OLD = "ssl_protocols TLSv1 TLSv1.2;\n"
NEW = "ssl_protocols TLSv1.2 TLSv1.3;\n"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def names(folder):
    return sorted(os.listdir(folder))


def check_modes(suite):
    below = suite.folder / "modes"
    modes = [0o600, 0o640, 0o444, 0o755, 0o4755, 0o664]
    for mode in modes:
        os.chmod(suite.write(f"{mode:o}.conf", OLD, below), mode)
    if os.geteuid() == 0:
        os.chown(below / "640.conf", 12345, 23456)
    os.umask(0o077)
    suite.audit("--fix", below=below)
    os.umask(0o022)
    for mode in modes:
        about = os.stat(below / f"{mode:o}.conf")
        suite.claim(about.st_mode & 0o7777 == mode, f"mode {mode:o} stays, "
                                                    f"not {about.st_mode & 0o7777:o}")
        suite.claim(read(below / f"{mode:o}.conf") == NEW, f"mode {mode:o}: mended")
    if os.geteuid() == 0:
        about = os.stat(below / "640.conf")
        suite.claim((about.st_uid, about.st_gid) == (12345, 23456), "the owner stays")
    suite.claim(len(names(below)) == len(modes), "nothing is left beside")


def check_links(suite):
    below = suite.folder / "links"
    suite.write("outside/aim.conf", OLD, below)
    suite.write("tree/own.conf", OLD, below)
    os.symlink("../outside/aim.conf", below / "tree/link.conf")
    os.symlink("../outside", below / "tree/folder")
    suite.audit("--fix", "tree", below=below)
    suite.claim(read(below / "outside/aim.conf") == OLD, "a link in a tree is not followed")
    suite.claim(read(below / "tree/own.conf") == NEW, "beside it is mended")
    suite.audit("--fix", "tree/link.conf", below=below)
    suite.claim(os.path.islink(below / "tree/link.conf") and
                read(below / "outside/aim.conf") == NEW,
                "a link that is named stays one, and its aim is mended")
    suite.claim(names(below / "outside") == ["aim.conf"] and
                names(below / "tree") == ["folder", "link.conf", "own.conf"],
                "nothing is left beside links")


def check_hard_links(suite):
    """Another name would keep the old text: it is not mended, and that is told."""
    below = suite.folder / "hard"
    suite.write("a.conf", OLD, below)
    suite.write("b.conf", OLD, below)
    os.link(below / "a.conf", below / "again.conf")
    done = suite.audit("--fix", "a.conf", "b.conf", below=below)
    suite.claim(read(below / "a.conf") == OLD and os.stat(below / "a.conf").st_nlink == 2,
                "a file with two names stays")
    suite.claim(read(below / "b.conf") == NEW, "another is mended all the same")
    suite.claim(b"cannot replace a.conf: it has other names" in done.stderr and
                done.returncode == 1, f"it is told: {done.stderr}")
    done = suite.audit("--fix", "--fail-on", "none", "a.conf", below=below)
    suite.claim(done.returncode == 3, "what could not be done is no success")


def check_attributes(suite):
    below = suite.folder / "attributes"
    path = suite.write("a.conf", OLD, below)
    try:
        os.setxattr(path, "user.note", b"tills")
    except OSError as error:
        print(f"skipped: no attributes here: {error}")
        return
    suite.audit("--fix", below=below)
    suite.claim(read(path) == NEW and os.getxattr(path, "user.note") == b"tills",
                "attributes stay")


def check_interrupts(suite):
    """Whenever it is told to end, each file is the one or the other, and alone."""
    below = suite.folder / "interrupts"
    files = [f"{i}.conf" for i in range(30)]
    for turn in range(4):
        for name in files:
            suite.write(name, OLD, below)
        run = subprocess.Popen([suite.program, "audit", "--fix"], cwd=below,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 5
        while (turn > 0 and run.poll() is None and time.monotonic() < until and
               sum(read(below / name) == NEW for name in files) < 7 * turn):
            pass
        run.send_signal(signal.SIGTERM if turn % 2 else signal.SIGINT)
        run.wait()
        suite.claim(names(below) == sorted(files) and
                    {read(below / name) for name in files} <= {OLD, NEW},
                    f"interrupted, {turn}: {sorted(set(names(below)) - set(files))}")


def check_large(suite):
    """One that is exactly as large as is looked into is not cut, one more is."""
    below = suite.folder / "large"
    full = OLD + " " * ((16 << 20) - len(OLD))
    suite.write("full.conf", full, below)
    done = suite.audit(below=below)
    suite.claim(done.stderr == b"", f"16 MB are not cut: {done.stderr}")
    suite.audit("--fix", below=below)
    with open(below / "full.conf", encoding="utf-8") as file:
        suite.claim(file.read(len(NEW)) == NEW, "and mended")
    suite.write("full.conf", full + "\n", below)
    done = suite.audit("--fix", below=below)
    suite.claim(b"1 file was not looked into to its end" in done.stderr, "one more is cut")
    with open(below / "full.conf", encoding="utf-8") as file:
        suite.claim(file.read(len(OLD)) == OLD, "and left as it is")


def check_others(suite):
    below = suite.folder / "others"
    suite.write("old.conf", OLD, below)
    kept = {name: suite.write(name, text, below) for name, text in {
        "good.conf": NEW, "bad.py": "c = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
        "kept.conf": "# tlsunset: ignore all: tills\n" + OLD, "a.txt": OLD}.items()}
    before = {name: os.stat(path) for name, path in kept.items()}
    suite.audit("--fix", "--today", "2026-01-01", below=below)
    for name, path in kept.items():
        now = os.stat(path)
        suite.claim((now.st_ino, now.st_mtime_ns) ==
                    (before[name].st_ino, before[name].st_mtime_ns), f"{name} is not touched")
    inode = os.stat(below / "old.conf").st_ino
    again = suite.audit("--fix", "--dry-run", below=below)
    suite.claim(again.stdout == b"" and os.stat(below / "old.conf").st_ino == inode,
                "a second run has nothing to do")


def check_dry(suite):
    """The diff is what patch takes, and comes to the same."""
    below = suite.folder / "dry"
    texts = {"a.conf": "# ä\r\nhttp {\r\n\tssl_protocols SSLv3 TLSv1;\r\n}\r\n",
             "b.cs": "a();\nServicePointManager.SecurityProtocol = "
                     "SecurityProtocolType.Tls;\nb();",
             "c/d e.conf": OLD, "größe\x1b[31m\n\"\\.conf": OLD}
    for name, text in texts.items():
        suite.write(name, text, below)
        suite.write(name, text, suite.folder / "patched")
    diff = suite.audit("--fix", "--dry-run", below=below)
    suite.claim(all(read(below / name) == open(suite.folder / "patched" / name,
                                               encoding="utf-8").read() for name in texts),
                "--dry-run changes nothing")
    suite.audit("--fix", below=below)
    patch = ["patch", "--binary", "--dry-run", "--silent", "-p1"]
    done = subprocess.run(patch, input=diff.stdout, cwd=suite.folder / "patched",
                          capture_output=True)
    suite.claim(done.returncode == 0, f"patch takes it: {done.stdout}")
    subprocess.run(["git", "apply", "-p1", "--whitespace=nowarn"], input=diff.stdout,
                   cwd=suite.folder / "patched", check=False)
    for name in texts:
        with open(below / name, "rb") as one, open(suite.folder / "patched" / name,
                                                   "rb") as other:
            suite.claim(one.read() == other.read(), f"{name}: the diff says what is made")


def check_nothing_gets_worse(suite):
    """What may be older by default than what stands there is left, and said in words."""
    texts = {
        "Tls12.cs": "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;\n",
        "Tls12.ps1": "[Net.ServicePointManager]::SecurityProtocol ="
                     " [Net.SecurityProtocolType]::Tls12\n",
        "template.conf": "server { ssl_protocols TLSv1.1 {{ more }}; }\n",
    }
    below = suite.folder / "worse"
    below.mkdir()
    for name, text in texts.items():
        (below / name).write_text(text)
    (below / "Tls.cs").write_text(texts["Tls12.cs"].replace("Tls12", "Tls"))
    (below / "master.cf").write_text("smtp inet n - y - - smtpd\n"
                                     "  -o smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3\n")
    suite.audit("--fix", below=below)
    for name, text in texts.items():
        suite.claim((below / name).read_text() == text, f"{name} is left as it is")
    suite.claim((below / "Tls.cs").read_text() == "", "what is old alone is deleted")
    option = (below / "master.cf").read_text().splitlines()[1]
    suite.claim("TLSv1.1" in option and len(option.split()) == 2,
                f"an option of master.cf has no blanks in it: {option!r}")


def check_blocks(suite):
    """A mapping of YAML keeps one of its members, or it would be null."""
    below = suite.folder / "blocks"
    only = "spring:\n  mail:\n    properties:\n      mail.smtp.ssl.protocols: TLSv1\n"
    texts = {
        "only.yml": only,
        "last.yml": only + "server:\n  port: 1\n",
        "both.yml": only + "      mail.smtps.ssl.protocols: TLSv1\n",
        "more.yml": only + "      mail.smtp.auth: true\n",
        "before.yml": only.replace("      mail", "      a: {b: c}\n      mail"),
    }
    left = {
        "both.yml": only.replace("smtp", "smtps"),
        "more.yml": only.replace("ssl.protocols: TLSv1", "auth: true"),
        "before.yml": only.replace("mail.smtp.ssl.protocols: TLSv1", "a: {b: c}"),
    }
    for name, text in texts.items():
        suite.write(name, text, below)
    suite.audit("--fix", below=below)
    for name, text in texts.items():
        now = read(below / name)
        suite.claim(now == left.get(name, text), f"{name} keeps its block: {now!r}")


def check_same(suite):
    """What stands there already is no edit, though the policy takes it for a finding."""
    below = suite.folder / "same"
    suite.write("old.conf", OLD, below)
    suite.audit("--fix", "--policy", "mozilla-modern", below=below)
    first, inode = read(below / "old.conf"), os.stat(below / "old.conf").st_ino
    again = suite.audit("--fix", "--policy", "mozilla-modern", below=below)
    suite.claim((read(below / "old.conf"), os.stat(below / "old.conf").st_ino) ==
                (first, inode) and b"no edit that is safe" in again.stderr and
                b"--fix does it" not in again.stdout,
                f"a second run makes no edit: {again.stderr}{again.stdout}")


def check_refused(suite):
    """Where no file can be replaced, that is all that is said of edits."""
    below = suite.folder / "refused"
    for name in ("a.conf", "b.conf"):
        suite.write(name, OLD, below)
        os.link(below / name, below / (name + ".old"))
    done = suite.audit("--fix", below=below)
    told = done.stderr.decode()
    suite.claim(told.count("cannot replace") >= 2 and "no edit" not in told and
                "made" not in told, f"what was not made is not denied: {told}")


# In a mount namespace of its own: a small disk that is full, and one that is read only.
DISK = r"""
set -e
mount -t tmpfs -o size=256k none "$1"
cd "$1"
i=0
printf 'ssl_protocols TLSv1 TLSv1.2;\n' >a.conf
head -c 100000 /dev/zero | tr '\0' '\n' >>a.conf
cp a.conf "$2/before"
case $3 in
full) head -c 300000 /dev/zero >filler 2>/dev/null || : ;;
read-only) mount -o remount,ro "$1" ;;
esac
set +e
"$4" audit --fix a.conf >"$2/out" 2>"$2/err"
echo $? >"$2/code"
cmp a.conf "$2/before" && echo same >"$2/same"
ls -A >"$2/names"
"""


def check_disk(suite, kind):
    disk, told = suite.folder / "disk", suite.folder / kind
    disk.mkdir(exist_ok=True)
    told.mkdir()
    root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    ran = subprocess.run(["unshare", *root, "--mount", "sh", "-c", DISK, "disk", disk, told,
                          kind, suite.program], capture_output=True, text=True)
    if not (told / "code").exists():
        print(f"skipped: a {kind} disk cannot be made here: {ran.stderr.strip()[-200:]}")
        return
    left = read(told / "names").split()
    suite.claim((told / "same").exists(), f"{kind}: the file is as it was")
    suite.claim(left == sorted(["a.conf"] + (["filler"] if kind == "full" else [])),
                f"{kind}: nothing is left beside it: {left}")
    suite.claim("cannot replace a.conf" in read(told / "err"),
                f"{kind}: it is told: {read(told / 'err')!r}")
    suite.claim(read(told / "code").strip() == "1", f"{kind}: the finding is told still")


def main():
    suite = trees.Suite()
    check_modes(suite)
    check_links(suite)
    check_hard_links(suite)
    check_attributes(suite)
    check_interrupts(suite)
    check_large(suite)
    check_others(suite)
    check_dry(suite)
    check_nothing_gets_worse(suite)
    check_blocks(suite)
    check_same(suite)
    check_refused(suite)
    check_disk(suite, "full")
    check_disk(suite, "read-only")
    suite.end("fixing")


main()
