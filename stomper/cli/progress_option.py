"""The option `--progress`: who is told of a run while it goes on, and how."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from stomper.disk.output_places import require_outlet
from stomper.errors import EXIT_INTERRUPTED, EXIT_UNTRUSTED, StomperError
from stomper.progress import Events, Progress, logged, make_progress, with_events

AUTO, JSON, FILE = "auto", "json", "json="


@dataclass(frozen=True, slots=True)
class Way:
    """How to tell: events on stderr in place of words, or events to a file beside these."""

    events: bool = False
    file: Path | None = None


def way(_ctx: click.Context, _parameter: click.Parameter, value: str) -> Way | None:
    """Read the option; None is what everybody gets."""
    if value in (AUTO, JSON):
        return Way(events=True) if value == JSON else None
    if value.startswith(FILE) and value != FILE:
        return Way(file=Path(value.removeprefix(FILE)))
    raise click.BadParameter(f"'{value}' is none of auto, json, json=FILE")


PROGRESS_OPTION = click.option(
    "--progress",
    metavar="HOW",
    default=AUTO,
    show_default=True,
    callback=way,
    help="auto: a bar or lines; json: events on stderr instead, one a line; json=FILE: events, appended to it, too.",
)


@contextlib.contextmanager
def told(given: Mapping[str, Any]) -> Iterator[Progress]:
    """Give the progress to a person, a log file, a program, or nobody.

    Raises UsageError for a file that must not be one.
    """
    wanted = given["progress"] or Way()
    for path, option in ((given["log_file"], "--log-file"), (wanted.file, "--progress")):
        if path is not None:
            require_outlet(path, option)
    people = Events() if wanted.events else make_progress(given["quiet"], given["verbose"])
    with logged(people, given["log_file"]) as first, with_events(first, wanted.file) as progress, _ended(progress):
        yield progress


@contextlib.contextmanager
def _ended(progress: Progress) -> Iterator[None]:
    """Tell of an end that is none of a run: whoever reads events waits for one."""
    try:
        yield
    except StomperError as error:
        progress.event("finished", {"exit_code": error.exit_code, "error": error.message})
        raise
    except BaseException as error:
        stopped = isinstance(error, KeyboardInterrupt | click.Abort)
        code = EXIT_INTERRUPTED if stopped else EXIT_UNTRUSTED
        words = "interrupted" if stopped else type(error).__name__
        progress.event("finished", {"exit_code": code, "error": words})
        raise
