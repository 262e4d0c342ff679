"""Group what landed into the commits that are delivered: one for a file, a folder, a tool, or the whole run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from stomper.landing.lander import Landed
from stomper.landing.shares import Share, count, shares_of
from stomper.models import Changed, FixTask
from stomper.settings import CommitPer


@dataclass(frozen=True, slots=True)
class Piece:
    """A share of a task's change, and the commit that it landed as."""

    task: FixTask
    share: Share
    commit: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces with a commit in common, in the order in which they landed; `name` is what they have in common, or ''."""

    name: str
    pieces: tuple[Piece, ...]

    @property
    def shares(self) -> list[Share]:
        return [piece.share for piece in self.pieces]


def pieces_of(landed: Iterable[Landed]) -> tuple[Piece, ...]:
    """The pieces that landed in this session, in the order of their commits."""
    return tuple(
        Piece(item.task, share, commit)
        for item in landed
        if isinstance(item.outcome, Changed) and item.commits
        for share, commit in zip(shares_of(item.outcome), item.commits, strict=True)
    )


def group(pieces: Sequence[Piece], per: CommitPer) -> tuple[Group, ...]:
    """Group pieces. What changes a path stays behind what has changed it before: so a name can have several groups."""
    if per in ("file", "code"):
        return tuple(Group("", (piece,)) for piece in pieces)
    names, left, groups = {piece.commit: _name(piece, per) for piece in pieces}, list(pieces), list[Group]()
    while left:
        name = names[left[0].commit]
        taken = {piece.commit: piece for piece in _free(left, name, names)}
        groups.append(Group(name, tuple(taken.values())))
        left = [piece for piece in left if piece.commit not in taken]
    return tuple(groups)


def _free(left: Sequence[Piece], name: str, names: Mapping[str, str]) -> list[Piece]:
    """The pieces of a name that wait for no piece of another."""
    taken, held = [], set[str]()
    for piece in left:
        if names[piece.commit] == name and not held & piece.share.paths:
            taken.append(piece)
        else:
            held |= piece.share.paths
    return taken


def _name(piece: Piece, per: CommitPer) -> str:
    if per == "folder":
        return str(PurePosixPath(piece.share.path).parent)
    return _tool(piece.share) if per == "tool" else ""


def _tool(share: Share) -> str:
    """The tool that most of a share's diagnostics are of."""
    counts = count([share])
    every = counts.fixed + counts.suppressed + counts.elsewhere
    return max(sorted({tool for _, tool in every}), key=lambda tool: _number(every, tool), default="")


def _number(every: Mapping[tuple[str, str], int], tool: str) -> int:
    return sum(number for (_, of), number in every.items() if of == tool)
