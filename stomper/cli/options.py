"""What the commands share: options, and how they become settings."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from stomper.git.repository import Repository, open_repository, require_git
from stomper.settings import MAX_WORKERS, Settings

F = TypeVar("F", bound=Callable[..., Any])

# Option name -> key of the configuration that it beats.
KEYS = {
    "error_type": "error_types",
    "ignore": "ignores.errors",
    "max_errors": "max_errors",
    "fixer": "fixers",
    "unsafe_fixes": "unsafe_fixes",
    "max_parallel_files": "workflow.max_parallel_files",
    "continue_on_error": "workflow.continue_on_error",
}


def codes(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """A comma-separated list of code prefixes."""
    return None if value is None else tuple(code.strip() for code in value.split(",") if code.strip())


def several(_ctx: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...] | None:
    return value or None


def selection_options(command: F) -> F:
    """Which files and which diagnostics: for `check` and `fix`."""
    for decorate in reversed(
        [
            click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATHS]..."),
            click.option(
                "-f",
                "--file",
                "files",
                multiple=True,
                type=click.Path(path_type=Path),
                help="Only this file (repeatable).",
            ),
            click.option("--error-type", metavar="CODES", callback=codes, help="Only these codes, by prefix: F401,E5"),
            click.option("--ignore", metavar="CODES", callback=codes, help="Not these codes, by prefix."),
        ]
    ):
        command = decorate(command)
    return command


def jobs_option(command: F) -> F:
    return click.option(
        "-j", "--max-parallel-files", type=click.IntRange(0, MAX_WORKERS), metavar="N",
        help=f"Files at once, 1 to {MAX_WORKERS}; 0 = as many as CPUs.  [default: 4]",
    )(command)  # fmt: skip


def here_repository(here: Path) -> Repository:
    """The repository that the command was called in. Raises StomperError where there is none to work with."""
    require_git()
    return open_repository(here)


def resolve(here: Path, given: Mapping[str, Any]) -> tuple[Repository, Settings]:
    """The repository and the settings for a command line; `given` holds click's parameters."""
    from stomper.config import load_settings

    repository = here_repository(here)
    options = {KEYS[name]: value for name, value in given.items() if name in KEYS and value is not None}
    return repository, load_settings(repository.top, options)


def named_paths(paths: tuple[Path, ...], files: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files and folders to look at. Raises UsageError-like click error for both kinds at once."""
    if paths and files:
        raise click.UsageError("name files either as PATHS or with --file, not both")
    return paths or files
