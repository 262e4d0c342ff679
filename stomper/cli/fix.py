"""`stomper fix`."""

import dataclasses
from pathlib import Path
from typing import Any

import click

from stomper.cli.choosing import require_alone, require_terminal, settings_by_hand, settings_of_plan
from stomper.cli.options import (
    checker_options,
    jobs_option,
    named_paths,
    resolve,
    selection_options,
    several,
    tests_options,
)
from stomper.cli.output import output_options, require_report_paths, show, told
from stomper.errors import EXIT_CLEAN
from stomper.run import fix
from stomper.settings import LandingSettings, ScopeSettings


@click.command()
@selection_options
@checker_options
@click.option(
    "--max-errors", type=click.IntRange(min=1), metavar="N", help="Take up at most N diagnostics in this run."
)
@click.option(
    "--fixer", multiple=True, metavar="NAME", callback=several, help="Use this fixer (repeatable, tried in order)."
)
@click.option("--unsafe-fixes", is_flag=True, default=None, help="Let ruff also make the fixes it calls unsafe.")
@click.option(
    "--plan",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Do what is in this file of `stomper plan -o`, and nothing else.",
)
@click.option("--interactive", is_flag=True, help="Pick the codes to fix from a table.")
@click.option("--fix-baseline", is_flag=True, help="Take up also what the baseline knows.")
@jobs_option
@click.option(
    "--continue-on-error/--no-continue-on-error",
    default=None,
    help="Go on with other files after a failed one.  [default: go on]",
)
@click.option(
    "--branch", metavar="NAME", help="Land on this branch ('auto': a new one) and leave the current one alone."
)
@click.option(
    "--no-commit", is_flag=True, help="Leave the fixes as changes of the working tree; the index stays as it is."
)
@click.option("--dry-run", is_flag=True, help="Do everything but change the repository.")
@tests_options
@output_options
@click.pass_obj
def command(here: Path, /, paths: tuple[Path, ...], files: tuple[Path, ...], **given: Any) -> int:
    """Fix what the checkers complain about, file by file, and commit it.

    PATHS are files and folders of this repository; without any, all tracked files that the checkers
    are for are looked at (those of Python, and what checkers of your own include). Files with
    uncommitted changes are left alone. Your branch, index and working tree change once, at the end,
    by a fast-forward.

    \b
    stomper fix                          everything
    stomper fix src -j 8                 one folder, eight files at once
    stomper fix --error-type F401,I001   only these codes
    stomper fix --dry-run --diff         see first
    stomper fix --interactive            pick codes from a table
    stomper fix --plan plan.toml         what `stomper plan -o plan.toml` wrote and you edited
    """
    if given["plan"] is not None:
        require_alone(click.get_current_context(), "--plan")
    if given["interactive"]:
        require_terminal()
    require_report_paths(given)
    repository, settings = resolve(here, given)
    landing = LandingSettings(given["branch"], commit=not given["no_commit"], dry_run=given["dry_run"])
    settings = dataclasses.replace(settings, landing=landing, scope=ScopeSettings(fix_baseline=given["fix_baseline"]))
    named = named_paths(paths, files)
    with told(given) as progress:
        if given["plan"] is not None:
            settings, named = settings_of_plan(repository, settings, given["plan"], progress.note)
            if not named:
                click.echo("nothing to fix: no file of the plan is left")
                return EXIT_CLEAN
        if given["interactive"]:
            picked = settings_by_hand(repository, settings, named)
            if picked is None:
                return EXIT_CLEAN
            settings = picked
        finished = fix(repository, settings, named, progress)
    return show(finished, given)
