"""Writes what `stomper --version` adds in the binary: which commit it was built from."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("stomper", "build", "stomper.spec", "pyproject.toml", "constraints.txt")


def write_stamp(path: Path) -> Path:
    """Write the stamp as JSON to `path` and return it; `commit` and `dirty` are absent outside a git checkout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_stamp()) + "\n", encoding="utf-8")
    return path


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
