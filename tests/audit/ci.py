"""ci.py PROGRAM - the shell parts of docs/ci.md, run in a repository as they stand there;
and the hooks of .pre-commit-hooks.yaml, called as pre-commit calls them.
"""

import json
import os
import pathlib
import re
import subprocess

import trees

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")


def scripts():
    """The fenced parts, by the name in their first line."""
    parts = re.findall(r"^```sh\n# ([a-z-]+)[^\n]*\n(.*?)^```$", DOCUMENT, re.M | re.S)
    return dict(parts)


def entries():
    return dict(re.findall(r"^- id: (\S+)\n(?:  .*\n)*?  entry: (.+)$", HOOKS, re.M))


class Repository:
    def __init__(self, suite):
        self.suite = suite
        self.folder = suite.folder / "repository"
        bin_folder = suite.folder / "bin"
        bin_folder.mkdir()
        os.symlink(suite.program, bin_folder / "tlsunset")
        self.environment = {
            **os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "HOME": str(suite.folder), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.net",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.net"}
        self.folder.mkdir()
        self.run("git init -q -b main .")

    def run(self, script):
        return subprocess.run(["sh", "-c", script], cwd=self.folder, env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def write(self, name, text):
        self.suite.write(name, text, self.folder)

    def commit(self):
        return self.run("git add -A && git commit -qm x")


def hook(repository, script):
    repository.write(".git/hooks/pre-commit", "#!/bin/sh\n" + script)
    os.chmod(repository.folder / ".git/hooks/pre-commit", 0o755)


def main():
    suite = trees.Suite()
    script = scripts()
    suite.claim(set(script) == {"tls-baseline", "tls-check", "tls-change", "tls-inventory",
                                "tls-hook"}, f"the parts are there: {sorted(script)}")
    repository = Repository(suite)
    repository.write("old.conf", "ssl_protocols TLSv1 TLSv1.2;\n")
    hook(repository, script["tls-hook"])
    first = repository.commit()
    suite.claim(first.returncode != 0 and "old.conf" in first.stdout + first.stderr,
                f"the hook refuses a first commit: {first.stdout}{first.stderr}")
    os.remove(repository.folder / ".git/hooks/pre-commit")

    made = repository.run(script["tls-baseline"])
    suite.claim(made.returncode == 0, f"a baseline is made: {made.stderr}")
    same = repository.run(script["tls-check"])
    suite.claim(same.returncode == 0, f"what is known does not fail: {same.stdout}")
    repository.commit()
    repository.run("git update-ref refs/remotes/origin/main main")
    clean = repository.run(script["tls-change"])
    suite.claim(clean.returncode == 0 and clean.stdout.count("breaks") == 0,
                f"without a change there is nothing: {clean.stdout}{clean.stderr}")

    repository.write("new.conf", "ssl_protocols TLSv1.1;\n")
    new = repository.run(script["tls-check"])
    log = json.loads((repository.folder / "tls.sarif").read_text(encoding="utf-8"))
    states = [r["baselineState"] for r in log["runs"][0]["results"]]
    suite.claim(new.returncode == 1 and "new.conf" in new.stdout and
                "old.conf" not in new.stdout and sorted(states) == ["new", "unchanged"],
                f"what is new fails, and is told: {new.stdout}{states}")
    change = repository.run(script["tls-change"])
    suite.claim(change.returncode == 1 and "new.conf" in change.stdout and
                "old.conf" not in change.stdout, f"of a change alone: {change.stdout}")

    inventory = repository.run(script["tls-inventory"])
    bom = json.loads((repository.folder / "tls.cdx.json").read_text(encoding="utf-8"))
    suite.claim(inventory.returncode == 0 and bom["bomFormat"] == "CycloneDX" and
                [c["name"] for c in bom["components"]] == ["TLS 1.0", "TLS 1.1", "TLS 1.2"],
                "an inventory is made")

    hook(repository, script["tls-hook"])
    refused = repository.commit()
    suite.claim(refused.returncode != 0 and "new.conf" in refused.stdout + refused.stderr,
                "the hook refuses a commit")
    repository.write("new.conf", "ssl_protocols TLSv1.2 TLSv1.3;\n")
    taken = repository.commit()
    suite.claim(taken.returncode == 0, f"and takes it once it is mended: {taken.stderr}")

    # In another working tree git says to its hooks where the repository is.
    hook(repository, "exec tlsunset audit --since HEAD sub\n")
    repository.write("sub/known.conf", "ssl_protocols TLSv1;\n")
    repository.run("git add -A && git commit -q --no-verify -m known")
    repository.run("git worktree add -q ../beside HEAD~0")
    suite.write("beside/sub/fresh.conf", "ssl_protocols SSLv3;\n")
    beside = repository.run("cd ../beside && git add -A && git commit -qm x")
    told = beside.stdout + beside.stderr
    suite.claim(beside.returncode != 0 and "sub/fresh.conf" in told and
                "known.conf" not in told, f"in another working tree too: {told}")

    entry = entries()
    suite.claim(set(entry) == {"tlsunset-audit", "tlsunset-fix"}, f"hooks: {sorted(entry)}")
    fails = repository.run(entry["tlsunset-audit"] + " old.conf new.conf")
    suite.claim(fails.returncode == 1, "a hook of pre-commit fails where files are old")
    repository.write(".tlsunsetignore", "vendor/\n*.bak.conf\n")
    for name in ["vendor/deep/a.conf", "sub/b.bak.conf"]:
        repository.write(name, "ssl_protocols SSLv3;\n")
    passes = repository.run(entry["tlsunset-audit"] + " vendor/deep/a.conf sub/b.bak.conf")
    suite.claim(passes.returncode == 0, f"what lists leave out is not held: {passes.stdout}")
    named = repository.run("tlsunset audit vendor/deep/a.conf")
    suite.claim(named.returncode == 1, "who names it without that has it looked at")
    fixes = repository.run(entry["tlsunset-fix"] + " old.conf new.conf")
    after = (repository.folder / "old.conf").read_text(encoding="utf-8")
    suite.claim(fixes.returncode == 0 and after == "ssl_protocols TLSv1.2 TLSv1.3;\n",
                "and one mends them")

    called = re.findall(r"tlsunset audit [^\n`]+", DOCUMENT)
    for command in sorted(set(called)):
        words = command.split(">")[0].replace("origin/main", "HEAD").split(" || ")[0]
        if "," in words:
            continue
        ran = repository.run(words)
        suite.claim(ran.returncode in (0, 1), f"{words}: {ran.returncode}: {ran.stderr}")
    suite.end("ci")


main()
