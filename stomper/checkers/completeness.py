"""A checker's look at the files that it was given: nothing is called clean that was not looked at."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stomper.errors import UsageError
from stomper.models import NOT_CHECKED, Diagnostic, in_order, printable
from stomper.plan.require_matches import ACCEPT
from stomper.settings import ChoiceSettings
from stomper.text.counts import plural, shorten

SHOWN = 3
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Look:
    """The words of one checker about files, and how much of them it saw.

    `given` are the files that it was asked about, `left_out` those of them that the tool by hand does not look at
    either. `found` are its diagnostics; of a file that it should have looked at and could not, one that is
    `unchecked`. `beside` are such of files that it was not asked about, whose fault makes the result uncertain.
    """

    given: tuple[str, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    left_out: frozenset[str] = frozenset()
    beside: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of all checkers, each with the checker's name."""

    looks: tuple[tuple[str, Look], ...] = ()

    @property
    def found(self) -> tuple[Diagnostic, ...]:
        """All diagnostics, ordered by path and place."""
        return in_order(d for _, look in self.looks for d in look.found)

    @property
    def beside(self) -> tuple[Diagnostic, ...]:
        return in_order(d for _, look in self.looks for d in look.beside)

    def looked_at(self, chosen: Collection[str]) -> dict[str, int]:
        """The number of the chosen files that each checker has looked at."""
        return {
            name: len(set(chosen).intersection(look.given) - look.left_out - _unread(look)) for name, look in self.looks
        }

    def left_out(self, chosen: Collection[str]) -> Iterator[str]:
        """A line for each checker that leaves out some of the chosen files."""
        for name, look in self.looks:
            given = set(chosen).intersection(look.given)
            if out := sorted(given & look.left_out):
                yield _left_out(name, out, len(given))


def _unread(look: Look) -> set[str]:
    return {diagnostic.path for diagnostic in look.found if diagnostic.unchecked}


def require_looked_at(looks: Looks, chosen: Collection[str], choice: ChoiceSettings) -> None:
    """Raises UsageError if the checkers leave out all of the files that were chosen, and that is not accepted.

    Files that git has to say something about, such as changed ones, may well be such.
    """
    legitimate = choice.allow_empty or choice.since is not None or choice.uncommitted is not None
    told = looks.beside or any(diagnostic.unchecked for diagnostic in looks.found)
    if chosen and not legitimate and not told and not any(looks.looked_at(chosen).values()):
        files = shorten([printable(path) for path in sorted(chosen)], SHOWN)
        raise UsageError(f"no checker looks at {files}: {'; '.join(looks.left_out(chosen))}", ACCEPT)


def _left_out(name: str, out: Sequence[str], given: int) -> str:
    """The tool by hand does the same: by its configuration, and by what it takes for a file of its own."""
    if len(out) == given:
        return f"{name} by its own configuration leaves out all {given} files: it has checked nothing"
    files = shorten([printable(path) for path in out], SHOWN)
    return f"{name} by its own configuration leaves out {len(out)} of {given} files: {files}"


def looked_at_line(counts: Mapping[str, int]) -> str:
    """Say how many files each checker has looked at."""
    told = ", ".join(f"{name} {plural(count, 'file')}" for name, count in counts.items())
    return f"looked at: {told or 'nothing, for no file is selected'}"


class Looking(Protocol):
    """The part of a checker that asks only for diagnostics."""

    __slots__ = ()

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look: ...

    def check(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> tuple[Diagnostic, ...]:
        """The diagnostics of `look`, which says what comes in and what is raised."""
        return self.look(root, paths, scratch).found


def not_checked(tool: str, path: str, reason: str) -> Diagnostic:
    """The word for a file that `tool` could not look at. The reason is the tool's own, on one line."""
    words = " ".join(reason.split())[-LONGEST:] or "it says nothing"
    return Diagnostic(tool, NOT_CHECKED, words, path, 1, 1)


def unchecked_lines(found: Iterable[Diagnostic]) -> list[str]:
    """A line for each file that a checker could not look at, for people."""
    return [f"not checked by {d.tool}: {printable(d.path)}: {printable(d.message)}" for d in found if d.unchecked]
