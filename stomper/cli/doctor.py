"""`stomper doctor`."""

import dataclasses
import json
import shutil
import textwrap
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from stomper.cli.consent import Consent, agree_to_look, consent_of, trust_options
from stomper.cli.options import resolve
from stomper.cli.printing import Style, paint, tell, tell_json
from stomper.commands.doctor import Examination, Finding, State, examine, examine_program
from stomper.config import Setting
from stomper.models import printable

COLORS: dict[State, Style] = {"ok": "green", "note": "yellow", "problem": "red"}
WIDEST = 120
INDENT = 34


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Also list the settings that have their defaults.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.option(
    "--binary", is_flag=True, help="Examine the binary itself instead: what is in it, and whether that works."
)
@click.option(
    "--worktree",
    is_flag=True,
    help="Run the tests in a worktree instead, and name the untracked files that they need there.",
)
@trust_options
@click.pass_obj
def command(here: Path, /, verbose: bool, form: str, binary: bool, worktree: bool, **given: Any) -> int:
    """Examine whether a run can work here: git, programs, settings, worktrees, agents.

    The doctor makes and removes a worktree, and ends a program that tries to escape. It asks agents and
    tools for their version only, without a network. Exit code 3: a run cannot work here.

    With --worktree, the tests run in a worktree as a run makes it, and in one that has all untracked files of
    the checkout too. The checkout itself is only read. Exit code 1: some tests need files that a worktree does
    not have; the doctor prints them, and the line of configuration that brings them.
    """
    consent = consent_of(given)
    if worktree:
        return _compare(here, form, binary, consent, given)
    if binary:
        examination = examine_program()
    else:
        examination = examine(here, lambda repository, settings: agree_to_look(repository, settings, consent))
    if form == "json":
        tell_json(as_facts(examination), indent=2)
    else:
        tell(*as_lines(examination, verbose))
    return examination.exit_code


def _compare(here: Path, form: str, binary: bool, consent: Consent, given: Mapping[str, Any]) -> int:
    """Compare worktree and checkout, once the user has agreed to what that runs."""
    from stomper.cli.compared import comparison_facts, comparison_lines
    from stomper.commands.doctor.worktree import compare_worktree

    if binary:
        raise click.UsageError("--binary is about the binary, --worktree about a repository: use one of them")
    if consent.untrusted:
        raise click.UsageError("--worktree runs the tests of the repository, which --untrusted forbids")
    repository, settings = resolve(here, given, fixes=True, makes=True)
    compared = compare_worktree(repository, settings, lambda line: tell(printable(line), err=True))
    if form == "json":
        tell_json(comparison_facts(compared), indent=2)
    else:
        tell(*comparison_lines(compared))
    return compared.exit_code


def as_facts(examination: Examination) -> dict[str, object]:
    findings = [
        {key: value for key, value in dataclasses.asdict(f).items() if value or key != "hint"}
        for f in examination.findings
    ]
    settings = [dataclasses.asdict(setting) for setting in examination.settings]
    return {"exit_code": examination.exit_code, "findings": findings, "settings": settings}


def as_lines(examination: Examination, verbose: bool) -> list[str]:
    lines: list[str] = []
    for area, group in groupby(examination.findings, key=lambda finding: finding.area):
        lines += [paint(area, "bold"), *(line for finding in group for line in _lines(finding))]
        lines += _settings(examination.settings, verbose) if area == "configuration" else []
        lines.append("")
    about_binary = {finding.area for finding in examination.findings} == {"binary"}
    return [*lines, _verdict(examination, "The binary works here." if about_binary else "A run can work here.")]


def _lines(finding: Finding) -> list[str]:
    """The state, what it is, what was found; below it what to do. Long lines go on under their own beginning."""
    state = paint(f"{finding.state:7}", COLORS[finding.state])
    text = _wrapped(printable(finding.text))
    lines = [f"  {state}  {finding.name:22} {text[0]}", *(" " * INDENT + line for line in text[1:])]
    return lines + [" " * INDENT + paint(line, "cyan") for line in _wrapped(finding.hint) if line]


def _wrapped(text: str) -> list[str]:
    width = max(40, min(WIDEST, shutil.get_terminal_size((WIDEST, 25)).columns) - INDENT)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _settings(settings: tuple[Setting, ...], verbose: bool) -> list[str]:
    shown = [setting for setting in settings if verbose or setting.source != "default"]
    lines = [f"           {s.key} = {_value(s.value)}  ({printable(_origin(s))})" for s in shown]
    hidden = len(settings) - len(shown)
    return lines + ([f"           and {hidden} defaults: stomper doctor -v"] if shown and hidden else [])


def _origin(setting: Setting) -> str:
    """Who said it: the name of a file, with the profile and with the file that extends it."""
    name = Path(setting.source).name + (f", profile {setting.profile}" if setting.profile else "")
    return f"{name}, extended by {Path(setting.by).name}" if setting.by else name


def _value(value: object) -> str:
    """As TOML has it; what nobody has set and Stomper finds out by itself is None."""
    return "not set" if value is None else printable(json.dumps(value, ensure_ascii=False, default=str))


def _verdict(examination: Examination, good: str) -> str:
    problems = examination.problems
    if not problems:
        return paint(good, "green")
    names = ", ".join(f"{problem.area}: {problem.name}" for problem in problems)
    return paint(f"A run could not work here ({names}).", "red")
