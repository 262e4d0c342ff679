"""Make the result of a repository out of the report of its run, or of how its command ended without one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stomper.disk.parse import parse_json
from stomper.disk.regular_files import read_regular
from stomper.errors import EXIT_LEFT
from stomper.fleet.result import CodeCount, Result, State
from stomper.text.counts import plural
from stomper.text.printable import one_line

ERROR, HINT = "error: ", "hint: "
LOG_END = 8192  # bytes


def read_report(path: Path) -> dict[str, Any] | None:
    """Read a run's report, None if there is none that can be read."""
    try:
        found = parse_json(read_regular(path))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("summary"), dict) else None


def result_of_run(name: str, top: Path, report: Mapping[str, Any], exit_code: int, seconds: float) -> Result:
    """Give the result of a run that has a report."""
    state, reason = judge(report, exit_code)
    final = report.get("tests", {}).get("final", {})
    return Result(
        name=name,
        state=state,
        reason=reason,
        top=str(top),
        run=report.get("run", ""),
        branch=report.get("branch", "").removeprefix("refs/heads/"),
        base_commit=report.get("base_commit", ""),
        head_commit=report.get("head_commit", ""),
        exit_code=exit_code,
        seconds=round(seconds, 3),
        figures={key: value for key, value in report["summary"].items() if isinstance(value, int)},
        codes=tuple(_code(row) for row in report.get("codes", ())),
        usage=report.get("usage", {}),
        flaky=tuple(final.get("flaky", ())),
    )


def _code(row: Mapping[str, Any]) -> CodeCount:
    return CodeCount(row["tool"], row["code"], row["before"], row["fixed"] + row["suppressed"], row["left"])


def judge(report: Mapping[str, Any], exit_code: int) -> tuple[State, str]:
    """Give the state of a repository, and the reason for it where the figures do not say enough."""
    summary, ending = report["summary"], report.get("ending", {})
    if exit_code not in (0, EXIT_LEFT):
        return "failed", _why_untrusted(report, exit_code)
    if not sum(report.get("looked_at", {}).values()):
        return "skipped", "there is no file that a checker is for"
    if would := ending.get("would_fix", 0):
        return "unchanged", f"dry run: {plural(would, 'diagnostic')} would be fixed"
    gone = summary["diagnostics_fixed"] + summary["diagnostics_suppressed"]
    left = sum(ending.get(key, 0) for key in ("left", "rejected", "failed", "not_read"))
    if not gone:
        return ("unchanged", _what_failed(ending)) if left else ("clean", "")
    return ("partial", _what_failed(ending)) if left else ("fixed", "")


def _what_failed(ending: Mapping[str, int]) -> str:
    kinds = {"rejected": "rejected", "failed": "failed", "not_read": "that no checker could read"}
    words = [f"{plural(ending[key], 'file')} {word}" for key, word in kinds.items() if ending.get(key)]
    return ", ".join(words)


def _why_untrusted(report: Mapping[str, Any], exit_code: int) -> str:
    if why := report.get("not_delivered"):
        return one_line(str(why))
    if gaps := report.get("not_checked"):
        first = gaps[0]
        return one_line(f"{first['tool']} could not look at {first['path']}: {first['reason']}")
    return f"the run ended with exit code {exit_code}"


def why_without_report(log: Path, how: str) -> str:
    """Say why a command ended without a report: by its last error, or, where it says none, by how it ended."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - LOG_END))
            lines = file.read().decode("utf-8", "backslashreplace").splitlines()
    except OSError:
        return how
    said = [line.removeprefix(ERROR) for line in lines if line.startswith(ERROR)]
    hints = [line.removeprefix(HINT) for line in lines if line.startswith(HINT)]
    if not said:
        return how
    return said[-1] + (f" ({hints[-1]})" if hints else "") if len(said[-1]) < LOG_END else how
