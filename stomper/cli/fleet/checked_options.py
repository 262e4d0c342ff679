"""Check the options for `stomper fix` of a fleet before anything is fetched."""

import click

from stomper.cli.fix import command as fix
from stomper.errors import UsageError
from stomper.fleet.model import Entry, Fleet

# What the fleet says for each repository, or what is for one terminal.
OF_THE_FLEET = {
    "max_parallel_files": "-j",
    "trust": "--trust",
    "untrusted": "--untrusted",
    "max_cost": "--max-cost",
    "max_tokens": "--max-tokens",
    "max_minutes": "--max-minutes",
    "reports": "--report",
    "log_file": "--log-file",
    "progress": "--progress",
    "quiet": "--quiet",
    "diff": "--diff",
    "interactive": "--interactive",
    "plan": "--plan",
}


# What is in no commit does not come home from a worker.
OF_ONE_MACHINE = {
    "no_commit": "--no-commit",
    "git_changed": "--git-changed",
    "git_staged": "--git-staged",
    "sign": "--sign",
    "cluster": "--cluster",
}


def require_options(fleet: Fleet) -> None:
    """Raises UsageError for options that `stomper fix` does not have, or that are the fleet's own."""
    for options in dict.fromkeys(entry.options for entry in fleet.entries if not entry.skipped):
        whose = next(entry for entry in fleet.entries if entry.options == options)
        _require(options, whose, bool(fleet.terms.cluster))


def _require(options: tuple[str, ...], whose: Entry, elsewhere: bool) -> None:
    if {"--help", "-h"} & {*options}:
        raise UsageError(f"{whose.name}: options: for the help of fix: stomper help fix")
    try:
        context = fix.make_context("fix", list(options))
    except click.ClickException as error:
        raise UsageError(f"{whose.name}: options: {error.format_message()}", "See: stomper help fix") from None
    given = [option for name, option in OF_THE_FLEET.items() if context.params.get(name) not in (None, False, ())]
    if given:
        raise UsageError(
            f"{whose.name}: options: {given[0]} is none for a single repository of a fleet",
            "Give it to `stomper fleet run`, if that has it.",
        )
    local = [option for name, option in OF_ONE_MACHINE.items() if context.params.get(name) not in (None, False, ())]
    if elsewhere and local:
        raise UsageError(
            f"{whose.name}: options: {local[0]} is not for a cluster: only commits come home from a worker",
            "Leave it out, or work on this machine, without --cluster.",
        )
