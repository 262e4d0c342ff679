"""The output of `fix` and `resume`: what they print, and the reports that they write."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stomper import process
from stomper.cli.options import F, with_options
from stomper.cli.printing import tell, tell_diff, tell_report
from stomper.disk.output_places import require_outlet
from stomper.progress import Progress, logged, make_progress
from stomper.report import (
    Findings,
    RunReport,
    append_summary,
    fills_stdout,
    goes_to_stdout,
    render,
    require_report_path,
    to_lines,
    write_report,
)

if TYPE_CHECKING:
    from stomper.commands.fix import Finished

SUMMARY = "GITHUB_STEP_SUMMARY"
REPORT_OPTION = click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write a report (repeatable): .toml .json .sarif .junit.xml .gitlab.json; on stdout '-': JSON,"
    " 'github': annotations.",
)
OPTIONS = [
    click.option("--diff", is_flag=True, help="Print the whole change as a diff."),
    REPORT_OPTION,
    click.option("-q", "--quiet", is_flag=True, help="Print errors and requested output only."),
    click.option("-v", "--verbose", is_flag=True, help="Print a line about each file, as it begins and at the end."),
    click.option(
        "--log-file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="PATH",
        help="Also write the progress lines to this file.",
    ),
]


def output_options(command: F) -> F:
    return with_options(command, OPTIONS)


def require_report_paths(given: Mapping[str, Any]) -> None:
    """Raises UsageError, before any work is done, for a report that could not be written."""
    for path in given["reports"]:
        require_report_path(path)
    fills_stdout(given["reports"])


def write_reports(subject: RunReport | Findings, given: Mapping[str, Any]) -> None:
    """The reports that go to files. Raises StomperError for one that cannot be written."""
    for path in given["reports"]:
        if not goes_to_stdout(path):
            write_report(subject, path)


def print_reports(subject: RunReport | Findings, given: Mapping[str, Any]) -> None:
    """Print the reports that go to stdout; they come last there. GitHub also gets a summary of its step."""
    for path in given["reports"]:
        if goes_to_stdout(path):
            tell_report(render(subject, path))
            append_summary(subject, process.variable(SUMMARY))


@contextlib.contextmanager
def told(given: Mapping[str, Any]) -> Iterator[Progress]:
    """Give the progress to a person, a log file, or nobody. Raises UsageError for a file that must not be a log."""
    if given["log_file"] is not None:
        require_outlet(given["log_file"], "--log-file")
    with logged(make_progress(given["quiet"], given["verbose"]), given["log_file"]) as progress:
        yield progress


def show(finished: "Finished", given: Mapping[str, Any]) -> int:
    """Results: reports to their files, diff and summary to stdout. Returns the exit code."""
    write_reports(finished.report, given)
    _print(finished, given)
    return finished.report.exit_code


def _print(finished: "Finished", given: Mapping[str, Any]) -> None:
    if given["diff"]:
        tell_diff(finished.diff())
    if not given["quiet"]:
        files = [path for path in given["reports"] if not goes_to_stdout(path)]
        where = files[0] if files else finished.folder / "report.toml"
        tell(*to_lines(finished.report, where, given["verbose"]), err=fills_stdout(given["reports"]))
    print_reports(finished.report, given)
