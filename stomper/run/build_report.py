"""From what happened to the report of it."""

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stomper.checkers.stubs import stub_packages
from stomper.git.remotes import remote_address
from stomper.git.trees import tree_entries
from stomper.journal.history import History
from stomper.journal.run_folder import RunFolder
from stomper.landing.destination import Delivery
from stomper.landing.lander import Landed
from stomper.metering.ledger import Ledger, Spending
from stomper.metering.metered_fixer import LEDGER_NAME
from stomper.models import (
    Diagnostic,
    Plan,
    Rejected,
    Skipped,
    Timing,
    Worked,
    in_order,
    is_cached,
)
from stomper.plan.baseline_file import commit_reader, gone, sort_out
from stomper.plan.tasks import wanted
from stomper.project_tests.suite import TALLY_NAME, read_tally
from stomper.project_tests.verdict import BaseResults
from stomper.report.by_fixer import by_fixer
from stomper.report.codes import CodeReport, code_reports
from stomper.report.model import FileReport, RoundReport, RunReport, measure
from stomper.run.base_tests import Tests
from stomper.run.drop_culprits import Passed
from stomper.run.report_facts import options_report, places_of, tools_report
from stomper.run.report_files import count_waiting, delivered_before, files_now, files_of, remaining_of
from stomper.run.rounds import Done
from stomper.run.session import Run
from stomper.run.survey import Survey
from stomper.run.tested import short, tested_by
from stomper.settings import Settings
from stomper.text.printable import encodable
from stomper.text.times import iso


def build_report(
    run: Run,
    surveyed: Survey,
    rounds: Sequence[Done],
    delivery: Delivery,
    after: Sequence[Diagnostic],
    history: History,
) -> RunReport:
    """The report of a run. `after` is what was asked for and is still found on the landed tree."""
    header, folder, plan = run.header, run.folder, surveyed.plan
    passed = _of_all_rounds(rounds)
    files, remaining = _as_the_user_has_it(run, surveyed, passed, delivery, after, history)
    now = (passed.head, passed.after) if delivery.arrived else (run.base, surveyed.found)
    return RunReport(
        run=header.run,
        stomper_version=header.version,
        repository=header.top,
        base_commit=run.destination.users_base(run.start, run.base),
        head_commit=delivery.commit,
        branch=delivery.branch,
        started=iso(header.started),
        finished=iso(time.time()),
        diagnostics_before=plan.before,
        diagnostics_after=len(remaining),
        concurrency=measure(
            [timings(one.passed.landed, header.started) for one in rounds],
            header.settings.workflow.max_parallel_files,
        ),
        files=tuple(sorted(files, key=lambda file: file.path)),
        dry_run=header.settings.landing.dry_run,
        undelivered="" if passed.problem else delivery.problem,
        untrusted=passed.problem,
        interrupted=run.interrupts.stopping,
        files_only=delivery.files_only,
        hint=delivery.hint,
        tests=tests_report(folder, surveyed.tests, passed),
        looked_at=surveyed.looked_at,
        tested=tested_by(surveyed.tests, passed, run),
        remaining=remaining,
        usage=usage_report(Ledger(folder.path / LEDGER_NAME).books().run),
        held_files=sum(isinstance(item.outcome, Skipped) and item.outcome.held for item in passed.landed),
        reason=header.settings.suppress.reason,
        baseline=baseline_report(run.repository.top, run.settings, surveyed, *now),
        stub_packages=stub_packages(remaining),
        unchecked=_unchecked(run, surveyed, passed, delivery),
        stages=run.stopwatch.report(),
        seconds=run.stopwatch.total,
        tools=tools_report(run.set_up, surveyed.tests),
        options=options_report(header.settings),
        remote=remote_address(run.repository.top),
        places=places_of(run),
        folder=str(folder.path),
        proof=header.settings.proof.level,
        rounds=tuple(_round_report(done, run.settings) for done in rounds),
        fixers=tuple(by_fixer(item.outcome for item in passed.landed).rows()),
        codes=_codes(plan, files, remaining, run.settings),
        arrived=delivery.arrived,
        waiting=count_waiting(files, remaining, None if passed.problem else after),
        ref=run.ref if delivery.branch == run.ref else "",
        ending_settings=header.settings.ending,
    )


