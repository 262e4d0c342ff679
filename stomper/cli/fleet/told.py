"""What `stomper fleet run` and `resume` say while they work, and at their end."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from stomper.cli.options import with_options
from stomper.cli.printing import tell, tell_report
from stomper.fleet.engine import Done
from stomper.fleet.folder import FleetFolder
from stomper.fleet.report import report_on
from stomper.fleet.report_lines import STDOUT, render, require_place, to_lines, write_report
from stomper.fleet.result import Result
from stomper.fleet.session import Telling
from stomper.progress import say
from stomper.text.counts import plural
from stomper.text.printable import printable
from stomper.text.times import duration

F = TypeVar("F", bound=Callable[..., Any])


def output_options(command: F) -> F:
    """Add the options on output, for `fleet run`, `resume` and `report`."""
    return with_options(
        command,
        [
            click.option(
                "--report", "reports", multiple=True, type=click.Path(path_type=Path), metavar="PATH",
                help="Write the report of the fleet (repeatable): .toml, .json or .txt; '-': JSON on stdout.",
            ),
            click.option("-q", "--quiet", is_flag=True, help="Print errors and requested output only."),
            click.option(
                "-v", "--verbose", is_flag=True, help="Print a line on each repository, as it begins and at the end."
            ),
        ],
    )  # fmt: skip


def require_reports(given: Mapping[str, Any]) -> None:
    """Raises UsageError, before any work is done, for a report that could not be written."""
    for path in given["reports"]:
        require_place(path)


def telling(given: Mapping[str, Any]) -> Telling:
    """Give what hears of the work: lines on stderr."""

    def done(one: Done, count: int, total: int) -> None:
        if not given["quiet"]:
            say(_line(one, count, total), sys.stderr)

    def note(text: str) -> None:
        if given["verbose"] and not given["quiet"]:
            say(text, sys.stderr)

    return Telling(note, done, say_now)


def say_now(text: str) -> None:
    """Say what is waited for, or went wrong beside the work."""
    say(text, sys.stderr)


def _line(one: Done, count: int, total: int) -> str:
    if one.result is None:
        return f"[{count}/{total}] stopped {printable(one.entry.name)}"
    return f"[{count}/{total}] {one.result.state} {printable(one.result.name)}{_counts(one.result)}"


def _counts(result: Result) -> str:
    figures = result.figures
    gone = figures.get("diagnostics_fixed", 0) + figures.get("diagnostics_suppressed", 0)
    before = figures.get("diagnostics_before", 0)
    counts = f" ({gone} of {plural(before, 'diagnostic')}, {duration(result.seconds)})" if before else ""
    return counts + (f": {result.reason}" if result.reason else "")


def show(folder: FleetFolder, given: Mapping[str, Any]) -> None:
    """Write the reports that were asked for, and print that for people. What goes to stdout for programs comes last."""
    report = report_on(folder)
    for path in given["reports"]:
        if path != STDOUT:
            write_report(report, path)
    if not given["quiet"]:
        tell(*to_lines(report, given["verbose"]), err=STDOUT in given["reports"])
    if STDOUT in given["reports"]:
        tell_report(render(report, STDOUT))
