"""The report of a fleet: one table of all repositories, sums by code, and what stands out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from stomper.fleet.addresses import shown_source
from stomper.fleet.folder import FleetFolder, FleetHistory
from stomper.fleet.model import Entry
from stomper.fleet.purse import cost_of, tokens_of
from stomper.fleet.result import STATES, Result
from stomper.text.printable import one_line
from stomper.text.times import iso
from stomper.version import version_text

SCHEMA_VERSION = 1
MOST = 10  # of what stands out
FIGURES = ("diagnostics_before", "diagnostics_after", "diagnostics_fixed", "diagnostics_suppressed")
FILES = ("files_total", "files_fixed", "files_partial", "files_rejected", "files_failed")


@dataclass(frozen=True, slots=True)
class Row:
    """One repository of a fleet with its result; that of one without any says why."""

    entry: Entry
    result: Result


@dataclass(frozen=True, slots=True)
class FleetReport:
    """A fleet as it is now: its id, its rows in the order of its entries, and what its journal says of it."""

    fleet: str
    rows: tuple[Row, ...]
    history: FleetHistory
    max_parallel_files: int

    def of_state(self, state: str) -> list[Row]:
        return [row for row in self.rows if row.result.state == state]

    def total(self, figure: str) -> int:
        """Give the sum of a figure over all repositories."""
        return sum(row.result.figures.get(figure, 0) for row in self.rows)


def report_on(folder: FleetFolder) -> FleetReport:
    """Read the report of the fleet in a folder, at any time. Raises StomperError if there is none."""
    identity, fleet = folder.read_header()
    history = folder.history()
    rows = tuple(Row(entry, _result(entry, history)) for entry in fleet.entries)
    return FleetReport(identity, rows, history, fleet.terms.max_parallel_files)


def _result(entry: Entry, history: FleetHistory) -> Result:
    if entry.skipped:
        return Result(entry.name, "skipped", entry.skipped)
    if found := history.results.get(entry.name):
        return found
    if begun := history.begun.get(entry.name):
        return Result(entry.name, "skipped", "not at its end: stomper fleet resume", pending=True, top=begun.top)
    return Result(entry.name, "skipped", "not begun: stomper fleet resume", pending=True)


def to_dict(report: FleetReport) -> dict[str, Any]:
    """Give the report as plain data. What is unknown is absent, never null."""
    history, results = report.history, [row.result for row in report.rows]
    facts: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "fleet": report.fleet,
        "stomper_version": version_text(),
        "started": iso(history.started),
        "finished": iso(history.ended) if history.over and history.ended else None,
        "seconds": round(history.seconds, 3) if history.over else None,
        "sessions": history.sessions,
        "exit_code": history.exit_code,
        "summary": _summary(report),
        "concurrency": {"max_parallel_files": report.max_parallel_files, "peak_repositories": history.peak},
        "usage": _usage(results) or None,
        "codes": by_code(results) or None,
        "slowest": [{"name": one.name, "seconds": one.seconds} for one in slowest(results)] or None,
        "most_expensive": [_cost(one) for one in most_expensive(results)] or None,
        "flaky": [{"name": one.name, "tests": list(one.flaky)} for one in results if one.flaky] or None,
        "repositories": [_row(row) for row in report.rows],
    }
    return {key: value for key, value in facts.items() if value is not None}


def _summary(report: FleetReport) -> dict[str, int]:
    states = {f"repositories_{state}": len(report.of_state(state)) for state in STATES}
    sums = {figure: report.total(figure) for figure in (*FILES, *FIGURES)}
    return {"repositories_total": len(report.rows), **states, **sums}


def _usage(results: Iterable[Result]) -> dict[str, int | float]:
    sums: dict[str, int | float] = {}
    for result in results:
        for key, value in result.usage.items():
            sums[key] = sums.get(key, 0) + value
    return sums


def by_code(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Sum up by tool and code, those first of which most are left: before, fixed or suppressed, left, and where."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for result in results:
        for code in result.codes:
            empty = {"tool": code.tool, "code": code.code, "repositories": 0, "before": 0, "gone": 0, "left": 0}
            row = rows.setdefault((code.tool, code.code), empty)
            row["repositories"] += 1
            for name in ("before", "gone", "left"):
                row[name] += getattr(code, name)
    return sorted(rows.values(), key=lambda row: (-row["left"], -row["before"], row["tool"], row["code"]))


def slowest(results: Iterable[Result]) -> list[Result]:
    return sorted((one for one in results if one.seconds), key=lambda one: -one.seconds)[:MOST]


def most_expensive(results: Iterable[Result]) -> list[Result]:
    """Give those that took most from models, by money and then by tokens."""
    asked = (one for one in results if one.usage)
    return sorted(asked, key=lambda one: (-cost_of(one.usage), -tokens_of(one.usage)))[:MOST]


def _cost(result: Result) -> dict[str, Any]:
    return {"name": result.name, "cost_estimate": cost_of(result.usage), "tokens": tokens_of(result.usage)}


def _row(row: Row) -> dict[str, Any]:
    result = row.result
    facts = {
        "name": result.name,
        "source": shown_source(row.entry.source),
        "status": result.state,
        "reason": one_line(result.reason),
        "notes": list(result.notes),
        "folder": result.top,
        "branch": result.branch,
        "base_commit": result.base_commit,
        "head_commit": result.head_commit,
        "run": result.run,
        "exit_code": result.exit_code,
        "seconds": result.seconds,
        **{figure: result.figures[figure] for figure in (*FILES, *FIGURES) if figure in result.figures},
        "usage": dict(result.usage),
    }
    return {key: value for key, value in facts.items() if value not in ("", None, [], {})}