def _of_all_rounds(rounds: Sequence[Done]) -> Passed:
    """Give what the last round came to, with the files and searches of all."""
    landed = tuple(item for one in rounds for item in one.passed.landed)
    searches = tuple(search for one in rounds for search in one.passed.searches)
    return dataclasses.replace(rounds[-1].passed, landed=landed, searches=searches)


def _as_the_user_has_it(
    run: Run,
    surveyed: Survey,
    passed: Passed,
    delivery: Delivery,
    after: Sequence[Diagnostic],
    history: History,
) -> tuple[list[FileReport], tuple[Diagnostic, ...]]:
    """Give the files in the state that the user has them in, and the diagnostics that are left there."""
    folder, commit = run.folder, run.settings.landing.commit
    if delivery.arrived:
        remaining = in_order(after)
        made = delivery.commit != run.destination.users_base(run.start, run.base)
        files = files_of(passed.landed, folder, remaining, commits=made)
    else:
        had = delivered_before(run, history, passed.landed)
        remaining = remaining_of(surveyed.plan, run.settings, had)
        whole = files_of(passed.landed, folder, remaining, commits=delivery.commit == passed.head)
        files = files_now(whole, files_of(had, folder, remaining, commit), run.settings.landing.dry_run)
    files += [_skip_report(item) for item in surveyed.plan.skipped]
    return files, _as_told(remaining, surveyed.found)


def _codes(
    plan: Plan, files: Sequence[FileReport], remaining: Sequence[Diagnostic], settings: Settings
) -> tuple[CodeReport, ...]:
    suppressed = (d for file in files for d in file.suppressed)
    return code_reports(remaining_of(plan, settings, ()), suppressed, remaining)


def _round_report(done: Done, settings: Settings) -> RoundReport:
    plan, passed = done.round.surveyed.plan, done.passed
    before, after = (sum(wanted(d, settings) for d in found) for found in (done.round.surveyed.found, passed.after))
    return RoundReport(len(plan.tasks), sum(item.commit is not None for item in passed.landed), max(0, before - after))


def _unchecked(run: Run, surveyed: Survey, passed: Passed, delivery: Delivery) -> tuple[Diagnostic, ...]:
    """Give what no checker could look at among the chosen files, and what makes the result uncertain beside them."""
    found = passed.after if delivery.arrived or run.settings.landing.dry_run else surveyed.found
    chosen = set(surveyed.plan.paths)
    return in_order((*surveyed.beside, *(d for d in found if d.unchecked and d.path in chosen)))


