"""Collect what a page tells: the report as data, and what the folder of the run knows beyond it."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stomper import process
from stomper.errors import StomperError
from stomper.journal.run_folder import RunFolder
from stomper.models import Diagnostic, Outcome, codes_of
from stomper.report.findings import Findings
from stomper.report.places import Places
from stomper.report.remembered import Remembered
from stomper.report.trend import Point, points_of_runs
from stomper.text.printable import printable

LONGEST_LOG = 20_000
FOUND = "found"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One task of a file: its outcome, its commit and its log, empty if it has none. Each round has its own."""

    number: int
    outcome: Outcome
    commit: str = ""
    log: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """The points of the recorded runs, without those that are not like the others, and of commits."""

    runs: Sequence[Point] = ()
    commits: Sequence[Point] = ()

    def __bool__(self) -> bool:
        return len(self.runs) > 1 or len(self.commits) > 1

    def most(self, points: Sequence[Point]) -> int:
        """The height of a chart: the highest of its bars, at least 1."""
        return max(1, *((point.known or 0) + max(point.before, point.left) for point in points))


@dataclass(frozen=True, slots=True)
class Story:
    """A run, or a check (`found` are its diagnostics). `facts` has the keys of the report as JSON.

    `chapters` are by path; there are none where the folder of the run is gone or another version wrote it.
    """

    facts: Mapping[str, Any]
    chapters: Mapping[str, Sequence[Chapter]] = field(default_factory=dict)
    found: Mapping[str, Sequence[Diagnostic]] | None = None
    places: Places = ()
    trend: Trend = Trend()

    @property
    def is_check(self) -> bool:
        return self.found is not None


def of_folder(facts: Mapping[str, Any], folder: RunFolder | None, places: Places = ()) -> Story:
    """Tell a run: its report, and its folder if that can be read."""
    if folder is None:
        return Story(facts, places=places)
    story = Story(facts, places=places, trend=_trend(folder))
    with contextlib.suppress(StomperError, OSError):
        return replace(story, chapters=chapters_of(folder), places=places or _places(folder))
    return story


def _trend(folder: RunFolder) -> Trend:
    """What the state folder of a run knows of other runs, and of commits."""
    state = folder.path.parent.parent
    runs = [point for point in points_of_runs(state) if not point.note]
    return Trend(runs, [point for point in Remembered.read(state).last() if not point.note])


def of_check(findings: Findings) -> Story:
    """Tell a check in the words of a report: what is there now was there before."""
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in findings.diagnostics:
        by_path.setdefault(printable(diagnostic.path), []).append(diagnostic)
    facts = {
        "repository": Path(findings.top).name,
        "stomper_version": findings.stomper_version,
        "started": findings.finished,
        "exit_code": findings.exit_code,
        "problem": findings.problem,
        "codes": _codes(findings.diagnostics),
        "files": [_found(path, diagnostics) for path, diagnostics in by_path.items()],
    }
    return Story(facts, found=by_path)


def _found(path: str, diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    count = len(diagnostics)
    return {"path": path, "status": FOUND, "before": count, "after": count, "fixed_codes": {}, "seconds": 0.0}


def _codes(diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    tools = {d.code: d.tool for d in diagnostics}
    counts = sorted(codes_of(diagnostics).items(), key=lambda item: -item[1])
    return [
        {"tool": tools[code], "code": code, "before": count, "fixed": 0, "suppressed": 0, "left": count}
        for code, count in counts
    ]


def chapters_of(folder: RunFolder) -> dict[str, list[Chapter]]:
    """Read what became of each file, round by round. Raises StomperError and OSError for a folder that is none."""
    history = folder.history()
    found: dict[str, list[Chapter]] = {}
    for index, outcome in sorted(history.outcomes.items()):
        log = _read_log(folder.logs / f"{index:05}.log")
        found.setdefault(printable(outcome.path), []).append(
            Chapter(index, outcome, history.commits.get(index, ""), log)
        )
    return found


def _read_log(place: Path) -> str:
    """Give both ends of a log that is too long for a page."""
    try:
        text = place.read_text("utf-8", "replace")
    except OSError:
        return ""
    if len(text) <= LONGEST_LOG:
        return text
    half = LONGEST_LOG // 2
    return f"{text[:half]}\n[{len(text) - LONGEST_LOG} characters are left out]\n{text[-half:]}"


def _places(folder: RunFolder) -> Places:
    """The folders of this machine that logs may speak of."""
    header = folder.read_header()
    known = ((header.folder, "<worktrees>"), (header.top, ""), (process.variable("HOME") or "", "~"))
    forms = {form.rstrip("/"): name for place, name in known for form in (place, os.path.realpath(place))}
    return tuple((place, name) for place, name in forms.items() if Path(place).is_absolute() and place)
