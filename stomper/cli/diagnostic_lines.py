"""Print diagnostics as people and editors read them: by line, by file, or with their place in the source."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from stomper.cli.hyperlinks import link
from stomper.cli.printing import paint
from stomper.cli.same_places import by_place
from stomper.models import Diagnostic, printable
from stomper.report.findings import page_of

Form: TypeAlias = Literal["full", "concise", "grouped"]
Quote: TypeAlias = Callable[[Diagnostic], str]

TAB = 4
WIDEST = 100
"""The characters of a source line that are shown, around the place."""


def concise_lines(found: Sequence[Diagnostic]) -> list[str]:
    """A line each, in the form that terminals and editors make a link of: `path:line:column: CODE message`."""
    return [_line(d) for group in by_place(found) for d in group]


def grouped_lines(found: Sequence[Diagnostic]) -> list[str]:
    """The diagnostics below the names of their files; what several checkers say of a place is further in, below it."""
    lines: list[str] = []
    for path, same in _by_path(found).items():
        lines.append(paint(path, "bold"))
        for first, *more in by_place(same):
            lines += [f"  {_below_path(first)}", *(f"    {_below_path(d)}" for d in more)]
    return lines


def count_lines(found: Sequence[Diagnostic]) -> list[str]:
    """How many there are of each code, with its checker, the most frequent first; last, how many there are at all."""
    counts = Counter((d.tool, d.code) for d in found)
    width = len(str(len(found)))
    rows = [f"{count:{width}} {tool} {printable(code)}" for (tool, code), count in counts.most_common()]
    return [*rows, f"{len(found):{width}} total"]


def _below_path(d: Diagnostic) -> str:
    return f"{place_of(d)} {link(printable(d.code), page_of(d))} {printable(d.message)}"


def full_lines(found: Sequence[Diagnostic], quote: Quote) -> list[str]:
    """Each diagnostic with its line of source, a mark below the place, and the page about its rule.

    What several checkers say of a place stands one below the other, above the one line of source.
    """
    lines: list[str] = []
    for group in by_place(found):
        lines += [*map(_line, group), *_sources(group, quote(group[0]))]
        pages = dict.fromkeys(d.told.page for d in group if d.told is not None and d.told.page)
        lines += [f"{' ' * len(_number(group[0]))} = {printable(page)}" for page in pages]
        lines.append("")
    return lines[:-1]


def place_of(d: Diagnostic) -> str:
    """Give the line and column of a diagnostic; in a notebook the cell, and those within it."""
    cell = d.told.cell if d.told is not None else None
    return f"{d.line}:{d.column}" if cell is None else "cell {}:{}:{}".format(*cell)


def _line(d: Diagnostic) -> str:
    return (
        f"{paint(f'{d.path}:{place_of(d)}:', 'bold')} {link(paint(d.code, 'red'), page_of(d))} {printable(d.message)}"
    )


def _sources(group: Sequence[Diagnostic], line: str) -> list[str]:
    """Quote the line of source with a mark below each place that is of a group; nothing of an empty line."""
    if not line.strip():
        return []
    first, *more = dict.fromkeys((_column(d), _width(d, line)) for d in group)
    number = _number(group[0])
    margin = " " * len(number)
    shown, before = _window(line, first[0] - 1)
    marks = [(before, first[1]), *((_window_at(line, first[0] - 1, column - 1), width) for column, width in more)]
    return [
        f"{margin} |",
        f"{number} | {shown}",
        *(f"{margin} | {' ' * at}{paint('^' * width, 'red')}" for at, width in marks),
    ]


def _number(d: Diagnostic) -> str:
    """Give the number of the line that is quoted."""
    return str(d.line if d.told is None or d.told.cell is None else d.told.cell[1])


def _column(d: Diagnostic) -> int:
    return d.column if d.told is None or d.told.cell is None else d.told.cell[2]


def _width(d: Diagnostic, line: str) -> int:
    """Give the characters that a diagnostic is about, within its first line and what is shown of it."""
    if d.told is None or d.told.end is None:
        return 1
    row, column = d.told.end
    end = column - d.column if row == d.line else len(line) - (_column(d) - 1)
    return max(1, min(end, WIDEST // 2))


def _window(line: str, column: int) -> tuple[str, int]:
    """Give the part of a line around a column as it is shown, and how many characters of that are before the column."""
    start = max(0, min(column - WIDEST // 2, len(line) - WIDEST))
    before, behind = _fit(line[start:column]), _fit(line[column : start + WIDEST])
    dots = "..." if start else ""
    return f"{dots}{before}{behind}".rstrip(), len(dots) + len(before)


def _window_at(line: str, column: int, other: int) -> int:
    """Give the number of characters before another column in what is shown of a line around one."""
    start = max(0, min(column - WIDEST // 2, len(line) - WIDEST))
    end = max(start, min(other, start + WIDEST))
    return len(_fit(line[start:end])) + (len("...") if start else 0)


def _fit(part: str) -> str:
    return printable(part.expandtabs(TAB))


def _by_path(found: Sequence[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    by_path: dict[str, list[Diagnostic]] = {}
    for d in found:
        by_path.setdefault(d.path, []).append(d)
    return by_path
