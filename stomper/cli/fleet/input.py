"""The options that say which repositories a fleet has, and on which terms they are worked on."""

import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from stomper.cli.fleet.forge_option import FORGE_OPTION
from stomper.cli.fleet.told import say_now
from stomper.cli.options import budget_options, jobs_option, several, with_options
from stomper.cluster.place import place_of_cluster
from stomper.config import says_trust
from stomper.config.load import resolve_parallel, usable_cpus
from stomper.errors import UsageError
from stomper.fleet.addresses import secrets_of
from stomper.fleet.gather import Options, fleet_of_file, fleet_of_list
from stomper.fleet.model import Fleet
from stomper.fleet.read_file import DEFAULT_NAME
from stomper.fleet.write_file import default_state
from stomper.text.redact import remember

F = TypeVar("F", bound=Callable[..., Any])
STDIN = Path("-")
# Parameters of click that are terms of a fleet.
TERMS = (
    *("max_parallel_files", "max_cost", "max_tokens", "max_minutes", "repository_minutes"),
    *("trust", "depth", "partial", "cache_gigabytes", "cluster", "tracker"),
)


def words(_ctx: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Split options in one text as a shell does."""
    try:
        return tuple(word for text in value for word in shlex.split(text))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


STATE_OPTION = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The fleet's own folder: journal, reports, clones.  [default: stomper-fleet]",
)
TRUST_OPTION = click.option(
    "--trust/--untrusted",
    default=None,
    help="Let the repositories execute their programs and tests, or nothing of them.  [default: --untrusted]",
)


def source_options(command: F) -> F:
    """Add the options that name repositories, and those that say how each is worked on."""
    return with_options(
        work_options(command),
        [
            click.argument(
                "source", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]"
            ),
            click.option(
                "--discover",
                "discovered",
                multiple=True,
                type=click.Path(path_type=Path),
                metavar="DIR",
                help="Also take the repositories that are found below this folder (repeatable).",
            ),
            click.option(
                "--from",
                "lists",
                multiple=True,
                metavar="FORGE:WAY/NAME",
                help="Also take the repositories that a forge lists: github:org/NAME, gitlab:group/NAME, "
                "codeberg:user/NAME, HOST:topic/NAME, github:search/WORDS (repeatable).",
            ),
            FORGE_OPTION,
            click.option("--archived", is_flag=True, help="Also take archived repositories from lists of forges."),
            click.option("--forks", is_flag=True, help="Also take forks from lists of forges."),
            click.option(
                "--only", multiple=True, metavar="GLOB", callback=several,
                help="Only repositories whose name or address matches (repeatable).",
            ),
            click.option(
                "--skip", multiple=True, metavar="GLOB", callback=several,
                help="Skip repositories whose name or address matches (repeatable).",
            ),
        ],
    )  # fmt: skip


def work_options(command: F) -> F:
    """Add the options that say where and how each repository is worked on."""
    return with_options(
        command,
        [
            click.option(
                "--in-place/--clones",
                default=None,
                help="Work in checkouts where they are, or in clones only.  [default: in place if named by path]",
            ),
            click.option("--branch", metavar="NAME", help="Work on this branch.  [default: each one's default]"),
            click.option(
                "--fix-options",
                multiple=True,
                metavar="TEXT",
                callback=words,
                help="Options for each `stomper fix`: '--fixer ruff --no-run-tests' (repeatable).",
            ),
            click.option(
                "--setup/--no-setup",
                "set_up",
                default=None,
                help="Make the environment that a clone lacks, or run nothing before.  [default: as set_up says]",
            ),
        ],
    )  # fmt: skip


def terms_options(command: F) -> F:
    """Add the options on the terms of a fleet."""
    return jobs_option(
        budget_options(
            with_options(
                command,
                [
                    click.option(
                        "--repository-minutes",
                        type=click.FloatRange(min=0, min_open=True),
                        metavar="N",
                        help="End the work on a repository after N minutes.  [default: 60]",
                    ),
                    click.option(
                        "--depth", type=click.IntRange(min=1), metavar="N", help="Fetch only the last N commits."
                    ),
                    click.option(
                        "--partial/--whole",
                        default=None,
                        help="Fetch the files of old commits only if they are needed.",
                    ),
                    click.option(
                        "--cache-gigabytes",
                        type=click.FloatRange(min=0),
                        metavar="N",
                        help="Keep at most N gigabytes of mirrors.  [default: 20]",
                    ),
                    click.option(
                        "--cluster",
                        metavar="PLACE",
                        help="Work on the workers of this scheduler of Dask: tcp://HOST:PORT, or a scheduler file.",
                    ),
                    TRUST_OPTION,
                    click.option(
                        "--tracker",
                        metavar="WHERE",
                        help="Keep an issue for each repository: github, gitlab:team/tasks (all in one place), HOST, "
                        "or tell a program: 'command:PROGRAM'.",
                    ),
                ],
            )
        )
    )


def state_of(here: Path, given: Mapping[str, Any]) -> Path:
    """Give the fleet's own folder."""
    return Path(given["state"] or default_state(here)).absolute()


def terms_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the terms that options say, and that of trust also if a variable does."""
    terms = {name: given[name] for name in TERMS if given.get(name) is not None}
    if "max_parallel_files" in terms:
        terms["max_parallel_files"] = resolve_parallel(terms["max_parallel_files"], usable_cpus())
    if given["trust"] is None and says_trust():
        terms["trust"] = True
    if "cluster" in terms:
        terms["cluster"] = place_of_cluster(terms["cluster"], Path())
    return terms


def fleet_of(here: Path, given: Mapping[str, Any]) -> Fleet:
    """Make the fleet of a command line. Raises UsageError or ConfigError."""
    options = Options(
        discovered=given["discovered"],
        only=given["only"] or (),
        skip=given["skip"] or (),
        in_place=given["in_place"],
        branch=given["branch"] or "",
        options=given["fix_options"],
        set_up=given["set_up"],
        terms=terms_of(given),
        state=state_of(here, given),
        lists=given["lists"],
        archived=given["archived"],
        forks=given["forks"],
        hosts=given["forges"],
        tell=say_now,
    )
    fleet = _read(here, given["source"], options)
    for entry in fleet.entries:
        remember(secrets_of(entry.source))
    return fleet


def _read(here: Path, source: Path | None, options: Options) -> Fleet:
    if source == STDIN:
        return fleet_of_list(sys.stdin.read(), here, options)
    if source is None and (here / DEFAULT_NAME).is_file():
        source = here / DEFAULT_NAME
    if source is not None and source.suffix == ".toml":
        return fleet_of_file(source, options)
    if source is not None:
        return fleet_of_list(_text(source), source.absolute().parent, options)
    if not options.discovered and not options.lists:
        hint = "Name a file with repositories, '-', --discover FOLDER, or --from github:org/NAME."
        raise UsageError(f"there is no {DEFAULT_NAME} here", hint)
    return fleet_of_list("", here, options)


def _text(source: Path) -> str:
    try:
        return source.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source} cannot be read: {getattr(error, 'strerror', None) or error}") from None
