"""The guard on suppressing: a fixer that may accept diagnostics adds just the comments for them, and nothing else."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stomper.fixers.suppress.comments import name_of, site_of
from stomper.fixers.suppress.page import read_page
from stomper.models import Diagnostic
from stomper.multisets import surplus
from stomper.python import CannotReadError, read_tree, same_code
from stomper.suppressions.comment_rows import Row, rows_of
from stomper.suppressions.dialects import BY_WORDS, TOO_LONG, Dialect
from stomper.suppressions.python_comments import more_codes, with_codes
from stomper.text.counts import shorten

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result of a suppression: the diagnostics that its comments silence, or the reason why it is refused."""

    suppressed: tuple[Diagnostic, ...] = ()
    refusal: str = ""


def vanished(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Those of `before` that are not in `after`, if no line has moved."""
    return surplus(before, map(site_of, after), site_of)


def judge_suppressing(
    path: str, contents: tuple[bytes, bytes], gone: Sequence[Diagnostic], asked: Sequence[Diagnostic], reason: str
) -> Judgement:
    """Return whether a content is another one plus just the comments that silence `gone`, of those `asked` for.

    The program must be the same, no line may be new, and each comment must be the old one with codes that are
    needed there, and the `reason`.
    """
    try:
        old, new = (read_page(path, content) for content in contents)
        read_tree(old.text), read_tree(new.text)
        here = old.places(gone)
    except CannotReadError as error:
        return Judgement(refusal=f"cannot be judged: {error}")
    if not old.is_written_as(new):
        return Judgement(refusal="changes how the file is written")
    if not same_code(old.text, new.text):
        return Judgement(refusal="changes code, where it may add comments only")
    if unasked := vanished(gone, asked):
        return Judgement(refusal=f"silences what it was not asked for: {_codes(unasked)}")
    try:
        added = list(_added(rows_of(old.text), rows_of(new.text), reason))
    except (ValueError, CannotReadError):
        return Judgement(refusal="changes more than the comments that suppress")
    if idle := _idle(added, here):
        return Judgement(refusal=f"adds a suppression that silences nothing: {shorten(idle, SHOWN)}")
    # Where only comments are new, comments are why it is gone: also what has no code of its own was not fixed.
    return Judgement(tuple(gone))


@dataclass(frozen=True, slots=True)
class Added:
    """A code that is new in a comment on a line."""

    dialect: Dialect
    code: str
    row: Row

    @property
    def statement(self) -> tuple[str, str, int]:
        return self.dialect.words, self.code, self.row.first

    def covers(self, found: Diagnostic) -> bool:
        mine = found.tool in self.dialect.tools and name_of(found) == self.code
        return mine and self.row.first <= found.line <= self.row.last

    @property
    def is_layout(self) -> bool:
        """Say whether it only accepts that the line is long, which the comment itself may have made it."""
        return any((tool, self.code) in TOO_LONG for tool in self.dialect.tools)


def _added(before: Sequence[Row], after: Sequence[Row], reason: str) -> Iterator[Added]:
    """Give each code that is new. Raises ValueError if a line differs in anything else."""
    for old, new in zip(before, after, strict=True):
        if (old.code, old.comment) == (new.code, new.comment):
            continue
        more = more_codes(old.comment, new.comment)
        expected = old.with_comment(with_codes(old.comment, more, reason))
        if not more or new.code + new.comment != expected:
            raise ValueError(new.comment)
        yield from (Added(BY_WORDS[words], code, old) for words, codes in more.items() for code in codes)


def _idle(added: Sequence[Added], gone: Sequence[Diagnostic]) -> list[str]:
    """Give the codes that were added to more lines than had diagnostics removed.

    One that accepts a long line may be there where another one is needed: the comment has made the line long.
    """
    idle = []
    for (_, code, first), group in itertools.groupby(sorted(added, key=_statement), key=_statement):
        rows = [one for one in group if not (one.is_layout and _has_company(one, added))]
        lines = {site_of(d) for d in gone if rows and rows[0].covers(d)}
        if len(rows) > len(lines):
            idle.append(f"{code} at line {first}")
    return idle


def _has_company(one: Added, added: Sequence[Added]) -> bool:
    return any(other.row is one.row and not other.is_layout for other in added)


def _statement(added: Added) -> tuple[str, str, int]:
    return added.statement


def _codes(diagnostics: Iterable[Diagnostic]) -> str:
    return ", ".join(sorted({d.code for d in diagnostics}))
