"""`stomper status`."""

import dataclasses
import time
from pathlib import Path

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import tell, tell_json
from stomper.commands.status import WAITING, InFlight, RunStatus, read_status
from stomper.models import printable
from stomper.text.counts import plural

SHOWN_RUNS = 10
WATCH_SECONDS = 1.0
RESUMABLE = ("held", *WAITING)


@click.command()
@click.option("--watch", is_flag=True, help="Refresh every second while a run is alive.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.pass_obj
def command(here: Path, /, watch: bool, form: str) -> int:
    """Show the runs of this repository, and what the running one is doing."""
    repository = here_repository(here)
    while True:
        runs = read_status(repository)
        alive = any(run.state == "running" for run in runs)
        if watch and form == "text":
            click.clear()
        tell_json(as_facts(runs)) if form == "json" else tell(*as_lines(runs))
        if not (watch and alive):
            return 0
        time.sleep(WATCH_SECONDS)


def as_facts(runs: list[RunStatus]) -> dict[str, object]:
    return {"runs": [_present(dataclasses.asdict(run)) for run in runs]}


def _present(facts: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in facts.items() if value is not None}


def as_lines(runs: list[RunStatus]) -> list[str]:
    if not runs:
        return ["no runs in this repository yet"]
    lines = [f"({plural(len(runs) - SHOWN_RUNS, 'older run')})"] if len(runs) > SHOWN_RUNS else []
    for run in runs[-SHOWN_RUNS:]:
        lines += [_headline(run), *_why(run)]
        lines += [f"  {f.seconds:6.1f} s  {printable(f.path)}  {_doing(f)}" for f in run.in_flight]
    return lines


def _doing(file: InFlight) -> str:
    return f"{file.fixer} (attempt {file.attempt}, pid {file.pid})"


def _headline(run: RunStatus) -> str:
    began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started)) if run.started else ""
    code = f", exit code {run.exit_code}" if run.exit_code is not None else ""
    files = f"{run.done} of {run.total} files done" + (f" in {run.round} rounds, counted in each" if run.round else "")
    if run.state == "running":
        eta = f", about {run.eta_seconds:.0f} s to go" if run.eta_seconds is not None else ""
        files += f", {len(run.in_flight)} in flight, {run.waiting} waiting{eta}"
    if run.reason:
        return f"{run.run}  {run.state}: not made by you ({run.reason}); nothing of it is used or removed"
    waits = f", {run.files_waiting} waiting to be delivered" if run.files_waiting else ""
    hint = f"  -> stomper resume {run.run}" if run.state in RESUMABLE else ""
    return f"{run.run}  {began}  {run.state}{code}  {files}{waits}{hint}"


def _why(run: RunStatus) -> list[str]:
    """Say why a result was not delivered, and what keeps it; nothing if it was."""
    if not run.not_delivered:
        return []
    kept = f"; the result is on {run.ref}" if run.ref else ""
    return [f"  not delivered: {printable(run.not_delivered)}{kept}"]
