"""`stomper fix`."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import click

from stomper.cli.commit_options import commit_options, require_commits
from stomper.cli.completing import offer_agents, offer_fixers
from stomper.cli.consent import SUPPRESS, agree_to_plan, consent_of, trust_options
from stomper.cli.file_choice import choice_of, named_paths, paths_here
from stomper.cli.help_groups import GroupedCommand
from stomper.cli.narrowing import require_alone, require_terminal, settings_by_hand, settings_of_plan
from stomper.cli.options import (
    CLUSTER_OPTION,
    budget_options,
    checker_options,
    cluster_of,
    format_option,
    jobs_option,
    line_of,
    names,
    proof_options,
    require_codes,
    resolve,
    selection_options,
    setup_option,
    suppress_options,
    tests_options,
)
from stomper.cli.output import ending_of, output_options, require_report_paths, show
from stomper.cli.printing import tell
from stomper.cli.progress_option import told
from stomper.commands.fix import fix
from stomper.errors import EXIT_CLEAN
from stomper.git.repository import Repository
from stomper.settings import MAX_ROUNDS, ChoiceSettings, CommitPer, LandingSettings, ScopeSettings, Settings, Strategy

# What takes out comments that silence nothing.
STALE = ("codemods/unused-noqa", "codemods/unused-ignore")


@click.command(cls=GroupedCommand)
@selection_options
@checker_options
@click.option(
    "--max-errors", type=click.IntRange(min=1), metavar="N", help="Work on at most N diagnostics in this run."
)
@click.option(
    "--strategy",
    type=click.Choice(get_args(Strategy)),
    help="all: everything; one-type: only the code with the most diagnostics;"
    " by-tool: only the first checker that finds anything.  [default: all]",
)
@click.option(
    "--commit-per",
    type=click.Choice(get_args(CommitPer)),
    help="Make one commit for each file, for each file and code, for each folder, for each tool, or for the whole run."
    "  [default: file]",
)
@click.option(
    "--fixer",
    multiple=True,
    shell_complete=offer_fixers,
    metavar="NAME",
    callback=names,
    help="Use this fixer and no others (repeatable, or with commas; tried in this order).",
)
@click.option(
    "--agent",
    multiple=True,
    shell_complete=offer_agents,
    metavar="NAME",
    callback=names,
    help="Ask this agent about what the fixers leave (repeatable, or with commas).",
)
@click.option(
    "--max-retries",
    type=click.IntRange(0, 100),
    metavar="N",
    help="Retry a file at most N times; agents are told what was wrong with the last attempt.  [default: 3]",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, MAX_ROUNDS),
    metavar="N",
    help="Make at most N passes over the files that can still improve.  [default: 3]",
)
@click.option("--unsafe-fixes", is_flag=True, default=None, help="Also apply the fixes that ruff calls unsafe.")
@proof_options
@format_option
@click.option(
    "--plan",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Fix the entries of this plan file (`stomper plan -o`), and nothing else.",
)
@click.option("--interactive", is_flag=True, help="Pick the codes to fix from a table.")
@click.option("--fix-baseline", is_flag=True, help="Also fix the diagnostics that the baseline has.")
@suppress_options
@budget_options
@jobs_option
@CLUSTER_OPTION
@click.option(
    "--continue-on-error/--no-continue-on-error",
    default=None,
    help="Go on with the other files if one fails.  [default: go on]",
)
@click.option(
    "--cache/--no-cache",
    default=None,
    help="Reuse the results of earlier runs for files that are the same.  [default: --cache]",
)
@commit_options
@tests_options
@setup_option
@trust_options
@output_options
@click.pass_obj
def command(here: Path, /, **given: Any) -> int:
    """Fix the diagnostics of the checkers, file by file, and commit the fixes.

    PATHS are files and folders of this repository. Without PATHS, Stomper works on the tracked files
    below the current folder that the checkers are for: Python files, and the files that your own
    checkers include. It leaves files with uncommitted changes alone. Your branch, index and working tree
    change once, at the end, by a fast-forward.

    \b
    stomper fix                          all files below the current folder
    stomper fix src -j 8                 one folder, eight files at once
    stomper fix --error-type F401,I001   only these codes
    stomper fix --git-diff main          the files that this branch has changed
    stomper fix --git-staged             the files that you are about to commit
    stomper fix --dry-run --diff         show the changes only
    stomper fix --interactive            pick codes from a table
    stomper fix --plan plan.toml         the entries of a plan file (stomper plan -o plan.toml)
    stomper fix --fixer ruff --fixer suppress   suppress what ruff leaves (see also stomper baseline suppress)
    """
    if given["plan"] is not None:
        require_alone(click.get_current_context(), "--plan")
    if given["interactive"]:
        require_terminal()
    require_report_paths(given)
    named = named_paths(given)
    repository, settings = settings_of(here, given)
    with told(given) as progress:
        named = paths_here(repository, here, given, named, progress.stage)
        if given["plan"] is not None:
            settings, named = settings_of_plan(repository, settings, given["plan"], progress.note)
            if not named:
                tell("nothing to fix: no file of the plan is left")
                progress.event("finished", {"exit_code": EXIT_CLEAN})
                return EXIT_CLEAN
            settings = agree_to_plan(repository, settings, line_of(given, fixes=True), consent_of(given), given["plan"])
            require_use(given, settings)
        if given["interactive"]:
            picked = settings_by_hand(repository, settings, named)
            if picked is None:
                return EXIT_CLEAN
            settings = picked
        finished = fix(repository, settings, named, progress, cluster_of(given))
    return show(finished, given)


def settings_of(here: Path, given: Mapping[str, Any]) -> tuple[Repository, Settings]:
    """The repository and the settings for a command line that fixes."""
    repository, settings = resolve(here, given, fixes=True, makes=True)
    if given.get("plan") is None:  # which has a chain of its own
        require_use(given, settings)
        require_codes(repository, settings, given)
    if given["remove_stale"]:
        settings = settings.changed_chains(lambda chain: (*STALE, *chain))
    choice = choice_of(repository, given)
    scope = ScopeSettings(fix_baseline=given["fix_baseline"], remove_stale=given["remove_stale"])
    settings = dataclasses.replace(settings, landing=landing_of(choice, given), ending=ending_of(given))
    return repository, dataclasses.replace(settings, choice=choice, scope=scope)


def require_use(given: Mapping[str, Any], settings: Settings) -> None:
    """Raises UsageError if a reason is given, and no fixer writes one."""
    if given["reason"] is not None and SUPPRESS not in settings.all_fixers:
        raise click.UsageError(f"--reason is for the fixer {SUPPRESS}: say --fixer {SUPPRESS}, the last one")


def landing_of(choice: ChoiceSettings, given: Mapping[str, Any]) -> LandingSettings:
    """Give the place for the result. Uncommitted changes get their fixes in place, without a commit."""
    if given["no_commit"]:
        require_commits(given, "--no-commit makes no commit")
    if choice.uncommitted is not None:
        require_commits(given, f"--git-{choice.uncommitted} makes no commit")
    if given["branch_exists"] is not None and given["branch"] is None:
        raise click.UsageError("--branch-exists is for --branch")
    if choice.uncommitted is None:
        return LandingSettings(given["branch"], commit=not given["no_commit"], dry_run=given["dry_run"])
    if given["branch"] is not None:
        raise click.UsageError(f"--git-{choice.uncommitted} makes no commit, so there is nothing for --branch")
    return LandingSettings(commit=False, dry_run=given["dry_run"])
