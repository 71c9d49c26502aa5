"""File systems that are not as others: mounts, and files whose reading fails."""

import os
import subprocess

import trees

# A folder on which something is mounted has another inode than its entry says.
MOUNT = """
mount -t tmpfs none "$1/all/disk" && : >"$1/mounted" || exit 9
echo 'ssl_protocols TLSv1;' >"$1/all/disk/a.conf"
cd "$1" && "$2" audit all all/disk
"""


def check_twice(suite):
    os.makedirs(suite.folder / "all/disk")
    root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    done = subprocess.run(["unshare", *root, "--mount", "sh", "-c", MOUNT, "mount",
                           suite.folder, suite.program], capture_output=True)
    if not os.path.exists(suite.folder / "mounted"):
        print(f"skipped: nothing can be mounted here: {done.stderr[-200:]}")
        return
    suite.claim(done.stdout.count(b"all/disk/a.conf:1:1") == 1,
                f"what is named twice is looked at once: {done.stdout}")


def check_unreadable(suite):
    """Of a process' memory the first page is nobody's."""
    done = suite.audit("/proc/self/mem")
    suite.claim(done.stderr.count(b"/proc/self/mem") == 1 and done.returncode == 3 and
                b"1 file or folder that cannot be read: /proc/self/mem" in done.stderr,
                f"what cannot be read is told once: {done.stderr}")


def main():
    suite = trees.Suite()
    check_twice(suite)
    check_unreadable(suite)
    # Without rights to mount this alone is left to be held.
    suite.claim(suite.audit("all").returncode == 3, "no file was looked at")
    suite.end("mounts")


main()
