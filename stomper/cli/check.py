"""`stomper check`."""

import dataclasses
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from stomper import __version__
from stomper.checkers.completeness import looked_at_line, unchecked_lines
from stomper.checkers.stubs import stub_packages
from stomper.cli.consent import trust_options
from stomper.cli.diagnostic_lines import concise_lines, full_lines, grouped_lines
from stomper.cli.file_choice import choice_of, named_paths, paths_here
from stomper.cli.help_groups import GroupedCommand
from stomper.cli.options import checker_options, require_codes, resolve, selection_options, setup_option
from stomper.cli.output import EXIT_ZERO, REPORT_OPTION, print_reports, require_report_paths, write_reports
from stomper.cli.printing import tell, tell_json, warn
from stomper.commands.check import Inspection, inspect
from stomper.commands.quotes import spot_of
from stomper.errors import EXIT_CLEAN, EXIT_LEFT, EXIT_UNTRUSTED
from stomper.git.repository import Repository
from stomper.models import Diagnostic, printable
from stomper.report import Findings, facts_of, fills_stdout, gaps_of, goes_to_stdout
from stomper.report.render import baseline_lines, stub_lines
from stomper.settings import Settings
from stomper.text.counts import plural

FORMATS = ("full", "concise", "grouped", "text", "json")


@click.command(cls=GroupedCommand)
@selection_options
@checker_options
@setup_option
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="full: with the line of source and the rule's page; concise: path:line:column: CODE message;"
    " grouped (or text): by file; json.  [default: full on a terminal, else concise]",
)
@REPORT_OPTION
@EXIT_ZERO
@trust_options
@click.option("--no-baseline", is_flag=True, help="Also count the diagnostics that the baseline has.")
@click.pass_obj
def command(here: Path, /, form: str | None, no_baseline: bool, exit_zero: bool, **given: Any) -> int:
    """Show the diagnostics of the checkers; change nothing.

    The checkers look at the files as they are in the working tree. PATHS work as for `stomper fix`.
    Diagnostics in the baseline (`stomper baseline`) do not count. Exit code 0: nothing found; 1: something
    found, or a file was skipped; 3: a checker could not look at a file.

    \b
    stomper check                         the current folder
    stomper check src --format concise    a line each, as editors and CI read them
    stomper check --error-type F401,I     only these codes
    """
    require_report_paths(given)
    form = form or ("full" if sys.stdout.isatty() else "concise")
    if form == "json" and any(map(goes_to_stdout, given["reports"])):
        raise click.UsageError("--format json and such a --report both print to stdout: use one of them")
    named = named_paths(given)
    repository, settings = resolve(here, given, makes=True)
    require_codes(repository, settings, given)
    settings = dataclasses.replace(
        settings, choice=choice_of(repository, {**given, "stage": False if given["git_staged"] else None})
    )
    named = paths_here(repository, here, given, named, lambda line: tell(line, err=True))
    seen = inspect(repository, settings, named, not no_baseline, warn, quoting=form == "full")
    findings = _findings(repository, seen, exit_zero)
    write_reports(findings, given)
    for line in seen.left_out:
        tell(line, err=True)
    if form == "json":
        tell_json(as_facts(seen), indent=2)
    else:
        tell(*as_lines(repository, settings, seen, form), err=fills_stdout(given["reports"]))
    for file in seen.selection.skipped:
        tell(f"skipped {printable(file.path)}: {file.reason}", err=True)
    print_reports(findings, given)
    return findings.exit_code


def _findings(repository: Repository, seen: Inspection, exit_zero: bool) -> Findings:
    left = (seen.new or seen.selection.skipped) and not exit_zero
    code = EXIT_UNTRUSTED if seen.unchecked else EXIT_LEFT if left else EXIT_CLEAN
    now, gaps = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), unchecked_lines(seen.unchecked)
    return Findings(str(repository.top), __version__, now, seen.new, exit_code=code, problem="; ".join(gaps))


def _baseline(seen: Inspection) -> dict[str, int]:
    return {"known": len(seen.known), "gone": len(seen.gone)} if seen.has_baseline else {}


def as_facts(seen: Inspection) -> dict[str, object]:
    """The findings as data, with the files that were not looked at."""
    more: dict[str, object] = {
        "baseline": _baseline(seen),
        "skipped": [{"path": file.path, "reason": file.reason} for file in seen.selection.skipped],
        "not_checked": gaps_of(seen.unchecked),
    }
    found = {name: what for name, what in more.items() if what}
    return {**facts_of(seen.new), "looked_at": dict(seen.looked_at), **found}


def as_lines(repository: Repository, settings: Settings, seen: Inspection, form: str) -> list[str]:
    """The diagnostics in one of the forms, a table of their codes, and what was not looked at or does not count."""
    gaps = unchecked_lines(seen.unchecked)
    nothing = [] if gaps or not any(seen.looked_at.values()) else ["nothing found"]
    lines = _found(repository, settings, seen, form) if seen.new else nothing
    more = [*stub_lines(stub_packages(seen.new)), *baseline_lines(_baseline(seen)), looked_at_line(seen.looked_at)]
    return [*lines, *gaps, *more]


def _found(repository: Repository, settings: Settings, seen: Inspection, form: str) -> list[str]:
    from stomper.cli.tables import code_table
    from stomper.commands.plan import by_code, usable_fixers

    if form == "full":
        lines = full_lines(seen.new, lambda d: seen.lines.get(spot_of(d), ""))
    else:
        lines = concise_lines(seen.new) if form == "concise" else grouped_lines(seen.new)
    codes = by_code(seen.new, usable_fixers(settings, repository.top), settings.proof)
    return [*lines, "", *code_table(codes, needs=False), "", _total(seen.new, sum(row.tried for row in codes))]


def _total(found: Sequence[Diagnostic], tried: int) -> str:
    total = f"{plural(len(found), 'diagnostic')} in {plural(len({d.path for d in found}), 'file')}"
    return f"{total}; `stomper fix` would try {tried}" if tried else f"{total}; no fixer would try any"
