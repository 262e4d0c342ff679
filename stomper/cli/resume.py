"""`stomper resume`."""

from pathlib import Path
from typing import Any

import click

from stomper.cli.options import here_repository, jobs_option
from stomper.cli.output import output_options, require_report_paths, show, told
from stomper.models import Status
from stomper.resume import rerun, resume

STATES: tuple[Status, ...] = ("partial", "unchanged", "skipped", "rejected", "failed")


def states(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[Status, ...]:
    wanted = [word.strip() for word in (value or "").split(",") if word.strip()]
    if wrong := [word for word in wanted if word not in STATES]:
        raise click.BadParameter(f"'{wrong[0]}' is no state; known: {', '.join(STATES)}")
    return tuple(state for state in STATES if state in wanted)


@click.command()
@click.argument("run", required=False)
@click.option(
    "--only", metavar="STATES", callback=states, help="Run those files of a finished run again: failed,rejected"
)
@jobs_option
@output_options
@click.pass_obj
def command(
    here: Path, /, run: str | None, only: tuple[Status, ...], max_parallel_files: int | None, **given: Any
) -> int:
    """Take up a run that was interrupted or killed.

    What landed stays, fixes that were made are landed, the rest is fixed; the result is that of an
    unbroken run. RUN is the beginning of a run's id (see `stomper status`); the last one that was cut
    off without it. If HEAD has moved since, what still applies is taken over and checked again.
    """
    require_report_paths(given)
    repository = here_repository(here)
    with told(given) as progress:
        if only:
            finished = rerun(repository, run, only, progress, max_parallel_files)
        else:
            finished = resume(repository, run, progress, max_parallel_files)
    return show(finished, given)
