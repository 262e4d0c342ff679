"""Sum a run up by code: how many diagnostics there were, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stomper.models import Diagnostic, printable

SHOWN = 20
HEAD = "before  fixed  suppressed  left  code"


@dataclass(frozen=True, slots=True)
class CodeReport:
    """The diagnostics of one code of one tool, `before` the run and after it. Those that are gone count as fixed."""

    tool: str
    code: str
    before: int
    fixed: int
    suppressed: int
    left: int


def code_reports(
    before: Iterable[Diagnostic], suppressed: Iterable[Diagnostic], left: Iterable[Diagnostic]
) -> tuple[CodeReport, ...]:
    """Count by tool and code, the most frequent before the run first."""
    were, silenced, are = (Counter((d.tool, d.code) for d in some) for some in (before, suppressed, left))
    rows = []
    for tool, code in were.keys() | are.keys():
        key = tool, code
        gone = max(0, were[key] - are[key])
        hidden = min(gone, silenced[key])
        rows.append(CodeReport(tool, code, were[key], gone - hidden, hidden, are[key]))
    return tuple(sorted(rows, key=lambda row: (-row.before, row.tool, row.code)))


def code_lines(codes: Sequence[CodeReport]) -> list[str]:
    """A table for people; nothing without codes."""
    if not codes:
        return []
    rows = [f"{c.before:6}  {c.fixed:5}  {c.suppressed:10}  {c.left:4}  {printable(c.code)}" for c in codes[:SHOWN]]
    more = [f"... and {len(codes) - SHOWN} more codes in the report"] if len(codes) > SHOWN else []
    return [HEAD, *rows, *more, ""]
