"""Options on the result of a run: where it goes, and what its commits are like."""

from collections.abc import Mapping
from typing import Any, get_args

import click

from stomper.cli.options import F, several, with_options
from stomper.settings.commits import BranchExists

FINISHING = (
    click.option("--commit-message", metavar="TEXT", help="The first line of each commit: '{type}: {summary}'."),
    click.option("--ticket", metavar="TEXT", help="The ticket that the commits belong to."),
    click.option(
        "--trailer",
        multiple=True,
        metavar="TEXT",
        callback=several,
        help="Add a trailer to each commit (repeatable): 'Reviewed-by: NAME'.",
    ),
    click.option("--signoff/--no-signoff", default=None, help="Add Signed-off-by.  [default: --no-signoff]"),
    SIGN_OPTION := click.option(
        "--sign/--no-sign", default=None, help="Sign the commits.  [default: as git's commit.gpgsign says]"
    ),
    click.option(
        "--hooks/--no-hooks",
        default=None,
        help="Run the hooks pre-commit, prepare-commit-msg and commit-msg on each commit.  [default: --no-hooks]",
    ),
    click.option(
        "--blame-ignore-revs/--no-blame-ignore-revs",
        default=None,
        help="List the commits in .git-blame-ignore-revs, by one more commit.  [default: no]",
    ),
)
"""The options on what commits say, and on what is done with finished ones."""
FINISHING_NAMES = {
    "branch_exists": "--branch-exists",
    "commit_message": "--commit-message",
    "ticket": "--ticket",
    "trailer": "--trailer",
    "signoff": "--signoff",
    "sign": "--sign",
    "hooks": "--hooks",
    "blame_ignore_revs": "--blame-ignore-revs",
}


def require_commits(given: Mapping[str, Any], why: str) -> None:
    """Raises click's UsageError for an option on commits where none is made, which `why` says."""
    if used := [option for name, option in FINISHING_NAMES.items() if given[name]]:
        raise click.UsageError(f"{why}, so there is nothing for {used[0]}")


def commit_options(command: F) -> F:
    """Add the options on commits, for `fix` and `baseline suppress`."""
    return with_options(
        command,
        [
            click.option(
                "--branch",
                metavar="NAME",
                help="Commit to this branch ('auto': a new one); the current branch stays.",
            ),
            click.option(
                "--branch-exists",
                type=click.Choice(get_args(BranchExists)),
                help="If the branch of --branch has commits that are not in HEAD: fail, append to them,"
                " or replace them (undo brings them back).  [default: fail]",
            ),
            *FINISHING,
            click.option(
                "--no-commit",
                is_flag=True,
                help="Leave the fixes as changes of the working tree; the index stays.",
            ),
            click.option(
                "--stage/--no-stage",
                default=None,
                help="With --git-staged: also put the fixes into the index."
                "  [default: --stage, but --no-stage under pre-commit]",
            ),
            click.option("--dry-run", is_flag=True, help="Do all the work, but do not change the repository."),
        ],
    )
