"""`stomper status`: the runs of a repository, and what the running one is doing. Reads only what is on disk."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stomper.disk.parse import parse_json
from stomper.errors import EXIT_INTERRUPTED, StomperError
from stomper.git.repository import Repository
from stomper.journal.find_run import all_runs
from stomper.journal.history import History
from stomper.journal.phase_note import PhaseNote, read_phase
from stomper.journal.run_folder import Header, RunFolder
from stomper.journal.run_lock import is_held, read_holder
from stomper.landing.lander import run_ref
from stomper.landing.taken_by_hand import was_taken

NOT_DELIVERED, NOT_TRUSTED = "not delivered", "not trusted"
WAITING = ("interrupted", "killed", NOT_DELIVERED, NOT_TRUSTED)


@dataclass(frozen=True, slots=True)
class InFlight:
    """A file being worked on: by which process, for how long (seconds), by which fixer, at which attempt."""

    path: str
    pid: int
    seconds: float
    fixer: str
    attempt: int


@dataclass(frozen=True, slots=True)
class RunStatus:
    """One run. `state` is one of those that `_state` gives, or unreadable, or foreign.

    `delivered` says whether the user has what the run came to; None if it is dry, alive, or was undone. `files_waiting`
    are changed files that the user does not have. `not_delivered` says why a trusted result was not delivered; `ref`
    keeps that.

    Times are seconds since 1970, and `seconds` those that its sessions worked. `branch` is the full name of the branch
    that it is for, None if HEAD was detached. `figures` count diagnostics.
    The other counts are of files, of each round that has them. `round` is the last one that was begun, None before the
    second.
    `reason` says of a foreign one, which this user did not make, why it is none of his.

    `phase` is what a living one is at while it works on no files. `eta_seconds` is the time to the end of that, or of
    the files; None if nothing is known to guess from.
    """

    run: str
    state: str
    started: float | None = None
    finished: float | None = None
    seconds: float | None = None
    exit_code: int | None = None
    branch: str | None = None
    dry_run: bool = False
    figures: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    done: int = 0
    waiting: int = 0
    in_flight: tuple[InFlight, ...] = ()
    eta_seconds: float | None = None
    report: str | None = None
    reason: str | None = None
    round: int | None = None
    phase: PhaseNote | None = None
    delivered: bool | None = None
    files_waiting: int | None = None
    not_delivered: str | None = None
    ref: str | None = None


def read_status(repository: Repository) -> list[RunStatus]:
    """All runs that are known, oldest first."""
    holder = read_holder(repository.state) if is_held(repository.state) else None
    living = holder.run if holder else None
    runs = all_runs(repository.state)
    return [status for folder in runs if (status := _status(repository, folder, folder.run == living))]


def _status(repository: Repository, folder: RunFolder, alive: bool) -> RunStatus | None:
    if why := folder.why_foreign():
        return RunStatus(folder.run, "foreign", reason=why)
    if not folder.exists:
        return None
    try:
        header, history = folder.read_header(), folder.history(outcomes=False)
        total = folder.count_tasks(history.rounds)
    except StomperError:
        return RunStatus(folder.run, "unreadable")
    done, state = len(history.seconds), _state(repository, history, alive)
    flying = _in_flight(folder) if alive else ()
    phase = read_phase(folder.path) if alive else None
    report = folder.path / "report.toml"
    return RunStatus(
        run=folder.run,
        state=state,
        started=header.started,
        finished=None if alive else history.ended,
        seconds=time.time() - header.started if alive else history.spent,
        exit_code=history.exit_code,
        branch=_branch(header),
        dry_run=header.settings.landing.dry_run,
        figures={} if alive else history.figures,
        total=total,
        done=done,
        waiting=max(0, total - done - len(flying)),
        in_flight=flying,
        eta_seconds=_eta(history, total, header.settings.workflow.max_parallel_files, phase) if alive else None,
        report=str(report) if report.exists() else None,
        round=max(history.rounds, default=None),
        phase=phase,
        **_delivery(folder.run, header, history, state),
    )


def _branch(header: Header) -> str | None:
    """Give the branch that the result is for: a new one, or the one that was checked out."""
    new = header.settings.landing.branch
    return f"refs/heads/{new}" if new is not None else header.branch


def _delivery(run: str, header: Header, history: History, state: str) -> dict[str, Any]:
    """Give what a run says of its delivery: nothing if it is dry, alive, or was undone."""
    if header.settings.landing.dry_run or state in ("running", "undone"):
        return {}
    waiting = history.files_waiting if state in WAITING else 0
    kept = history.delivered is not None and history.delivered.kept
    there = not waiting and state not in (NOT_DELIVERED, NOT_TRUSTED)
    return {
        "delivered": there,
        "files_waiting": waiting,
        "not_delivered": history.undelivered if history.undelivered and not there else None,
        "ref": run_ref(run) if kept and not there else None,
    }


def _state(repository: Repository, history: History, alive: bool) -> str:
    if alive:
        return "running"
    if history.undone:
        return "undone"
    if history.exit_code is None:
        return "killed"
    if history.exit_code == EXIT_INTERRUPTED:
        return "interrupted"
    if history.cut_off:
        return NOT_TRUSTED
    if history.undelivered and not was_taken(repository, history):
        return NOT_DELIVERED
    return "held" if history.resumable else "finished"


def _in_flight(folder: RunFolder) -> tuple[InFlight, ...]:
    now = time.time()
    notes = []
    for path in folder.active.glob("*.json"):
        with contextlib.suppress(OSError, ValueError):  # gone or replaced in this moment
            notes.append(parse_json(path.read_bytes()))
    flying = [InFlight(n["path"], n["pid"], now - n["started"], n["fixer"], n["attempt"]) for n in notes]
    return tuple(sorted(flying, key=lambda file: -file.seconds))


def _eta(history: History, total: int, workers: int, phase: PhaseNote | None) -> float | None:
    """Guess the seconds until all files are done, if the rest takes as long as those that are done; or a phase is."""
    if phase is not None:
        left = phase.ends - time.time() if phase.ends is not None else 0.0
    else:
        seconds = [each for each in history.seconds.values() if each is not None]
        left = sum(seconds) / max(len(seconds), 1) * (total - len(history.seconds)) / workers
    return left if left > 0 else None
