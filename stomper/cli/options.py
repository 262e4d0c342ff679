"""Options that several commands share, and their way into settings."""

import dataclasses
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from stomper.checkers.enabled import SWITCHES
from stomper.cli.completing import offer_checkers, offer_profiles
from stomper.cli.consent import CommandLine, agreed_settings, consent_of
from stomper.cli.file_choice import CHOICE_NAMES, CHOICES, codes
from stomper.cluster.place import place_of_cluster
from stomper.config.layers import OPTION_KEYS
from stomper.git.repository import Repository, open_repository, require_git
from stomper.project.special_files import require_files, require_users_files
from stomper.settings import AUTO, MAX_WORKERS, Level, ProofLevel, ProofSettings, Settings, Validation
from stomper.trust import hold_unagreed

F = TypeVar("F", bound=Callable[..., Any])

BUDGET = ("max_cost", "max_tokens", "max_minutes")


CLUSTER_OPTION = click.option(
    "--cluster",
    metavar="PLACE",
    help="Have the files fixed by the workers of this scheduler of Dask: tcp://HOST:PORT, or a scheduler file.",
)


def cluster_of(given: Mapping[str, Any]) -> str:
    """Give the place of the scheduler that `--cluster` names; '' without it."""
    return place_of_cluster(given["cluster"] or "", Path())


def several(_ctx: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...] | None:
    return value or None


# The parameters of `selection_options` and `checker_options`.
SELECTING = frozenset(
    {
        *CHOICE_NAMES,
        *("include", "exclude", "allow_empty", "max_files", "error_type", "ignore", "severity"),
        *("checker", "skip_checker", "profile", *(name.replace("-", "_") for name in SWITCHES)),
    }
)


def names(_ctx: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...] | None:
    """Names of an option that is repeated, or has several with commas between them; None without the option."""
    found = tuple(name.strip() for text in value for name in text.split(",") if name.strip())
    if value and not found:
        raise click.BadParameter("names nothing")
    return found or None


def with_options(command: F, options: Sequence[Callable[[F], F]]) -> F:
    """The command with these options, in the order in which its help is to show them."""
    for decorate in reversed(options):
        command = decorate(command)
    return command


def selection_options(command: F) -> F:
    """Add the options that choose files and diagnostics, for `check` and `fix`."""
    return with_options(
        command,
        [
            click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATHS]..."),
            *CHOICES,
            click.option(
                "--include",
                multiple=True,
                metavar="GLOB",
                callback=several,
                help="Only tracked files that match (repeatable).  [default: Python files]",
            ),
            click.option(
                "--exclude", multiple=True, metavar="GLOB", callback=several, help="Skip files that match (repeatable)."
            ),
            click.option(
                "--allow-empty", is_flag=True, help="Accept paths, patterns and codes that match nothing (exit code 0)."
            ),
            click.option("--max-files", type=click.IntRange(min=1), metavar="N", help="Work on at most N files."),
            click.option(
                "--error-type", metavar="CODES", callback=codes, help="Only codes that begin with one of these: F401,E5"
            ),
            click.option("--ignore", metavar="CODES", callback=codes, help="Skip codes that begin with one of these."),
            click.option(
                "--severity", type=click.Choice(get_args(Level)), help="Only diagnostics that are at least this severe."
            ),
        ],
    )


def checker_options(command: F) -> F:
    """Add the options that choose checkers, for `check` and `fix`."""
    for name in reversed(SWITCHES):
        default = {"ruff": "  [default: on]", "mypy": "  [default: on where a project configures it]"}.get(name, "")
        command = click.option(f"--{name}/--no-{name}", default=None, help=f"Use {name} as a checker.{default}")(
            command
        )
    return with_options(
        command,
        [
            click.option(
                "--checker",
                multiple=True,
                metavar="NAME",
                shell_complete=offer_checkers,
                callback=names,
                help="Use this checker and no others (repeatable, or with commas: ruff,mypy).",
            ),
            click.option(
                "--profile",
                metavar="NAME",
                shell_complete=offer_profiles,
                help="Use the settings of this profile of the configuration.",
            ),
            click.option(
                "--skip-checker",
                multiple=True,
                metavar="NAME",
                shell_complete=offer_checkers,
                callback=names,
                help="Do without this checker, though the project configures it (repeatable, or with commas).",
            ),
        ],
    )


