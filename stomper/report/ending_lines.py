"""The last lines of a run, in words: what came of its files, what of it waits, what is left, and the exit code."""

from collections import Counter
from collections.abc import Iterable

from stomper.models import Status, state_word
from stomper.report.model import STATUSES, FileReport, RunReport
from stomper.text.counts import plural


def summary_line(report: RunReport) -> str:
    """Say what the user has of the run, or what a dry run would do."""
    if not report.files:
        return "nothing to fix" if not report.unchecked else "nothing to fix in what was checked"
    fixed, suppressed, verb = report.fixed, report.suppressed, "fixed"
    if report.dry_run:
        suppressed = min(report.waiting, sum(len(file.came_to.suppressed) for file in report.files))
        fixed, verb = report.waiting - suppressed, "would be fixed"
    silenced = f", {suppressed} suppressed" if suppressed else ""
    text = f"{fixed} of {report.diagnostics_before} diagnostics {verb}{silenced}"
    return f"{text} in {plural(len(report.files), 'file')}: {', '.join(_states(report))}"


def _states(report: RunReport) -> list[str]:
    """Count the files by state: each once, also those that wait."""
    apart = [] if report.dry_run else [file for file in report.files if waits_whole(file)]
    counts = Counter[Status](file.came_to.status if report.dry_run else file.status for file in report.files)
    counts["skipped"] -= len(apart)
    words = [f"{counts[status]} {state_word(status)}" for status in STATUSES if status == "fixed" or counts[status]]
    return words + ([f"{len(apart)} waiting"] if apart else [])


def waits_whole(file: FileReport) -> bool:
    """Return whether the user has nothing yet of what the run came to for this file."""
    return file.outcome is not None and file.status == "skipped"


def waiting_lines(report: RunReport) -> list[str]:
    """Say what the run came to and the user does not have; nothing if he has all, or the run is dry."""
    files = report.files_waiting
    if not files:
        return []
    one, done = len(files) == 1, "changed" if _any(files, "suppressed") else "fixed"
    partly = sum(file.status == "partial" for file in files)
    aside = f", {'in part' if one else f'{partly} of them in part'}," if partly else ""
    verb = f"{'is' if one else 'are'} {done}{aside} and {'waits' if one else 'wait'}"
    return [f"{plural(len(files), 'file')} {verb} {_for(report)}"]


def _for(report: RunReport) -> str:
    """Say what the result waits for. If git would not take it and no ref has it, its patch can be taken by hand."""
    by_hand = report.undelivered and not report.ref
    return "to be taken by hand" if by_hand else "for `stomper resume`"


def _any(files: Iterable[FileReport], status: Status) -> bool:
    return any(file.status == status for file in files)


def ending_line(report: RunReport) -> str:
    """Say what is still to be done, each kind apart, and the exit code that comes of it."""
    ending = report.ending
    words = [f"{plural(ending.left, 'diagnostic')} left" if ending.left else "nothing left"]
    words += [f"{ending.would_fix} would be fixed"] if ending.would_fix else []
    words += [f"{ending.not_delivered} not delivered"] if ending.not_delivered else []
    files = {"rejected": ending.rejected, "failed": ending.failed, "not read": ending.not_read}
    files["not checked"] = len({gap.path for gap in report.unchecked})
    words += [f"{plural(count, 'file')} {state}" for state, count in files.items() if count]
    return f"{', '.join(words)}: exit code {report.exit_code}{_by_option(report)}"


def _by_option(report: RunReport) -> str:
    """Name the option without which the exit code would be another one."""
    if report.exit_code == report.exit_code_without_options:
        return ""
    return " (--exit-zero)" if report.ending_settings.exit_zero else " (--exit-non-zero-on-fix)"


def urgent_lines(report: RunReport) -> tuple[str, str]:
    """Give what has to be said even to those who want no words, with what to do: the result is not where it should be.

    Both are empty if it is.
    """
    if report.interrupted:
        return "", ""
    if report.untrusted:
        return f"not to be trusted: {report.untrusted}", report.hint
    return (f"not delivered: {report.undelivered}", report.hint) if report.undelivered else ("", "")
