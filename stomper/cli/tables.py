"""Tables that more than one command prints."""

from collections.abc import Mapping, Sequence

from stomper.commands.plan import CodeOverview
from stomper.proof.foresight import Foresight
from stomper.text.counts import shorten

SHOWN_CODES = 6
SHOWN_NEEDS = 12
NARROWEST = 14
LONGEST_NAME = 40


def code_table(
    codes: Sequence[CodeOverview],
    numbers: Sequence[int] = (),
    names: Mapping[str, str] | None = None,
    needs: bool = True,
) -> list[str]:
    """A row a code: how many, in how many files, how many of them each fixer would try, and how sure that would be.

    With `numbers` and `names` each row has its number, and what people call the code. With `needs` it also says what
    would prove the fixes of which nothing is known before.
    """
    titles = [_title(row.code, (names or {}).get(row.code, "")) for row in codes]
    width = max([NARROWEST, *map(len, titles)])
    rows = [f"{'   n  ' if numbers else ''}count  files  {'code':{width}}  fixers that would try, and their grades"]
    for at, (row, title) in enumerate(zip(codes, titles, strict=True)):
        first = f"{numbers[at]:4}  " if numbers else ""
        rows.append(f"{first}{row.count:5}  {row.files:5}  {title:{width}}  {_tries(row)}")
    return [*rows, *_needs(codes)] if needs else rows


def _title(code: str, name: str) -> str:
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."
    return f"{code} {short}" if short else code


def _tries(row: CodeOverview) -> str:
    known = dict(row.known)
    return ", ".join(_try(name, n, row.count, known[name]) for name, n in row.fixers) or "none"


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
