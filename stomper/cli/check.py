"""`stomper check`."""

import dataclasses
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from stomper import __version__
from stomper.checkers.completeness import unchecked_lines
from stomper.checkers.stubs import stub_packages
from stomper.cli.consent import trust_options
from stomper.cli.file_choice import choice_of, named_paths, paths_here
from stomper.cli.options import checker_options, resolve, selection_options
from stomper.cli.output import EXIT_ZERO, REPORT_OPTION, print_reports, require_report_paths, write_reports
from stomper.cli.printing import paint, tell, tell_json, warn
from stomper.commands.check import inspect
from stomper.errors import EXIT_CLEAN, EXIT_LEFT, EXIT_UNTRUSTED
from stomper.models import Diagnostic, printable
from stomper.report import Findings, facts_of, fills_stdout, gaps_of, goes_to_stdout
from stomper.report.render import baseline_lines, stub_lines


@click.command()
@selection_options
@checker_options
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@REPORT_OPTION
@EXIT_ZERO
@trust_options
@click.option("--no-baseline", is_flag=True, help="Also count the diagnostics that the baseline has.")
@click.pass_obj
def command(here: Path, /, form: str, no_baseline: bool, exit_zero: bool, **given: Any) -> int:
    """Show the diagnostics of the checkers; change nothing.

    The checkers look at the files as they are in the working tree. PATHS work as for `stomper fix`.
    Diagnostics in the baseline (`stomper baseline`) do not count. Exit code 0: nothing found; 1: something
    found, or a file was skipped; 3: a checker could not look at a file.
    """
    require_report_paths(given)
    if form == "json" and any(map(goes_to_stdout, given["reports"])):
        raise click.UsageError("--format json and such a --report both print to stdout: use one of them")
    named = named_paths(given)
    repository, settings = resolve(here, given)
    settings = dataclasses.replace(
        settings, choice=choice_of(repository, {**given, "stage": False if given["git_staged"] else None})
    )
    named = paths_here(repository, here, given, named, lambda line: tell(line, err=True))
    seen = inspect(repository, settings, named, not no_baseline, warn)
    baseline = {"known": len(seen.known), "gone": len(seen.gone)} if seen.has_baseline else {}
    skipped = seen.selection.skipped
    found = (seen.new or skipped) and not exit_zero
    code = EXIT_UNTRUSTED if seen.unchecked else EXIT_LEFT if found else EXIT_CLEAN
    gaps = unchecked_lines(seen.unchecked)
    for line in seen.left_out:
        tell(line, err=True)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    findings = Findings(str(repository.top), __version__, now, seen.new, exit_code=code, problem="; ".join(gaps))
    write_reports(findings, given)
    if form == "json":
        facts: dict[str, object] = {
            "baseline": baseline,
            "skipped": [{"path": file.path, "reason": file.reason} for file in skipped],
            "not_checked": gaps_of(seen.unchecked),
        }
        more = {name: what for name, what in facts.items() if what}
        tell_json({**facts_of(seen.new), **more}, indent=2)
    else:
        lines = as_lines(seen.new) if seen.new or not gaps else []
        lines += [*gaps, *stub_lines(stub_packages(seen.new)), *baseline_lines(baseline)]
        tell(*lines, err=fills_stdout(given["reports"]))
    for file in skipped:
        tell(f"skipped {printable(file.path)}: {file.reason}", err=True)
    print_reports(findings, given)
    return code


def as_lines(found: tuple[Diagnostic, ...]) -> list[str]:
    """By file, then a table of codes."""
    if not found:
        return ["nothing found"]
    lines: list[str] = []
    for path in dict.fromkeys(d.path for d in found):
        lines.append(paint(path, "bold"))
        lines += [f"  {d.line}:{d.column} {printable(d.code)} {printable(d.message)}" for d in found if d.path == path]
    fixable = Counter(d.code for d in found if d.fixable)
    lines += ["", "count  fixable by its tool  code"]
    lines += [f"{count:5}  {fixable[code]:19}  {code}" for code, count in Counter(d.code for d in found).most_common()]
    return [*lines, "", f"{len(found)} diagnostics in {len({d.path for d in found})} files"]
