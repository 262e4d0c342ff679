"""Paths of this machine, which no model needs to know: taken out of what tools say."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from stomper.disk.atomic_write import ABOVE
from stomper.disk.regular_files import read_regular_text

LONGEST = 2_000


def hide_places(root: Path, text: str) -> str:
    """A tool's words without the paths of the worktree `root`, of those beside it, and of the user's checkout."""
    for pattern, stands_for in _places(root):
        text = re.sub(pattern, stands_for, text)
    return text


def shorten_words(text: str, most: int = LONGEST) -> str:
    """A text of at most about `most` characters, which says how many it left out of its middle."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]} [... {len(text) - 2 * half} characters left out ...] {text[-half:]}"


def _places(root: Path) -> Iterator[tuple[str, str]]:
    """Give the texts to replace, the longer ones first, each with the path from the top that it stands for."""
    end = r"(?:/|(?=[\s\"':,)\]}>]|$))"
    tops = dict.fromkeys([str(root), os.path.realpath(root), *_main_checkout(root)])
    for top in sorted(tops, key=len, reverse=True):
        yield re.escape(top) + end, ""
    for home in _run_folders(root):
        # Another worktree of the run: diagnostics of the plan come out of one.
        inner = "/".join(root.relative_to(home).parts[1:])
        yield re.escape(home) + r"/[^/\s]+/" + re.escape(inner) + end, ""
        yield re.escape(home) + r"[^\s\"':,)\]}>]*", "(a temporary file)"


def _run_folders(root: Path) -> tuple[str, ...]:
    """The folder that a run has its worktrees in; nothing if `root` is none of them."""
    ours = [folder for folder in root.parents if folder.name == ABOVE]
    return (str(ours[-1].parents[1]),) if ours else ()


def _main_checkout(root: Path) -> list[str]:
    """The user's checkout, by what git has written into a linked worktree."""
    link = root / ".git"
    try:
        words = read_regular_text(link, errors="surrogateescape") if link.is_file() else ""
    except OSError:
        return []
    folder = words.removeprefix("gitdir:").strip()
    state = Path(folder).parent.parent
    return [str(state.parent)] if folder and state.name == ".git" and len(state.parts) > 2 else []
