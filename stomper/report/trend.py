"""The trend: how many diagnostics there were, and how many the baseline knew, run by run or commit by commit."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stomper.disk.private_files import ForeignError
from stomper.errors import StomperError
from stomper.journal.find_run import own_runs, read_history
from stomper.journal.run_folder import RunFolder
from stomper.plan.narrow_files import is_narrowed
from stomper.text.printable import printable

MOST_RUNS = 50
BAR = 30
SOME = "some files only"


@dataclass(frozen=True, slots=True)
class Point:
    """A run or a commit at a time: what was found `before` and is `left`; of these the baseline has none.

    `known` are diagnostics of the baseline, None where there is no baseline or nobody counted. A point with a `note` is
    not like the others: only some files were looked at, or not all could be.
    """

    when: str
    name: str
    before: int
    left: int
    known: int | None = None
    note: str = ""


def points_of_runs(state: Path) -> list[Point]:
    """Give the last recorded runs, the oldest first; what another version wrote is passed over."""
    runs: list[RunFolder] = []
    with contextlib.suppress(ForeignError):  # another user's state folder tells nothing
        runs = own_runs(state)[-MOST_RUNS:]
    return list(_points(runs))


def _points(runs: Sequence[RunFolder]) -> Iterator[Point]:
    for folder in runs:
        with contextlib.suppress(StomperError, KeyError, TypeError, AttributeError):
            report, history = folder.read_report(), read_history(folder)
            if report is not None and history is not None:
                header = folder.read_header()
                narrow = is_narrowed(header.settings, [Path(name) for name in header.named])
                sums = report["summary"]
                before, after = sums["diagnostics_before"], sums["diagnostics_after"]
                known, note = report.get("baseline", {}).get("known"), SOME if narrow else ""
                left = before if history.undone else after
                yield Point(report["started"], report["run"], before, left, known, note)


def to_dict(points: Sequence[Point]) -> list[dict[str, Any]]:
    """The points as plain data, without what there is nothing of."""
    return [{key: value for key, value in asdict(point).items() if value not in (None, "")} for point in points]


def to_lines(points: Sequence[Point], title: str, width: int = 16) -> list[str]:
    """A table for a terminal, with a bar for what is left and then for the baseline; none without a point."""
    if not points:
        return []
    most = max(max(point.left + (point.known or 0) for point in points), 1)
    lines = [f"{title:{width}}  {'when':20}  before    left  baseline"]
    for point in points:
        known = "-" if point.known is None else str(point.known)
        bar = _bar(point, most) + (f"  {printable(point.note)}" if point.note else "")
        lines.append(
            f"{point.name:{width}}  {point.when:20}  {point.before:6}  {point.left:6}  {known:>8}  {bar}".rstrip()
        )
    return [*lines, f"# left, = in the baseline; {BAR} characters are {most}"]


def _bar(point: Point, most: int) -> str:
    left, known = (-(-BAR * count // most) for count in (point.left, point.known or 0))
    return "#" * left + "=" * known
