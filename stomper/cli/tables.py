"""Tables that more than one command prints."""

from collections.abc import Sequence

from stomper.commands.plan import CodeOverview
from stomper.proof.foresight import Foresight
from stomper.text.counts import shorten

SHOWN_CODES = 6
SHOWN_NEEDS = 12


def code_table(codes: Sequence[CodeOverview], numbered: bool = False) -> list[str]:
    """A row a code: how many, in how many files, how many of them each fixer would try, and how sure that would be."""
    rows = [f"{'   n  ' if numbered else ''}count  files  code            fixers that would try, and their grades"]
    for number, row in enumerate(codes, 1):
        known = dict(row.known)
        takes = ", ".join(_try(name, n, row.count, known[name]) for name, n in row.fixers) or "none"
        first = f"{number:4}  " if numbered else ""
        rows.append(f"{first}{row.count:5}  {row.files:5}  {row.code:14}  {takes}")
    return [*rows, *_needs(codes)]


def _try(name: str, tried: int, count: int, known: Foresight) -> str:
    many = "" if tried == count else f"{tried}, "
    return f"{name} ({many}{_grade(known)})"


def _grade(known: Foresight) -> str:
    if known.grade is None:
        return "to be proved"
    return f"{'' if known.sure else 'maybe '}{known.grade}{'' if known.lands else ', withheld'}"


def _needs(codes: Sequence[CodeOverview]) -> list[str]:
    """Say what would prove the fixes of those codes of which nothing is known before."""
    by_need: dict[str, list[str]] = {}
    for row in codes:
        if not any(known.grade for _, known in row.known):
            for needs in dict.fromkeys(known.needs for _, known in row.known):
                by_need.setdefault(needs, []).append(row.code)
    lines = [f"{shorten(names, SHOWN_CODES)}: {needs}" for needs, names in by_need.items()]
    return ["", "to be proved, by", *lines[:SHOWN_NEEDS]] if lines else []
