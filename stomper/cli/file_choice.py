"""Options that choose files, each another way, and what they come to."""

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from stomper import process
from stomper.git.changed_files import index_of_commit
from stomper.git.repository import Repository
from stomper.models import printable
from stomper.settings import ChoiceSettings


def codes(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """A comma-separated list of code prefixes."""
    return None if value is None else tuple(code.strip() for code in value.split(",") if code.strip())


CHOICES = [
    click.option(
        "-f",
        "--file",
        "files",
        multiple=True,
        type=click.Path(path_type=Path, dir_okay=False),
        help="Only this file (repeatable).",
    ),
    click.option("--files", "listed", metavar="A,B", callback=codes, help="Only these files."),
    click.option(
        "-d",
        "--directory",
        "directories",
        multiple=True,
        type=click.Path(path_type=Path, file_okay=False),
        help="Only files below this folder (repeatable).",
    ),
    click.option(
        "--pattern", "patterns", multiple=True, metavar="GLOB", help="Only files that match: 'src/**' (repeatable)."
    ),
    click.option("--git-changed", is_flag=True, help="Only files with uncommitted changes, new files included."),
    click.option("--git-staged", is_flag=True, help="Only files with staged changes; their staged content counts."),
    click.option("--git-diff", metavar="REF", help="Only files changed on this branch since it left REF."),
]
CHOICE_NAMES = {
    "paths": "PATHS",
    "files": "--file",
    "listed": "--files",
    "directories": "--directory",
    "patterns": "--pattern",
    "git_changed": "--git-changed",
    "git_staged": "--git-staged",
    "git_diff": "--git-diff",
}


def named_paths(given: Mapping[str, Any]) -> tuple[Path, ...]:
    """The files and folders to look at. Raises click's UsageError for two ways to choose at once."""
    used = [name for key, name in CHOICE_NAMES.items() if given[key] not in ((), None, False)]
    if len(used) > 1:
        raise click.UsageError(f"{used[0]} and {used[1]} each say which files to take: use one of them")
    if given["listed"] == ():
        raise click.UsageError("--files names no file")
    listed = tuple(Path(name) for name in given["listed"] or ())
    return (*given["paths"], *given["files"], *listed, *given["directories"])


def choice_of(repository: Repository, given: Mapping[str, Any]) -> ChoiceSettings:
    """Read the options that choose files by more than names. Raises UsageError inside `git commit PATHS`."""
    patterns = tuple(given["patterns"])
    if not all(pattern.strip() for pattern in patterns):
        raise click.UsageError("--pattern must not be empty")
    asked = given.get("stage")
    if asked is not None and not given["git_staged"]:
        raise click.UsageError("--stage and --no-stage are for --git-staged")
    matching: dict[str, Any] = {"included": given.get("include") or (), "allow_empty": bool(given.get("allow_empty"))}
    if given["git_changed"]:
        return ChoiceSettings(uncommitted="changed", **matching)
    if not given["git_staged"]:
        return ChoiceSettings(patterns, given["git_diff"], **matching)
    # pre-commit sees what a hook did by comparing files with the index, and takes it back by that, too.
    stage = not process.is_under_pre_commit() if asked is None else asked
    index = index_of_commit(repository, process.surrounding_index(), written=stage)
    return ChoiceSettings(uncommitted="staged", stage=stage, index=index, **matching)


def paths_here(
    repository: Repository, here: Path, given: Mapping[str, Any], named: tuple[Path, ...], say: Callable[[str], None]
) -> tuple[Path, ...]:
    """The files and folders to look at: those named, or else the current folder if it is below the top, which is said.

    A choice by pattern, by git or by a plan is one of the whole repository, wherever it is made.
    """
    chosen = any(given.get(name) not in ((), None, False) for name in (*CHOICE_NAMES, "plan"))
    if chosen or here.resolve() == repository.top:
        return named
    say(_folder_line(repository, here, click.get_current_context().command_path))
    return (here,)


def _folder_line(repository: Repository, folder: Path, command: str) -> str:
    shown = printable(folder.resolve().relative_to(repository.top).as_posix())
    program, _, rest = command.partition(" ")
    return f"only {shown}/, the current folder; for all: {program} -C {shlex.quote(str(repository.top))} {rest}"
