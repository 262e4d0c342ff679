"""The formats of `--report`, by the name it is given, and how a report gets where it is asked for."""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import make_room, require_outlet, require_room
from stomper.errors import StomperError, UsageError
from stomper.report.findings import Findings, facts_of, findings_of
from stomper.report.model import RunReport
from stomper.report.render import RENDERERS
from stomper.text.printable import json_text, toml_text

GITHUB = "github"
PAGE, SUMMARY = ".html", ".md"
STDOUT = Path("-")
# The end of a file's name -> the module with the format, imported when it is needed.
FOR_PROGRAMS = {".sarif": "sarif", ".sarif.json": "sarif", "junit.xml": "junit", "gitlab.json": "gitlab"}
BY_NAME = ("sarif", "junit", "gitlab", GITHUB)

Subject: TypeAlias = RunReport | Findings


def goes_to_stdout(where: Path) -> bool:
    """Return whether `--report` names what is printed, and no file: `-`, or the annotations."""
    return where == STDOUT or str(where) == GITHUB


def fills_stdout(reports: Sequence[Path]) -> bool:
    """Return whether a report is all that goes to stdout, for a program to read.

    Raises UsageError for two reports there.
    """
    there = [where for where in reports if goes_to_stdout(where)]
    if len(there) > 1:
        raise UsageError(
            f"--report {there[0]} and --report {there[1]} both print to stdout", "Write one of them to a file."
        )
    return STDOUT in there


def format_of(where: Path) -> str:
    """Give the name of the format of `--report`: sarif, junit, gitlab, github, .html, .md, .json or .toml; or none."""
    if where == STDOUT:
        return ".json"
    if str(where) == GITHUB:
        return GITHUB
    named = (name for end, name in FOR_PROGRAMS.items() if where.name.endswith(end))
    return next(named, where.suffix if where.suffix in (PAGE, SUMMARY, *RENDERERS) else "")


def require_report_path(where: Path) -> None:
    """Raises UsageError, before any work is done, for a name that a report cannot be written to."""
    if not format_of(where):
        raise UsageError(
            f"--report {where}: '{where.suffix}' is no report format",
            "Use .html, .md, .json, .toml, .sarif, .junit.xml, .gitlab.json, `-` for JSON or `github` for annotations.",
        )
    if goes_to_stdout(where):
        return
    require_outlet(where, "--report")
    require_room(where, "--report")


def render(subject: Subject, where: Path) -> str:
    """The report in the format that the name stands for."""
    name = format_of(where)
    if name == PAGE:
        from stomper.report.html import to_html

        return to_html(subject)
    if name == SUMMARY:
        from stomper.report.run_summary import to_markdown

        return to_markdown(subject)
    if name in RENDERERS:
        return RENDERERS[name](subject) if isinstance(subject, RunReport) else _plain(subject, name)
    return render_as(findings_of(subject) if isinstance(subject, RunReport) else subject, name)


def render_as(findings: Findings, name: str) -> str:
    """The findings in a format of other programs, one of BY_NAME."""
    module = importlib.import_module(f"stomper.report.{name}")
    convert: Callable[[Findings], str] = getattr(module, f"to_{name}")
    return convert(findings)


def _plain(findings: Findings, suffix: str) -> str:
    """The diagnostics of a check for scripts of one's own."""
    if suffix == ".json":
        return json_text(facts_of(findings.diagnostics), indent=2) + "\n"
    return toml_text(facts_of(findings.diagnostics))


def write_report(subject: Subject, where: Path) -> None:
    """Write the report to its file, whose folder is made. Raises StomperError if that cannot be done."""
    try:
        make_room(where)
        write_atomically(where, render(subject, where).encode())
    except OSError as error:
        raise StomperError(f"cannot write the report {where}: {error.strerror}") from error


def append_summary(subject: Subject, where: str | None) -> None:
    """Append the summary of the step to the file that GitHub has for it, if there is one. Raises StomperError."""
    if not where:
        return
    from stomper.report.run_summary import to_markdown

    try:
        with Path(where).open("a", encoding="utf-8") as file:
            file.write(to_markdown(subject))
    except OSError as error:
        raise StomperError(f"cannot write the summary of the step {where}: {error.strerror}") from error
