"""`stomper fleet status`."""

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.input import STATE_OPTION, state_of
from stomper.cli.printing import tell, tell_json
from stomper.commands.status import InFlight, RunStatus, read_status
from stomper.errors import EXIT_CLEAN, StomperError
from stomper.fleet.folder import FleetFolder
from stomper.fleet.overview import AtWork, Overview, overview
from stomper.git.repository import open_repository
from stomper.text.counts import plural
from stomper.text.printable import printable
from stomper.text.times import duration, iso

WATCH_SECONDS = 1.0


@click.command()
@click.option("--watch", is_flag=True, help="Refresh every second while the fleet is at work.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@STATE_OPTION
@click.pass_obj
def command(here: Path, /, watch: bool, form: str, **given: Any) -> int:
    """Show how far a fleet has come, and what is worked on: repositories, and files in them."""
    folder = FleetFolder(state_of(here, given))
    while True:
        seen = overview(folder)
        runs = {one.name: _run_in(one) for one in seen.at_work} if seen.state == "running" else {}
        if watch and form == "text":
            click.clear()
        tell_json(_facts(seen, runs)) if form == "json" else tell(*_lines(seen, runs))
        if not (watch and seen.state == "running"):
            return EXIT_CLEAN
        time.sleep(WATCH_SECONDS)


def _run_in(one: AtWork) -> RunStatus | None:
    """Give the run that is alive in a repository; None if there is none at this moment."""
    try:
        runs = read_status(open_repository(Path(one.top)))
    except (StomperError, OSError):
        return None
    return next((run for run in reversed(runs) if run.state == "running"), None)


def _facts(seen: Overview, runs: dict[str, RunStatus | None]) -> dict[str, object]:
    facts = dataclasses.asdict(seen)
    at_work = [{**dataclasses.asdict(one), **_files(runs.get(one.name))} for one in seen.at_work]
    given = {**facts, "started": iso(seen.started), "at_work": at_work}
    return {key: value for key, value in given.items() if value is not None}


def _files(run: RunStatus | None) -> dict[str, object]:
    if run is None:
        return {}
    flying = [{"path": file.path, "fixer": file.fixer, "seconds": file.seconds} for file in run.in_flight]
    return {"run": run.run, "files_done": run.done, "files_total": run.total, "in_flight": flying}


def _lines(seen: Overview, runs: dict[str, RunStatus | None]) -> Iterator[str]:
    done = sum(seen.counts.values())
    counts = "".join(f", {count} {state}" for state, count in seen.counts.items())
    code = f", exit code {seen.exit_code}" if seen.exit_code is not None else ""
    hint = "  -> stomper fleet resume" if seen.state in ("killed", "interrupted") else ""
    many = plural(seen.total, "repository", "repositories")
    yield f"{seen.fleet}  {seen.state}{code}  {done} of {many} done{counts}{hint}"
    if seen.state != "running":
        return
    working = [(one, run) for one in seen.at_work if (run := runs.get(one.name)) is not None]
    for one, run in working:
        yield f"  {duration(run.seconds or 0):>10}  {printable(one.name)}  {_progress(run)}"
        yield from map(_file, run.in_flight)
    yield f"  {len(working)} at work, {len(seen.at_work) - len(working)} ready, {seen.waiting} waiting"


def _progress(run: RunStatus) -> str:
    phase = f", {run.phase.text}" if run.phase else ""
    return f"{run.done} of {plural(run.total, 'file')}{phase}"


def _file(file: InFlight) -> str:
    return f"  {duration(file.seconds):>10}    {printable(file.path)}  {file.fixer}"
