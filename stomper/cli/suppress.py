"""`stomper baseline suppress`."""

from pathlib import Path
from typing import Any

import click

from stomper.cli.commit_options import commit_options
from stomper.cli.consent import SUPPRESS, trust_options
from stomper.cli.file_choice import named_paths, paths_here
from stomper.cli.fix import settings_of
from stomper.cli.help_groups import GroupedCommand
from stomper.cli.options import (
    checker_options,
    jobs_option,
    selection_options,
    suppress_options,
    tests_options,
)
from stomper.cli.output import output_options, require_report_paths, show
from stomper.cli.progress_option import told
from stomper.commands.fix import fix


@click.command(cls=GroupedCommand, short_help="Write comments that silence today's diagnostics.")
@selection_options
@checker_options
@click.option("--max-errors", type=click.IntRange(min=1), metavar="N", help="Accept at most N diagnostics in this run.")
@suppress_options
@jobs_option
@commit_options
@tests_options
@trust_options
@output_options
@click.pass_obj
def suppress(here: Path, /, **given: Any) -> int:
    """Accept today's diagnostics by `# noqa: CODE` and `# type: ignore[code]` comments. Nothing is fixed.

    This is `stomper fix --fixer suppress`: it makes a commit for each file, checks and tests the whole, and
    `stomper undo` takes it back. Only comments change. Each names its codes and silences nothing else.
    Diagnostics of the baseline are suppressed too: `stomper baseline prune` drops their entries afterwards.

    \b
    stomper baseline suppress --reason "legacy, #12"      all diagnostics
    stomper baseline suppress src --error-type D,E501     these codes, below this folder
    stomper baseline suppress --remove-stale              also remove comments that silence nothing
    """
    require_report_paths(given)
    named = named_paths(given)
    repository, settings = settings_of(here, {**given, "fixer": (SUPPRESS,), "fix_baseline": True})
    with told(given) as progress:
        named = paths_here(repository, here, given, named, progress.stage)
        finished = fix(repository, settings, named, progress)
    return show(finished, given)
