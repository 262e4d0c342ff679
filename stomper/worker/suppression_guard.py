"""The guard on suppressing: a fixer that may accept diagnostics adds just the comments for them, and nothing else."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stomper.fixers.suppress.comment_lines import Row, rows_of
from stomper.fixers.suppress.comments import Site, site_of
from stomper.fixers.suppress.page import read_page
from stomper.models import Diagnostic
from stomper.multisets import surplus
from stomper.python import CannotReadError, read_tree, same_code
from stomper.suppressions.python_comments import Directive, read_ignore, read_noqa, with_codes
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


Added = tuple[str, str, Row]


def _added(before: Sequence[Row], after: Sequence[Row], reason: str) -> Iterator[Added]:
    """Tool, code and line of each code that is new. Raises ValueError if a line differs in anything else."""
    for old, new in zip(before, after, strict=True):
        if (old.code, old.comment) == (new.code, new.comment):
            continue
        noqa = _more(read_noqa(old.comment), read_noqa(new.comment))
        ignore = _more(read_ignore(old.comment), read_ignore(new.comment))
        expected = old.with_comment(with_codes(old.comment, noqa, ignore, reason))
        if not (noqa or ignore) or new.code + new.comment != expected:
            raise ValueError(new.comment)
        yield from (("ruff", code, old) for code in noqa)
        yield from (("mypy", code, old) for code in ignore)


def _more(before: Directive | None, after: Directive | None) -> list[str]:
    """The codes that a directive has more."""
    old = before.codes if before else ()
    return [code for code in (after.codes if after else ()) if code not in old]


def _idle(added: Sequence[Added], gone: Sequence[Diagnostic]) -> list[str]:
    """Give the codes that were added to more lines than had diagnostics removed."""
    idle = []
    for (tool, code, first), group in itertools.groupby(sorted(added, key=_statement), key=_statement):
        rows = [row for _, _, row in group]
        lines = {site_of(d) for d in gone if _covers(tool, code, rows[0], d)}
        if len(rows) > len(lines):
            idle.append(f"{code} at line {first}")
    return idle


def _statement(added: Added) -> Site:
    tool, code, row = added
    return tool, code, row.first


def _covers(tool: str, code: str, row: Row, found: Diagnostic) -> bool:
    return (tool, code) == (found.tool, found.code) and row.first <= found.line <= row.last


def _codes(diagnostics: Iterable[Diagnostic]) -> str:
    return ", ".join(sorted({d.code for d in diagnostics}))
