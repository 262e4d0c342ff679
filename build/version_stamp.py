"""Writes what `stomper --version` and `doctor --binary` add in the binary: the commit and the packages in it."""

import json
import subprocess
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("stomper", "build", "stomper.spec", "pyproject.toml", "constraints.txt")


def write_stamp(path: Path) -> Path:
    """Write the stamp as JSON to `path` and return it; `commit` and `dirty` are absent outside a git checkout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stamp = {**_stamp(), "packages": {name: distribution(name).version for name in closure("stomper-fix")}}
    path.write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    return path


def closure(name: str) -> list[str]:
    """Give the packages that an installed one needs here, and what these need, without the one itself; sorted."""
    known: dict[str, None] = {}
    waiting = [name]
    while waiting:
        for text in distribution(waiting.pop()).requires or ():
            needed = Requirement(text)
            wanted = canonicalize_name(needed.name)
            if wanted in known or not (needed.marker is None or needed.marker.evaluate({"extra": ""})):
                continue
            known[wanted] = None
            waiting.append(needed.name)
    return sorted(known)


def _stamp() -> dict[str, str | bool]:
    # An unpacked archive inside somebody else's checkout must not take that one's commit.
    if _git("rev-parse", "--show-toplevel") != str(ROOT):
        return {}
    commit = _git("rev-parse", "--verify", "HEAD")
    if not commit:
        return {}
    return {"commit": commit, "dirty": _git("status", "--porcelain", "--", *SOURCES) != ""}


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
