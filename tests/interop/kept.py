"""What other people's programs answered, kept below .cache from one build to the next.

tshark, or nginx under a policy, answers the same whoever built tlsunset, so what it said once
need not be asked again by the run under sanitizers. `key` is all that the answer depends on:
the bytes it is of, versions of the programs, the text of the script that asks. One file a name;
another key replaces it. Of the standard types alone: what is kept is read as literals.
"""
import ast
import hashlib
import os
import pathlib
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parents[2] / ".cache" / "kept"


def digest(*parts):
    """Of texts, bytes, and files by their path."""
    whole = hashlib.sha256()
    for part in parts:
        octets = part.read_bytes() if isinstance(part, pathlib.Path) else \
            part if isinstance(part, bytes) else part.encode()
        whole.update(len(octets).to_bytes(8, "big") + octets)
    return whole.hexdigest()


def forget(name):
    """What turned out not to be as it should is asked for again the next time."""
    (FOLDER / digest(name)).unlink(missing_ok=True)


def kept(name, key, ask):
    """What ask() answers, or answered before under that name and key."""
    path = FOLDER / digest(name)
    try:
        known, _, answer = path.read_text(encoding="utf-8").partition("\n")
        if known == key:
            return ast.literal_eval(answer)
    except (OSError, ValueError, SyntaxError):
        pass
    answer = ask()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=FOLDER, delete=False, encoding="utf-8") as file:
        file.write(f"{key}\n{answer!r}\n")
    os.replace(file.name, path)
    return answer
