"""The grades of guesses, and the parts of a file's change that land or are dropped by themselves."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """The certainty that a guess changes nothing but the complaint.

    `SAFE`: the program cannot tell, by syntax alone or by our tested list of the tools' own words. `PROVED`: what could
    differ is ruled out at this place. `TESTED`: a test that passed before runs the changed statements, and all tests
    pass after. `UNPROVED`: nothing stands behind it.
    """

    SAFE = "safe"
    PROVED = "proved"
    TESTED = "tested"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A guess that was not kept because nothing stands behind it: `needs` says what would prove it.

    `line` is that of the diagnostic, counted from 1, in the file as the base commit has it.
    """

    fixer: str
    tool: str
    code: str
    line: int
    needs: str


@dataclass(frozen=True, slots=True)
class Credit:
    """The diagnostics that a kept attempt took away, with its grade, if it has one: `codes` are (tool, code, count)."""

    fixer: str
    grade: Grade | None
    codes: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines of a content, from `first` up to `last` and counted from 0, become `lines`, ends included.

    These are bytes, each told as the character of its number (latin-1): so they fit into JSON in any encoding.
    """

    first: int
    last: int
    lines: str


@dataclass(frozen=True, slots=True)
class Part:
    """The smallest part of a file's change that lands or is dropped by itself: one kept attempt of the chain.

    `edits` lead from the content before it to the one after it; they are in order and do not overlap. `codes` are
    (tool, code, count) of what it took away. `divisible`: each edit makes sense without the others. `layout` leads on
    from there to what formatters have made of the file.
    """

    fixer: str
    grade: Grade
    codes: tuple[tuple[str, str, int], ...]
    edits: tuple[Edit, ...]
    divisible: bool = False
    layout: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of a file's change that the gate took out, or an edit of it, because of what is `broken` by it.

    `codes` are (tool, code, count) of what it had taken away; `lines` are those it had changed, counted from 1, in the
    file as the base commit has it: none if that is not known. `grade` is what it had landed on.
    """

    fixer: str
    codes: tuple[tuple[str, str, int], ...]
    lines: tuple[int, ...]
    broken: tuple[str, ...]
    grade: Grade | None = None
