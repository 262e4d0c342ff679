"""Prove where git works: its own word for top level, git directory and index, before anything is written there.

A shared configuration can send git elsewhere: `core.worktree` beats the folder that git is started in for every
worktree once `extensions.worktreeConfig` is on, which a tool may switch on. Nothing is told by git then.
"""

import os
from pathlib import Path

from stomper.errors import GitError
from stomper.git.command import git, git_result

OWN_SETTINGS = "config.worktree"
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
QUESTIONS = ("--show-toplevel", "--absolute-git-dir", "--git-common-dir", "--git-path")


def path_of(where: Path, *question: str) -> Path | None:
    """The path by which git answers `rev-parse`, links followed; None if it has none to name or refuses to work."""
    done = git_result(where, "rev-parse", "--path-format=absolute", *question, accept=(0, 128))
    return Path(os.fsdecode(done.stdout).removesuffix("\n")).resolve() if done.returncode == 0 else None


def misled(top: Path, git_dir: Path, common: Path) -> str:
    """Say where git, started in `top`, would work instead, in words; empty if it works there and nowhere else.

    Raises GitError if git cannot say.
    """
    expected = (top, git_dir, common, git_dir / "index")
    words = ("rev-parse", "--path-format=absolute", *QUESTIONS, "index")
    answer = os.fsdecode(git(top, *words)).removesuffix("\n")
    if answer == "\n".join(map(str, expected)):
        return ""
    found = answer.split("\n")
    names = ("working tree", "git directory", "common git directory", "index")
    if len(found) == len(expected):
        wrong = [
            f"{name} {now}" for name, now, there in zip(names, found, expected, strict=True) if not _same(now, there)
        ]
        return ", ".join(wrong)
    return answer.replace("\n", ", ")


def _same(found: str, expected: Path) -> bool:
    """Say whether two paths lead to one place; also if the file system does not tell `A` from `a`."""
    place = Path(found)
    if place.exists() and expected.exists():
        return place.samefile(expected)
    return place.name == expected.name and place.parent.exists() and place.parent.samefile(expected.parent)


def require_place(top: Path, git_dir: Path, common: Path) -> None:
    """Raises GitError, before anything is written, where git in `top` would work elsewhere."""
    if elsewhere := misled(top, git_dir, common):
        raise GitError(
            f"git, started in {top}, works elsewhere: {elsewhere}",
            "Nothing was written there. `git config --show-origin --get-regexp '^core.(worktree|bare)'` says what"
            " sends it there.",
        )


def own_settings(top: Path) -> bytes:
    """Lines for the configuration of one worktree that keep every git in it there, whatever the shared one says.

    They count where `extensions.worktreeConfig` is on, and only there do they have to. A sparse checkout is the
    user's own: all files are in a worktree of ours.
    """
    text = "".join(ESCAPES.get(character, character) for character in str(top))
    return os.fsencode(
        f'[core]\n\tworktree = "{text}"\n\tbare = false\n\tsparseCheckout = false\n[index]\n\tsparse = false\n'
    )
