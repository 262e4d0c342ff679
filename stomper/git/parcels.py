"""Commits as bytes, for a machine that cannot reach the repository that has them."""

import os
from dataclasses import dataclass
from pathlib import Path

from stomper.errors import GitError
from stomper.git.command import git
from stomper.git.commits import read_ref

SHALLOW = "shallow"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a commit has beyond another one; `shallow` are the commits at which its history was cut off."""

    pack: bytes = b""
    shallow: tuple[str, ...] = ()


def size_of(top: Path, commit: str, known: str = "") -> int:
    """Give the bytes on disk of what a commit has beyond `known`, about as many as its parcel will have."""
    output = git(top, "rev-list", "--disk-usage", "--objects", commit, *([f"^{known}"] if known else []))
    return int(output)


def pack_up(top: Path, common: Path, commit: str, known: str = "") -> Parcel:
    """Pack what a commit has beyond `known`, which the other side has; nothing if it is that one. Raises GitError."""
    if commit == known:
        return Parcel()
    wanted = f"{commit}\n" + (f"^{known}\n" if known else "")
    pack = git(top, "pack-objects", "--revs", "--thin", "--stdout", "--quiet", stdin=wanted.encode())
    cut = common / SHALLOW
    return Parcel(pack, tuple(cut.read_text().split()) if not known and cut.is_file() else ())


def unpack(top: Path, common: Path, parcel: Parcel, commit: str, known: str = "") -> None:
    """Have a commit with all that belongs to it, out of a parcel. Raises GitError if that is not whole."""
    if parcel.shallow:
        (common / SHALLOW).write_text("".join(f"{one}\n" for one in parcel.shallow))
    if parcel.pack:
        git(top, "index-pack", "--stdin", "--fix-thin", stdin=parcel.pack)
    if read_ref(top, commit) != commit:
        raise GitError(f"the commit {commit[:12]} has not come")
    git(top, "rev-list", "--objects", "--quiet", commit, *([f"^{known}"] if known else []))


def make_repository(top: Path) -> None:
    """Make an empty repository. Raises GitError."""
    top.mkdir(mode=0o700, parents=True)
    git(top, "init", "--quiet", "--template=", ".", exact=False)


def identity_of(top: Path) -> tuple[str, str]:
    """Give the name and the address by which git makes commits here. Raises GitError if it knows none."""
    said = os.fsdecode(git(top, "var", "GIT_AUTHOR_IDENT", exact=False))
    name, _, rest = said.partition(" <")
    return name, rest.partition(">")[0]


def has_changes(top: Path) -> bool:
    """Say whether tracked files differ from what is checked out."""
    return bool(git(top, "status", "--porcelain", "-z", "--untracked-files=no", exact=False))
