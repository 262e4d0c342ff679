"""`stomper status`."""

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import tell, tell_json
from stomper.commands.status import WAITING, InFlight, RunStatus, read_status
from stomper.journal.phase_note import PhaseNote
from stomper.models import printable
from stomper.text.counts import plural
from stomper.text.times import duration, iso

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
    """Give the runs as plain data. Times are ISO 8601, UTC; what is unknown is absent."""
    return {"runs": [_facts(run) for run in runs]}


def _facts(run: RunStatus) -> dict[str, object]:
    facts = dataclasses.asdict(run)
    counts = {f"diagnostics_{name}": count for name, count in facts.pop("figures").items()}
    times = {name: moment and iso(moment) for name, moment in (("started", run.started), ("finished", run.finished))}
    return _present({**facts, **times, **counts, "phase": _phase(run.phase)})


def _phase(phase: PhaseNote | None) -> dict[str, object] | None:
    """Give a phase as plain data, with the seconds that it goes on; None for none."""
    if phase is None:
        return None
    facts = _present(dataclasses.asdict(phase))
    return {**{k: v for k, v in facts.items() if k not in ("began", "ends")}, "seconds": time.time() - phase.began}


def _present(facts: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in facts.items() if value is not None}


def as_lines(runs: list[RunStatus]) -> list[str]:
    if not runs:
        return ["no runs in this repository yet"]
    lines = [f"({plural(len(runs) - SHOWN_RUNS, 'older run')})"] if len(runs) > SHOWN_RUNS else []
    for run in runs[-SHOWN_RUNS:]:
        lines += [_headline(run), *_why(run)]
        lines += [f"  {f.seconds:6.1f} s  {printable(f.path)}  {_doing(f)}" for f in run.in_flight]
        lines += [f"  {time.time() - run.phase.began:6.1f} s  {run.phase.text}"] if run.phase else []
    return lines


def _doing(file: InFlight) -> str:
    return f"{file.fixer} (attempt {file.attempt}, pid {file.pid})"


def _headline(run: RunStatus) -> str:
    if run.reason:
        return f"{run.run}  {run.state}: not made by you ({run.reason}); nothing of it is used or removed"
    began = time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(run.started)) if run.started else ""
    state = run.state + (" (dry run)" if run.dry_run else "")
    state += f", exit code {run.exit_code}" if run.exit_code is not None else ""
    hint = f"  -> stomper resume {run.run}" if run.state in RESUMABLE else ""
    return f"{run.run}  {began}  {state}  {', '.join(filter(None, _work(run)))}{hint}"


def _work(run: RunStatus) -> Iterator[str]:
    """Say what was done, and how long that took; of a living run what is going on."""
    rounds = f" in {run.round} rounds, counted in each" if run.round else ""
    yield "" if run.phase and not run.total else f"{run.done} of {run.total} files done{rounds}"
    if run.state == "running":
        yield "" if run.phase else f"{len(run.in_flight)} in flight, {run.waiting} waiting"
        yield f"about {duration(run.eta_seconds)} to go" if run.eta_seconds is not None else ""
    yield f"{run.files_waiting} waiting to be delivered" if run.files_waiting else ""
    yield _fixed(run)
    yield f"took {duration(run.seconds)}" if run.seconds is not None and run.state != "running" else ""
    yield f"for {run.branch.removeprefix('refs/heads/')}" if run.branch and not (run.figures and run.delivered) else ""


def _fixed(run: RunStatus) -> str:
    """Say how many diagnostics were fixed, and where; nothing if that was taken back."""
    if not run.figures or run.state == "undone":
        return ""
    before, suppressed = run.figures["before"], run.figures["suppressed"]
    if run.dry_run:
        return f"{run.figures.get('would_fix', 0)} of {before} diagnostics would be fixed"
    counts = f"{run.figures['fixed']} of {before} diagnostics fixed"
    counts += f", {suppressed} suppressed" if suppressed else ""
    return counts + (f" on {run.branch.removeprefix('refs/heads/')}" if run.branch and run.delivered else "")


def _why(run: RunStatus) -> list[str]:
    """Say why a result was not delivered, and what keeps it; nothing if it was."""
    if not run.not_delivered:
        return []
    kept = f"; the result is on {run.ref}" if run.ref else ""
    return [f"  not delivered: {printable(run.not_delivered)}{kept}"]
