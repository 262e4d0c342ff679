"""Tables that more than one command prints."""

from collections.abc import Sequence

from stomper.commands.plan import CodeOverview


def code_table(codes: Sequence[CodeOverview], numbered: bool = False) -> list[str]:
    """A row a code: how many, in how many files, how many of them each fixer would try."""
    rows = [f"{'   n  ' if numbered else ''}count  files  code            fixers that would try"]
    for number, row in enumerate(codes, 1):
        takes = ", ".join(name if n == row.count else f"{name} ({n})" for name, n in row.fixers) or "none"
        first = f"{number:4}  " if numbered else ""
        rows.append(f"{first}{row.count:5}  {row.files:5}  {row.code:14}  {takes}")
    return rows
