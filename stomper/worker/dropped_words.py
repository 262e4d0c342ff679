"""Say which parts of a file's change were taken out again, and why: the gate and tests in workers say it alike."""

from collections.abc import Sequence

from stomper.grades import Dropped
from stomper.models import printable
from stomper.text.counts import shorten

SHOWN = 3


def reason_of(lost: Sequence[Dropped], broken: str) -> str:
    """Give the words about parts of which the first breaks something, as `broken` says; the others fall with it."""
    guilty, *others = (words_of(one) for one in lost)
    reason = f"dropped {guilty}, which {broken}"
    return f"{reason}; with it {shorten(others, SHOWN)}" if others else reason


def lines_of(lines: Sequence[int]) -> str:
    """Name lines by their numbers, of which there is at least one."""
    return f"line{'s' if len(lines) > 1 else ''} {shorten([str(line) for line in lines], SHOWN)}"


def words_of(dropped: Dropped) -> str:
    """Name a part by its codes, its fixer and its lines: `F401, I001 (ruff, lines 1, 2)`."""
    codes = ", ".join(printable(code) for _, code, _ in dropped.codes)
    about = [printable(dropped.fixer)] if codes else []
    about += [lines_of(dropped.lines)] if dropped.lines else []
    name = codes or printable(dropped.fixer)
    return f"{name} ({', '.join(about)})" if about else name
