"""`stomper resume`."""

import dataclasses
from pathlib import Path
from typing import Any

import click

from stomper.cli.commit_options import SIGN_OPTION
from stomper.cli.completing import offer_runs
from stomper.cli.consent import agree_to_run, consent_of, trust_options
from stomper.cli.help_groups import GroupedCommand
from stomper.cli.options import (
    CLUSTER_OPTION,
    budget_options,
    changed_by,
    cluster_of,
    here_repository,
    jobs_option,
    proof_options,
    tests_options,
)
from stomper.cli.output import ending_of, output_options, require_report_paths, show
from stomper.cli.progress_option import told
from stomper.commands.resume import rerun, resume
from stomper.models import Status
from stomper.settings import EndingSettings, Settings

STATES: tuple[Status, ...] = ("partial", "unchanged", "skipped", "rejected", "failed")


def states(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[Status, ...]:
    wanted = [word.strip() for word in (value or "").split(",") if word.strip()]
    if wrong := [word for word in wanted if word not in STATES]:
        raise click.BadParameter(f"'{wrong[0]}' is no state; known: {', '.join(STATES)}")
    return tuple(state for state in STATES if state in wanted)


@click.command(cls=GroupedCommand)
@click.argument("run", required=False, shell_complete=offer_runs)
@click.option(
    "--only",
    metavar="STATES",
    callback=states,
    help="Retry the files of a finished run with these states: failed,rejected",
)
@budget_options
@proof_options
@jobs_option
@CLUSTER_OPTION
@SIGN_OPTION
@tests_options
@trust_options
@output_options
@click.pass_obj
def command(here: Path, /, run: str | None, only: tuple[Status, ...], **given: Any) -> int:
    """Continue a run that was interrupted, killed, not delivered, not tested to the end, or out of budget.

    Commits of the run stay, finished fixes are committed, and the other files are fixed. The result is
    that of an unbroken run. RUN is the beginning of a run's id (see `stomper status`); by default, the
    last run that did not finish. If HEAD has moved, Stomper keeps the fixes that still apply and checks
    them again. Costs and tokens of a budget go on counting, minutes begin anew: raise the limit that
    was reached. An option that is not given is as the run had it, whatever default the list names.
    """
    require_report_paths(given)
    ending = ending_of(given)
    repository, consent, changed = here_repository(here), consent_of(given), changed_by(given)

    def change(now: Settings, then: Settings, name: str) -> tuple[Settings, Settings]:
        if ending != EndingSettings():
            then = dataclasses.replace(then, ending=ending)
        return agree_to_run(repository, changed(now), changed(then), name, consent)

    with told(given) as progress:
        if only:
            if given["cluster"]:
                raise click.UsageError("--only and --cluster do not go together")
            return show(rerun(repository, run, only, progress, change), given)
        return show(resume(repository, run, progress, change, cluster_of(given)), given)
