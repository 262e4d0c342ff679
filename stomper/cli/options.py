"""What the commands share: options, and how they become settings."""

import dataclasses
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from stomper.checkers.choice import SWITCHES, choose_checkers
from stomper.git.repository import Repository, open_repository, require_git
from stomper.settings import MAX_WORKERS, Settings, Validation

F = TypeVar("F", bound=Callable[..., Any])

# Option name -> key of the configuration that it beats.
KEYS = {
    "checker": "checkers",
    "error_type": "error_types",
    "ignore": "ignores.errors",
    "max_errors": "max_errors",
    "fixer": "fixers",
    "unsafe_fixes": "unsafe_fixes",
    "max_parallel_files": "workflow.max_parallel_files",
    "continue_on_error": "workflow.continue_on_error",
    "test_validation": "workflow.test_validation",
    "test_command": "tests.command",
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


def checker_options(command: F) -> F:
    """Which checkers: for `check` and `fix`."""
    for name in reversed(SWITCHES):
        default = {"ruff": "  [default: on]", "mypy": "  [default: on where the project configures it]"}.get(name, "")
        command = click.option(f"--{name}/--no-{name}", default=None, help=f"Use {name} as a checker.{default}")(
            command
        )
    return click.option(
        "--checker", multiple=True, metavar="NAME", callback=several, help="Use this checker (repeatable), no others."
    )(command)


def jobs_option(command: F) -> F:
    return click.option(
        "-j", "--max-parallel-files", type=click.IntRange(0, MAX_WORKERS), metavar="N",
        help=f"Files at once, 1 to {MAX_WORKERS}; 0 = as many as CPUs.  [default: 4]",
    )(command)  # fmt: skip


def tests_options(command: F) -> F:
    """How the result is tested: for `fix` and `resume`."""
    for decorate in reversed(
        [
            click.option(
                "--test-validation",
                type=click.Choice(get_args(Validation)),
                help="full: all tests after each file; quick: those affected; final: all, once.  [default: final]",
            ),
            click.option(
                "--run-tests/--no-run-tests",
                default=None,
                callback=_run_tests,
                expose_value=False,
                help="--no-run-tests is --test-validation none.",
            ),
            click.option("--test-command", metavar="COMMAND", callback=words, help="What runs the tests: 'pytest -x'"),
        ]
    ):
        command = decorate(command)
    return command


def _run_tests(ctx: click.Context, _parameter: click.Parameter, value: bool | None) -> None:
    if value is None:
        return
    if "test_validation" in ctx.params and ctx.params["test_validation"] is not None:
        raise click.UsageError("--run-tests and --test-validation say the same: use one of them", ctx)
    ctx.params["test_validation"] = "final" if value else "none"


def words(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """A command line in words, as a shell splits it."""
    try:
        return None if value is None else tuple(shlex.split(value))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def changed_by(given: Mapping[str, Any]) -> Callable[[Settings], Settings]:
    """How a run's own settings change by what is given for its resumption."""

    def change(settings: Settings) -> Settings:
        workflow, tests = settings.workflow, settings.tests
        if jobs := given.get("max_parallel_files"):
            workflow = dataclasses.replace(workflow, max_parallel_files=jobs)
        if mode := given.get("test_validation"):
            workflow = dataclasses.replace(workflow, test_validation=mode)
            tests = dataclasses.replace(tests, asked=True)
        if command := given.get("test_command"):
            tests = dataclasses.replace(tests, command=command, asked=True)
        return dataclasses.replace(settings, workflow=workflow, tests=tests)

    return change


def here_repository(here: Path) -> Repository:
    """The repository that the command was called in. Raises StomperError where there is none to work with."""
    require_git()
    return open_repository(here)


def resolve(here: Path, given: Mapping[str, Any]) -> tuple[Repository, Settings]:
    """The repository and the settings for a command line; `given` holds click's parameters."""
    from stomper.config import load_settings

    repository = here_repository(here)
    options = {KEYS[name]: value for name, value in given.items() if name in KEYS and value is not None}
    switches = {name: given.get(name.replace("-", "_")) for name in SWITCHES}
    wanted = {name: value for name, value in switches.items() if value is not None}
    settings, note = choose_checkers(load_settings(repository.top, options), wanted, repository.top)
    if note:
        click.echo(f"warning: {note}", err=True)
    return repository, settings


def named_paths(paths: tuple[Path, ...], files: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files and folders to look at. Raises UsageError-like click error for both kinds at once."""
    if paths and files:
        raise click.UsageError("name files either as PATHS or with --file, not both")
    return paths or files