def suppress_options(command: F) -> F:
    """Add the options on suppressions, for `fix` and `baseline suppress`."""
    return with_options(
        command,
        [
            click.option(
                "--reason",
                metavar="TEXT",
                help="Write this reason after each comment of the fixer suppress: 'legacy #12'.",
            ),
            click.option(
                "--remove-stale",
                is_flag=True,
                help="Remove codes of `# noqa` and `# type: ignore` that silence nothing.",
            ),
        ],
    )


def setup_option(command: F) -> F:
    """Add the option on the project's environment, for `check`, `fix` and `plan`."""
    return click.option(
        "--setup/--no-setup",
        default=None,
        callback=_setup,
        help="Make the environment that a fresh clone lacks, outside of it; --no-setup: run no set-up command."
        "  [default: as `environment.setup` says]",
    )(command)


def _setup(_ctx: click.Context, _parameter: click.Parameter, value: bool | None) -> tuple[str, ...] | None:
    return None if value is None else (AUTO,) if value else ()


def format_option(command: F) -> F:
    """Add the option on formatters, for `fix`."""
    return click.option(
        "--format/--no-format",
        default=None,
        callback=_formatters,
        help="Keep files formatted that the project's formatters leave alone before the run.  [default: --format]",
    )(command)


def _formatters(_ctx: click.Context, _parameter: click.Parameter, value: bool | None) -> tuple[str, ...] | None:
    return None if value is None else (AUTO,) if value else ()


def jobs_option(command: F) -> F:
    return click.option(
        "-j", "--max-parallel-files", type=click.IntRange(0, MAX_WORKERS), metavar="N",
        help=f"Work on N files at once, 1 to {MAX_WORKERS}; 0 = as many as CPUs.  [default: 4]",
    )(command)  # fmt: skip


def budget_options(command: F) -> F:
    """Add the options on budgets, for `fix` and `resume`."""
    more_than_none = click.FloatRange(min=0, min_open=True)
    return with_options(
        command,
        [
            click.option(
                "--max-cost",
                type=more_than_none,
                metavar="N",
                help="Stop calling models when the estimated cost reaches N US dollars.  [default: no limit]",
            ),
            click.option(
                "--max-tokens",
                type=click.IntRange(min=1),
                metavar="N",
                help="Stop calling models after N tokens, read and written.  [default: no limit]",
            ),
            click.option(
                "--max-minutes",
                type=more_than_none,
                metavar="N",
                help="After N minutes, start no new work and cancel running model calls.  [default: no limit]",
            ),
        ],
    )


def proof_options(command: F) -> F:
    """Add the options on proof, for `fix`, `plan` and `resume`."""
    return with_options(
        command,
        [
            click.option(
                "--proof",
                type=click.Choice(get_args(ProofLevel)),
                help="Land only fixes of at least this grade; none: also fixes that nothing proves.  [default: tested]",
            ),
            click.option("--unproved", is_flag=True, help="Short for --proof none."),
        ],
    )


def proof_of(given: Mapping[str, Any]) -> ProofLevel | None:
    """Read the options on proof; None if neither is given. Raises click's UsageError for both."""
    level: ProofLevel | None = given.get("proof")
    if given.get("unproved") and level is not None:
        raise click.UsageError("--unproved and --proof say the same: use one of them")
    return "none" if given.get("unproved") else level


