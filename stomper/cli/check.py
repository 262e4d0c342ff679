"""`stomper check`."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from stomper import __version__
from stomper.cli.options import named_paths, resolve, selection_options
from stomper.cli.output import REPORT_OPTION, print_reports, require_report_paths, write_reports
from stomper.errors import EXIT_CLEAN, EXIT_LEFT
from stomper.inspection import inspect
from stomper.models import Diagnostic, printable
from stomper.report import Findings, facts_of, goes_to_stdout


@click.command()
@selection_options
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@REPORT_OPTION
@click.pass_obj
def command(here: Path, /, paths: tuple[Path, ...], files: tuple[Path, ...], form: str, **given: Any) -> int:
    """Show what the checkers complain about; change nothing.

    Looks at the files as they are in the working tree. PATHS as for `stomper fix`. Exit code 0:
    nothing found; 1: something.
    """
    require_report_paths(given)
    if form == "json" and any(map(goes_to_stdout, given["reports"])):
        raise click.UsageError("--format json and --report github both print to stdout: use one of them")
    repository, settings = resolve(here, given)
    found = inspect(repository, settings, named_paths(paths, files))
    code = EXIT_LEFT if found else EXIT_CLEAN
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    findings = Findings(str(repository.top), __version__, now, found, exit_code=code)
    write_reports(findings, given)
    click.echo(json.dumps(facts_of(found), indent=2) if form == "json" else as_text(found))
    print_reports(findings, given)
    return code


def as_text(found: tuple[Diagnostic, ...]) -> str:
    """By file, then a table of codes."""
    if not found:
        return "nothing found"
    lines: list[str] = []
    for path in dict.fromkeys(d.path for d in found):
        lines.append(click.style(printable(path), bold=True))
        lines += [f"  {d.line}:{d.column} {d.code} {printable(d.message)}" for d in found if d.path == path]
    fixable = Counter(d.code for d in found if d.fixable)
    lines += ["", "count  fixable by its tool  code"]
    lines += [f"{count:5}  {fixable[code]:19}  {code}" for code, count in Counter(d.code for d in found).most_common()]
    return "\n".join([*lines, "", f"{len(found)} diagnostics in {len({d.path for d in found})} files"])
