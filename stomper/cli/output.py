"""The output of `fix` and `resume`: what they print, and the reports that they write."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stomper import process
from stomper.cli.hyperlinks import file_address, link
from stomper.cli.options import F, with_options
from stomper.cli.printing import tell, tell_diff, tell_error, tell_report
from stomper.cli.progress_option import PROGRESS_OPTION
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
from stomper.report.ending_lines import urgent_lines
from stomper.settings import EndingSettings
from stomper.text.printable import plain_line

if TYPE_CHECKING:
    from stomper.commands.fix import Finished

AUTOMATIC, BRANCHES = "auto", "refs/heads/"
SUMMARY = "GITHUB_STEP_SUMMARY"
REPORT_OPTION = click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write a report (repeatable): .html .md .toml .json .sarif .junit.xml .gitlab.json; on stdout '-':"
    " JSON, 'github': annotations.",
)
OPTIONS = [
    click.option("--diff", is_flag=True, help="Print the whole change as a diff."),
    REPORT_OPTION,
    click.option("-q", "--quiet", is_flag=True, help="Print errors and requested output only."),
    click.option("-v", "--verbose", is_flag=True, help="Print a line about each file, as it begins and at the end."),
    PROGRESS_OPTION,
    click.option(
        "--log-file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="PATH",
        help="Also write the progress lines to this file.",
    ),
]


EXIT_ZERO = click.option(
    "--exit-zero", is_flag=True, help="Exit with 0, not 1, if something is left; 2, 3 and 130 stay."
)
ENDING_OPTIONS = [
    EXIT_ZERO,
    click.option(
        "--exit-non-zero-on-fix",
        is_flag=True,
        help="Exit with 1 also if everything was fixed; with --dry-run: if anything would be.",
    ),
]


def output_options(command: F) -> F:
    return with_options(command, [*OPTIONS, *ENDING_OPTIONS])


def ending_of(given: Mapping[str, Any]) -> EndingSettings:
    """Read the options on the exit code. Raises click's UsageError for both."""
    if given["exit_zero"] and given["exit_non_zero_on_fix"]:
        raise click.UsageError("--exit-zero and --exit-non-zero-on-fix contradict each other: use one of them")
    return EndingSettings(given["exit_zero"], given["exit_non_zero_on_fix"])


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


def show(finished: "Finished", given: Mapping[str, Any]) -> int:
    """Results: reports to their files, diff and summary to stdout. Returns the exit code."""
    write_reports(finished.report, given)
    _print(finished, given)
    if given["quiet"]:
        _tell_urgent(finished.report)
    return finished.report.exit_code


def _new_branch(report: RunReport) -> str:
    """Give the name of the branch that has the result; '' if none has."""
    delivered = report.head_commit != report.base_commit and report.branch.startswith(BRANCHES)
    return report.branch.removeprefix(BRANCHES) if delivered else ""


def _tell_urgent(report: RunReport) -> None:
    """Tell even those who want no words that the result is not where it should be."""
    message, hint = urgent_lines(report)
    if message:
        tell_error("error", "red", message)
    if hint:
        tell_error("hint", "cyan", hint)


def _print(finished: "Finished", given: Mapping[str, Any]) -> None:
    if given["diff"]:
        tell_diff(finished.diff())
    if given.get("branch") == AUTOMATIC and (name := _new_branch(finished.report)):
        tell(name if given["quiet"] else f"branch: {name}")
    if not given["quiet"]:
        files = [path for path in given["reports"] if not goes_to_stdout(path)]
        where = files[0] if files else finished.folder / "report.toml"
        lines = to_lines(finished.report, where, given["verbose"])
        tell(*(_linked(line, where) for line in lines), err=fills_stdout(given["reports"]))
    print_reports(finished.report, given)


def _linked(line: str, where: Path) -> str:
    """Give a line, with a link to the report where it names that."""
    said = plain_line(f"report: {where}")
    return (
        f"report: {link(said.removeprefix('report: '), file_address(str(where.absolute())))}" if line == said else line
    )
