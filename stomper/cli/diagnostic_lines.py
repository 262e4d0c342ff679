"""Print diagnostics as people and editors read them: by line, by file, or with their place in the source."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from stomper.cli.printing import paint
from stomper.models import Diagnostic, printable

Form: TypeAlias = Literal["full", "concise", "grouped"]
Quote: TypeAlias = Callable[[Diagnostic], str]

TAB = 4
WIDEST = 100
"""The characters of a source line that are shown, around the place."""


def concise_lines(found: Sequence[Diagnostic]) -> list[str]:
    """A line each, in the form that terminals and editors make a link of: `path:line:column: CODE message`."""
    return [_line(d) for d in found]


def grouped_lines(found: Sequence[Diagnostic]) -> list[str]:
    """The diagnostics below the names of their files."""
    lines: list[str] = []
    for path, same in _by_path(found).items():
        lines.append(paint(path, "bold"))
        lines += [f"  {d.line}:{d.column} {printable(d.code)} {printable(d.message)}" for d in same]
    return lines


def full_lines(found: Sequence[Diagnostic], quote: Quote) -> list[str]:
    """Each diagnostic with its line of source, a mark below the place, and the page about its rule."""
    lines: list[str] = []
    for d in found:
        lines += [_line(d), *_source(d, quote(d))]
        if d.told is not None and d.told.page:
            lines.append(f"{' ' * len(str(d.line))} = {printable(d.told.page)}")
        lines.append("")
    return lines[:-1]


def _line(d: Diagnostic) -> str:
    place = paint(f"{d.path}:{d.line}:{d.column}:", "bold")
    return f"{place} {paint(d.code, 'red')} {printable(d.message)}"


def _source(d: Diagnostic, line: str) -> list[str]:
    """Quote the line of source with a mark below its place; nothing of an empty line."""
    if not line.strip():
        return []
    shown, before = _window(line, d.column - 1)
    number = str(d.line)
    margin = " " * len(number)
    return [f"{margin} |", f"{number} | {shown}", f"{margin} | {' ' * before}{paint('^' * _width(d, line), 'red')}"]


def _width(d: Diagnostic, line: str) -> int:
    """Give the characters that a diagnostic is about, within its first line and what is shown of it."""
    if d.told is None or d.told.end is None:
        return 1
    row, column = d.told.end
    end = column - 1 if row == d.line else len(line)
    return max(1, min(end - (d.column - 1), WIDEST // 2))


def _window(line: str, column: int) -> tuple[str, int]:
    """Give the part of a line around a column as it is shown, and how many characters of that are before the column."""
    start = max(0, min(column - WIDEST // 2, len(line) - WIDEST))
    before, behind = (printable(part.expandtabs(TAB)) for part in (line[start:column], line[column : start + WIDEST]))
    dots = "..." if start else ""
    return f"{dots}{before}{behind}".rstrip(), len(dots) + len(before)


def _by_path(found: Sequence[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    by_path: dict[str, list[Diagnostic]] = {}
    for d in found:
        by_path.setdefault(d.path, []).append(d)
    return by_path
