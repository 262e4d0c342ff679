"""Narrow `stomper fix` to the choice of a plan file or of a person."""

import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from stomper.checkers.rules import Rules, names_of, read_rules
from stomper.cli.options import SELECTING
from stomper.cli.pick_codes import ask
from stomper.cli.printing import tell, warn
from stomper.commands.plan import plan_ahead
from stomper.errors import UsageError
from stomper.git.repository import Repository, read_head
from stomper.models import printable
from stomper.plan.plan_file import compare, follow, read_agenda
from stomper.settings import Settings
from stomper.text.counts import shorten

SHOWN = 10
# Parameters that decide what is done: a plan leaves no choice.
DECIDING = SELECTING | {
    "max_errors",
    "strategy",
    "fixer",
    "unsafe_fixes",
    "fix_baseline",
    "interactive",
    "remove_stale",
}


def require_alone(ctx: click.Context, option: str) -> None:
    """Raises UsageError if an option that says what to do stands beside one that leaves no choice."""
    for parameter in ctx.command.params:
        given = ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if given and parameter.name in DECIDING and parameter.opts[-1] != option:
            name = parameter.opts[-1] if isinstance(parameter, click.Option) else "PATHS"
            raise click.UsageError(f"{option} cannot be combined with {name}", ctx)


def settings_of_plan(
    repository: Repository, settings: Settings, path: Path, note: Callable[[str], None]
) -> tuple[Settings, tuple[Path, ...]]:
    """The settings and the files of a plan. Says what of it the repository has moved on from.

    A file that was changed since is checked again like any other: what the plan has of it and is still
    found is done. One that is gone is left out.
    """
    agenda = read_agenda(path)
    moved = compare(agenda, repository, head := read_head(repository).commit)
    if moved.moved:
        note(f"the repository has moved on since the plan was made: {agenda.base[:12]} -> {head[:12]}")
    if moved.changed:
        note(f"changed since, so looked at anew: {shorten([printable(p) for p in moved.changed], SHOWN)}")
    if moved.gone:
        note(f"gone since, so left out: {shorten([printable(p) for p in moved.gone], SHOWN)}")
    settings = follow(settings, agenda, moved.gone)
    return settings, tuple(repository.top / file.path for file in settings.scope.agenda or ())


def require_terminal() -> None:
    """Raises UsageError if nobody can be asked."""
    if not sys.stdin.isatty():
        raise UsageError(
            "--interactive asks a person, and stdin is no terminal",
            "Name the codes: --error-type F401,I001. Or edit a plan: stomper plan -o plan.toml",
        )


def settings_by_hand(repository: Repository, settings: Settings, named: Sequence[Path]) -> Settings | None:
    """The settings with only those codes that a person picks from a table; None if that is none."""
    overview = plan_ahead(repository, settings, named, warn)
    if not overview.codes:
        tell("nothing to fix")
        return None
    rules = read_rules(settings, repository.top) if any(d.tool == "ruff" for d in overview.diagnostics) else Rules()
    picked = ask(overview.codes, names_of(rules))
    if not picked:
        tell("nothing picked, nothing done")
        return None
    return dataclasses.replace(settings, scope=dataclasses.replace(settings.scope, picked=picked))