def _as_told(diagnostics: Sequence[Diagnostic], found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same diagnostics with what their checkers told beside, which tasks do not keep."""
    whole = {diagnostic: diagnostic for diagnostic in found}
    return tuple(d if d.told is not None else whole.get(d, d) for d in diagnostics)


def baseline_report(
    top: Path, settings: Settings, surveyed: Survey, commit: str, diagnostics: Sequence[Diagnostic]
) -> dict[str, int]:
    """The report's [baseline]: how many diagnostics it knows, and how many of its entries are gone.

    Both in the `commit` that the user has now, by what is found in it.
    """
    if surveyed.entries is None:
        return {}
    read = commit_reader(top, commit, (diagnostic.path for diagnostic in diagnostics))
    there = tree_entries(top, commit)
    found = sort_out(diagnostics, surveyed.entries, read)
    left_over = gone(found, surveyed.paths, settings.checkers, there.__contains__)
    chosen = set() if settings.scope.fix_baseline else set(surveyed.plan.paths)
    aside = sum(d.path in chosen and wanted(d, settings) for d in found.known)
    return {"entries": len(surveyed.entries), "known": aside, "gone": len(left_over)}


def tests_report(folder: RunFolder, tests: Tests, passed: Passed) -> dict[str, Any]:
    """The report's [tests]: what was asked of them, what they said, and who was dropped for it."""
    tally = read_tally(folder.path / TALLY_NAME)
    dropped = [entry for item in passed.landed for entry in _dropped(item, str(folder.log(item.task)))]
    facts: dict[str, Any] = {
        "mode": tests.mode,
        "runs": tally.runs,
        "partial_runs": tally.partial_runs,
        "dropped": dropped,
    }
    if tests.reason:
        facts["reason"] = tests.reason
    if tests.suite is not None:
        facts["command"] = tests.suite.text
        facts["baseline"] = _results(tests.before)
        if not tests.suite.by_id:
            facts["single_tests"] = False
        if passed.searches:
            facts["searches"] = [search.facts() for search in passed.searches]
        if tests.unrun:
            facts["not_run"] = list(map(short, tests.unrun))
        if tests.only_in_clone:
            facts["only_in_clone"] = sorted(tests.only_in_clone)
        facts["final"] = {"verdict": "none" if passed.problem else "green", "flaky": sorted(tally.flaky)}
    return facts


def _dropped(item: Landed, log: str) -> list[dict[str, Any]]:
    """A file that was dropped, or each part of it that was, with what it breaks."""
    file = item.outcome
    if isinstance(file, Rejected):
        return [{"path": file.path, "tests": list(file.broken), "log": log}] if file.broken else []
    return [
        {
            "path": file.path,
            "tests": list(part.broken),
            "log": log,
            "fixer": part.fixer,
            "codes": sorted({code for _, code, _ in part.codes}),
            "lines": list(part.lines),
        }
        for part in (file.dropped if isinstance(file, Worked) else ())
    ]


def _results(results: BaseResults) -> dict[str, Any]:
    """Say how many tests passed on the base commit, and how many of each kind guard nothing."""
    known = sorted(results.failed)
    others = {
        "skipped": len(results.skipped),
        "expected_failures": len(results.expected),
        "deselected": results.deselected,
    }
    counts = {name: count for name, count in others.items() if count}
    return {"passed": len(results.passed), "failed": len(known), "known_failures": known, **counts}


def usage_report(spending: Spending) -> dict[str, int | float]:
    """The report's [usage]: what asking models took in all sessions of the run. Empty if none was asked.

    Sums are of what is known, and absent if nothing is; the cost is an estimate in US dollars, and
    `unpriced_attempts` are those that are not in it.
    """
    if not spending.attempts and spending.requests is None and not spending.tokens:
        return {}
    facts: dict[str, int | float | None] = {
        "attempts": spending.attempts,
        "requests": spending.requests,
        "input_tokens": spending.input_tokens,
        "output_tokens": spending.output_tokens,
        "cost_estimate": round(spending.cost, 6) if spending.costs else None,
        "unpriced_attempts": (max(0, spending.attempts - spending.costs) or None) if spending.costs else None,
        "unknown_attempts": spending.unknown,
    }
    return {name: value for name, value in facts.items() if value is not None}


def timings(landed: Sequence[Landed], since: float) -> list[Timing]:
    """When the tasks were worked on, without those of an earlier session of a resumed run, or from the cache."""
    began = time.monotonic() - (time.time() - since)
    worked = (item.outcome for item in landed if not is_cached(item.outcome))
    found = [outcome.timing for outcome in worked if not isinstance(outcome, Skipped)]
    return [timing for timing in found if timing is not None and timing.started >= began - 1]


def _skip_report(skipped: Skipped) -> FileReport:
    count = len(skipped.before)
    return FileReport(encodable(skipped.path), "skipped", skipped.reason, count, count, {}, 0.0, None, (), None, None)
