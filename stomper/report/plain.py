"""A report as plain data with the contract's keys, as JSON and TOML have it."""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from stomper.grades import Dropped
from stomper.models import Attempt, Diagnostic, Usage, codes_of
from stomper.report.model import SCHEMA_VERSION, STATUSES, Concurrency, FileReport, RunReport
from stomper.report.places import relative, without_places
from stomper.text.printable import one_line


def to_dict(report: RunReport) -> dict[str, Any]:
    """The report as plain data with the contract's keys, without places of this machine.

    What is unknown is absent, never null.
    """
    facts: dict[str, Any] = without_places(_facts(report), report.places)
    return facts


def _facts(report: RunReport) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "run": report.run,
        "stomper_version": report.stomper_version,
        "repository": Path(report.repository).name,
        **({"remote": report.remote} if report.remote else {}),
        "base_commit": report.base_commit,
        "head_commit": report.head_commit,
        "branch": report.branch,
        "started": report.started,
        "finished": report.finished,
        "seconds": round(report.seconds, 3),
        "exit_code": report.exit_code,
        **report.tested.facts(),
        "delivered": report.delivered,
        **({"not_delivered": report.not_delivered} if report.not_delivered else {}),
        **({"ref": report.ref} if report.ref else {}),
        "ending": dataclasses.asdict(report.ending),
        "summary": _summary(report),
        "concurrency": _concurrency(report.concurrency),
        "looked_at": dict(report.looked_at),
        **({"stages": report.stages} if report.stages else {}),
        "tests": report.tests,
        **({"rounds": list(map(dataclasses.asdict, report.rounds))} if len(report.rounds) > 1 else {}),
        **({"fixers": list(report.fixers)} if report.fixers else {}),
        **({"usage": report.usage} if report.usage else {}),
        **({"baseline": report.baseline} if report.baseline else {}),
        **({"not_checked": gaps_of(report.unchecked)} if report.unchecked else {}),
        **({"stub_packages": list(report.stub_packages)} if report.stub_packages else {}),
        **({"codes": list(map(dataclasses.asdict, report.codes))} if report.codes else {}),
        **({"tools": report.tools} if report.tools else {}),
        **({"options": report.options} if report.options else {}),
        "files": [_file(file, report.repository) for file in report.files],
    }


def _summary(report: RunReport) -> dict[str, Any]:
    return {
        "files_total": len(report.files),
        **{f"files_{status}": report.count(status) for status in STATUSES},
        "files_waiting": len(report.files_waiting),
        "diagnostics_before": report.diagnostics_before,
        "diagnostics_after": report.diagnostics_after,
        "diagnostics_fixed": report.fixed,
        "diagnostics_suppressed": report.suppressed,
        "withheld": report.withheld.total(),
        "dropped": report.dropped,
        "grades": report.grades,
    }


def _concurrency(measured: Concurrency) -> dict[str, Any]:
    return {
        "max_parallel_files": measured.max_parallel_files,
        "peak": measured.peak,
        "wall_seconds": round(measured.wall_seconds, 3),
        "worker_seconds": round(measured.worker_seconds, 3),
        "speedup": round(measured.speedup, 3),
        "efficiency": round(measured.efficiency, 3),
    }


def gaps_of(unchecked: Iterable[Diagnostic]) -> list[dict[str, str]]:
    """Give `not_checked` of the report and of `check`: the files that a checker could not look at, and why."""
    return [{"tool": d.tool, "path": d.path, "reason": one_line(d.message)} for d in unchecked]


def _file(file: FileReport, top: str) -> dict[str, Any]:
    facts = {
        "path": file.path,
        "status": file.status,
        "reason": one_line(file.reason) or None,
        "before": file.before,
        "after": file.after,
        "fixed_codes": file.fixed_codes,
        "suppressed_codes": codes_of(file.suppressed) or None,
        "seconds": round(file.seconds, 3),
        "commit": file.commit,
        "commits": list(file.commits) if len(file.commits) > 1 else None,
        "attempts": [_attempt(attempt) for attempt in file.attempts],
        "patch": relative(file.patch, top),
        "log": relative(file.log, top),
        "cached": file.cached or None,
        "grades": {code: {str(g): n for g, n in by_grade.items()} for code, by_grade in file.grades.items()} or None,
        "withheld": [dataclasses.asdict(guess) for guess in file.withheld] or None,
        "dropped": [_dropped(part) for part in file.dropped] or None,
        "outcome": file.outcome and _outcome(file.outcome, top),
    }
    return {key: value for key, value in facts.items() if value is not None}


def _outcome(file: FileReport, top: str) -> dict[str, Any]:
    """Give what only the run's result has of a file: the rest stands in the file itself."""
    mine = ("status", "fixed_codes", "suppressed_codes", "commit", "commits", "grades")
    return {key: value for key, value in _file(file, top).items() if key in mine}


def _dropped(part: Dropped) -> dict[str, Any]:
    counts = Counter[str]()
    for _, code, count in part.codes:
        counts[code] += count
    facts = {
        "fixer": part.fixer,
        "grade": part.grade and str(part.grade),
        "codes": dict(sorted(counts.items())),
        "lines": list(part.lines) or None,
        "broken": list(part.broken) or None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    facts = {
        "fixer": attempt.fixer,
        "result": str(attempt.result),
        "before": attempt.before,
        "after": attempt.after,
        "seconds": round(attempt.seconds, 3),
        "detail": one_line(attempt.detail) or None,
        "strategy": attempt.strategy or None,
        "grade": attempt.grade and str(attempt.grade),
        "elsewhere": {tally.code: tally.fixed for tally in attempt.elsewhere} or None,
        **_usage(attempt.usage),
    }
    return {key: value for key, value in facts.items() if value is not None}


def _usage(usage: Usage | None) -> dict[str, Any]:
    """Give the usage of an attempt, flat; unknown numbers are None."""
    if usage is None:
        return {}
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "cost_estimate": usage.cost,
        "requests": usage.requests,
    }