def tests_options(command: F) -> F:
    """Add the options on tests, for `fix` and `resume`."""
    return with_options(
        command,
        [
            click.option(
                "--test-validation",
                type=click.Choice(get_args(Validation)),
                help="full: all tests after each file; quick: the affected ones; final: all, once.  [default: final]",
            ),
            click.option(
                "--run-tests/--no-run-tests",
                default=None,
                callback=_run_tests,
                expose_value=False,
                help="--no-run-tests: the same as --test-validation none; --run-tests: as final.",
            ),
            click.option(
                "--test-command", metavar="COMMAND", callback=words, help="The command that runs the tests: 'pytest -x'"
            ),
            click.option(
                "--tests-required/--no-tests-required",
                default=None,
                help="Fix nothing if tests cannot be run (exit code 3).  [default: where there are tests]",
            ),
        ],
    )


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
    """Give the change that options of `resume` make to a run's own settings."""

    level = proof_of(given)

    def change(settings: Settings) -> Settings:
        workflow, tests = settings.workflow, settings.tests
        if jobs := given.get("max_parallel_files"):
            workflow = dataclasses.replace(workflow, max_parallel_files=jobs)
        if mode := given.get("test_validation"):
            workflow = dataclasses.replace(workflow, test_validation=mode)
            tests = dataclasses.replace(tests, asked=True)
        if command := given.get("test_command"):
            tests = dataclasses.replace(tests, command=command, asked=True)
        if (required := given.get("tests_required")) is not None:
            tests = dataclasses.replace(tests, required=required)
        limits = {name: given[name] for name in BUDGET if given.get(name) is not None}
        budget = dataclasses.replace(settings.budget, **limits)
        proof = ProofSettings(level) if level else settings.proof
        git = settings.git
        if given.get("sign") is not None:
            git = dataclasses.replace(git, sign=given["sign"])
        return dataclasses.replace(settings, workflow=workflow, tests=tests, budget=budget, proof=proof, git=git)

    return change


def here_repository(here: Path) -> Repository:
    """The repository that the command was called in. Raises StomperError if there is none to work with."""
    require_git()
    require_users_files()
    repository = open_repository(here)
    hold_unagreed(repository)
    require_files(repository)
    return repository


def resolve(
    here: Path, given: Mapping[str, Any], fixes: bool = False, makes: bool = False
) -> tuple[Repository, Settings]:
    """The repository and the settings for a command line; `given` holds click's parameters.

    `fixes` says that the command does more than to look, `makes` that it makes an environment. Raises UsageError if
    the repository wants something executed that the user has not agreed to.
    """
    repository = here_repository(here)
    return repository, agreed_settings(repository, line_of(given, fixes, makes), consent_of(given))


def line_of(given: Mapping[str, Any], fixes: bool, makes: bool = False) -> CommandLine:
    """Take the parameters that decide what is executed from those of click."""
    options = {OPTION_KEYS[name]: value for name, value in given.items() if name in OPTION_KEYS and value is not None}
    if level := proof_of(given):
        options[OPTION_KEYS["proof"]] = level
    switches = {name: given.get(name.replace("-", "_")) for name in SWITCHES}
    wanted = {name: value for name, value in switches.items() if value is not None}
    wanted |= dict.fromkeys(given.get("skip_checker") or (), False)
    return CommandLine(options, wanted, tuple(given.get("agent") or ()), fixes, makes=makes)


def require_codes(repository: Repository, settings: Settings, given: Mapping[str, Any]) -> None:
    """Raises UsageError for a code to choose by that no checker has.

    A code that a file ignores may be one of a checker that is off this time.
    """
    if given["allow_empty"]:
        return
    from stomper.checkers.known_codes import require_known

    where = "error_types" if given["error_type"] is None else "--error-type"
    require_known(settings.error_types, where, settings, repository.top)
    if given["ignore"] is not None:
        require_known(settings.ignores.errors, "--ignore", settings, repository.top)
