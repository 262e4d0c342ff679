"""Find diagnostics of several checkers about the same place: they likely say the same, and are shown together."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from stomper.models import Diagnostic

LINE_END = 1_000_000


def by_place(found: Iterable[Diagnostic]) -> list[tuple[Diagnostic, ...]]:
    """Give diagnostics, which are in order, in groups; most are one alone.

    In a group are those of several tools that begin on the same line, and whose places overlap.
    """
    groups: list[tuple[Diagnostic, ...]] = []
    for _, same in groupby(found, key=lambda d: (d.path, d.line)):
        groups += _groups(list(same))
    return groups


def _groups(line: Sequence[Diagnostic]) -> list[tuple[Diagnostic, ...]]:
    """Divide the diagnostics of a line, which are in the order of their columns."""
    runs: list[list[Diagnostic]] = []
    end = 0
    for d in line:
        if runs and d.column < end:
            runs[-1].append(d)
        else:
            runs.append([d])
            end = 0
        end = max(end, _end(d))
    return [group for run in runs for group in _of_several_tools(run)]


def _of_several_tools(run: Sequence[Diagnostic]) -> list[tuple[Diagnostic, ...]]:
    """What one tool says of overlapping places is several things; what another one says of them may be the same."""
    return [tuple(run)] if len({d.tool for d in run}) > 1 else [(d,) for d in run]


def _end(d: Diagnostic) -> int:
    """The column after a diagnostic on its first line. One whose end nobody tells is about all of the rest."""
    if d.told is None or d.told.end is None or d.told.end[0] > d.line:
        return LINE_END
    return max(d.told.end[1], d.column + 1)
