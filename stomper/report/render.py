"""A report as text for people, JSON and TOML for scripts."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stomper.checkers.completeness import looked_at_line, unchecked_lines
from stomper.models import printable
from stomper.report.codes import code_lines
from stomper.report.ending_lines import ending_line, summary_line, urgent_lines, waiting_lines, waits_whole
from stomper.report.model import FileReport, RunReport, Tested
from stomper.report.plain import to_dict
from stomper.settings import ProofLevel
from stomper.text.counts import plural, shorten
from stomper.text.printable import json_text, plain_line, toml_text
from stomper.text.times import duration

FEW_FILES = 10
SHOWN_FILES = 20
SHOWN_CODES = 8
# Why tests do not guard, of one and of several.
UNGUARDED = {
    "failed": ("failed before", "failed before"),
    "skipped": ("is skipped", "are skipped"),
    "expected_failures": ("is expected to fail", "are expected to fail"),
    "deselected": ("is deselected", "are deselected"),
    "flaky": ("is flaky", "are flaky"),
}


def to_json(report: RunReport) -> str:
    return json_text(to_dict(report), indent=2) + "\n"


def to_toml(report: RunReport) -> str:
    return toml_text(to_dict(report))


RENDERERS: dict[str, Callable[[RunReport], str]] = {".json": to_json, ".toml": to_toml}


def to_lines(report: RunReport, where: Path | None, verbose: bool = False) -> list[str]:
    """The last lines of a run: what was fixed, what was not and why, where the report is, how to see the commits.

    A line for each file that is not fixed only if there are few, or with `verbose`.
    """
    lines = [
        *_not_fixed(report, verbose),
        *([] if report.dry_run else code_lines(report.codes)),
        summary_line(report),
        *waiting_lines(report),
        *baseline_lines(report.baseline),
        *stub_lines(report.stub_packages),
    ]
    lines += withheld_lines(report.withheld, report.proof)
    lines += [
        *usage_lines(report.usage),
        looked_at_line(report.looked_at),
        tested_line(report.tested, report.tests.get("command", "")),
    ]
    lines += [f"some tests are not run: {why}" for why in report.tests.get("not_run", ())]
    lines += [*guard_lines(report.tests), *unchecked_lines(report.unchecked)]
    lines += time_lines(report)
    if where is not None:
        lines.append(f"report: {where}")
    lines += [*_whereabouts(report), ending_line(report)]
    return list(map(plain_line, lines))


def to_text(report: RunReport, where: Path | None, verbose: bool = False) -> str:
    return "".join(f"{line}\n" for line in to_lines(report, where, verbose))


def _not_fixed(report: RunReport, verbose: bool) -> list[str]:
    others = [file for file in report.files if file.came_to.status not in ("fixed", "suppressed")]
    others.sort(key=lambda file: not file.escaped)  # what the user must not overlook
    shown = others if verbose or len(others) <= FEW_FILES else list(filter(_went_wrong, others))[:SHOWN_FILES]
    lines = [f"{_state(file, report)} {printable(file.path)}{_why(file.came_to)}" for file in shown]
    left_out = len(others) - len(shown)
    return lines + ([f"{plural(left_out, 'more file')} with diagnostics left: -v, or the report"] if left_out else [])


def _went_wrong(file: FileReport) -> bool:
    return file.escaped or file.status in ("failed", "rejected")


def _state(file: FileReport, report: RunReport) -> str:
    waits = waits_whole(file) and not report.dry_run
    return f"{file.came_to.status}{' (waiting)' if waits else ''}"


def _why(file: FileReport) -> str:
    log = f" (log: {file.log})" if file.log and file.status in ("failed", "rejected") else ""
    return f": {file.reason}{log}" if file.reason else log


def baseline_lines(counts: Mapping[str, int]) -> list[str]:
    """Give the lines on the baseline of known diagnostics; none without a baseline."""
    known, gone = counts.get("known", 0), counts.get("gone", 0)
    lines = [f"{plural(known, 'known diagnostic')} in the baseline, not counted"] if known else []
    entries = plural(gone, "entry", "entries")
    return lines + ([f"{entries} of the baseline gone: stomper baseline prune"] if gone else [])


def withheld_lines(codes: Counter[str], level: ProofLevel) -> list[str]:
    """Give the line on fixes that were not sure enough; none if all were."""
    if not codes:
        return []
    count = codes.total()
    it, is_not = ("it", "it is not") if count == 1 else ("them", "they are not")
    why = f"nothing proves {it}" if level in ("tested", "none") else f"{is_not} {level}"
    by_code = shorten([f"{printable(code)} {count}" for code, count in codes.most_common()], SHOWN_CODES)
    return [f"{plural(count, 'fix', 'fixes')} withheld: {why} (--unproved lands {it}; {by_code})"]


def stub_lines(packages: Sequence[str]) -> list[str]:
    """Give the lines on stub packages to install for mypy; none if it asks for none."""
    return [f"mypy asks for stub packages: {', '.join(packages)}"] if packages else []


def tested_line(tested: Tested, command: str) -> str:
    """Say whether tests judged the result, and how many, or why none did."""
    if tested.why_not:
        return f"not tested: {tested.why_not}"
    return f"tested by `{command}`" if tested.count is None else f"tested by {plural(tested.count, 'test')}"


def guard_lines(tests: Mapping[str, Any]) -> list[str]:
    """Say how many tests of the project would not notice a wrong fix; nothing if all would, or none were run."""
    if not tests.get("single_tests", True):
        return ["the test command says only whether all is well: a test that is no longer run would not be missed"]
    baseline, flaky = tests.get("baseline", {}), len(tests.get("final", {}).get("flaky", ()))
    counts = {kind: flaky if kind == "flaky" else baseline.get(kind, 0) for kind in UNGUARDED}
    idle = sum(counts.values())
    total = baseline.get("passed", 0) + idle - flaky  # these did pass, at first
    why = [f"{count} {UNGUARDED[kind][count > 1]}" for kind, count in counts.items() if count]
    return (
        [f"{idle} of {plural(total, 'test')} {'do' if idle > 1 else 'does'} not guard: {', '.join(why)}"]
        if idle
        else []
    )


def usage_lines(usage: Mapping[str, int | float]) -> list[str]:
    """Give the lines on the usage of models; none if none was asked."""
    if not usage:
        return []
    known = [usage[name] for name in ("input_tokens", "output_tokens") if name in usage]
    parts = [f"{sum(known):,} tokens"] if known else []
    if "cost_estimate" in usage:
        unpriced = f", without {usage['unpriced_attempts']} of them" if "unpriced_attempts" in usage else ""
        parts.append(f"about ${usage['cost_estimate']:.2f} (an estimate{unpriced})")
    if unknown := usage["unknown_attempts"]:
        parts.append(f"{unknown} of them without saying what they took" if parts else "what that took is unknown")
    return [f"asked models {plural(int(usage['attempts']), 'time')}: {', '.join(parts)}"]


def time_lines(report: RunReport) -> list[str]:
    """Say how long this session of the run took, and what was won by working on several files at once."""
    c = report.concurrency
    parts = [f"took {duration(report.seconds)}"] if report.seconds else []
    if c.peak > 1:
        alone, together = duration(c.worker_seconds), duration(c.wall_seconds)
        many = f"{c.peak} files at once at the peak"
        parts.append(f"{many}: {together} for them, {c.speedup:.1f} times as fast as one by one ({alone})")
    return ["; ".join(parts)] if parts else []


def _whereabouts(report: RunReport) -> list[str]:
    if report.interrupted:
        kept = [f"not delivered: {report.undelivered}", report.hint] if report.undelivered else []
        return [*_commits(report), *kept, f"interrupted; to go on: stomper resume {report.run}"]
    if urgent := [line for line in urgent_lines(report) if line]:
        return urgent
    if report.dry_run:
        return ["dry run: nothing was changed"]
    return [*_commits(report), *_held(report)]


def _held(report: RunReport) -> list[str]:
    if not report.held_files:
        return []
    waiting = f"{plural(report.held_files, 'file')} not finished"
    return [
        f"{waiting}; to go on, with other limits where these are reached: stomper resume {report.run} [--max-cost N]"
    ]


def _commits(report: RunReport) -> list[str]:
    commits = len({commit for file in report.files if file.commit for commit in file.commits or (file.commit,)})
    if commits and report.head_commit != report.base_commit:
        span = f"{report.base_commit[:12]}..{report.head_commit[:12]}"
        there = f"{plural(commits, 'commit')} on {report.branch.removeprefix('refs/heads/')}: git log --stat {span}"
        return [there, *([report.hint] if report.hint else [])]
    where = report.hint or "the fixes are in the working tree, not committed: git diff"
    return [where] if report.files_only else []
