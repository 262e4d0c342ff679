"""A run on disk: what it was told, its plan, what happened so far, patches, logs, the report.

It lies in the git directory, so the working tree stays clean. Whatever kills the run leaves a
readable prefix: files are replaced in one step, the journal only grows, and each state change is on
the disk before the next step is taken.
"""

import dataclasses
import functools
import itertools
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from stomper.config.stored_secrets import without_secrets
from stomper.disk import jsonl
from stomper.disk.atomic_write import write_atomically
from stomper.disk.parse import parse_json
from stomper.disk.private_files import append_text, make_folder, odd_in, why_foreign
from stomper.disk.remove_trees import delete_what_goes
from stomper.disk.validate import UnsoundError, is_run, require_branch, require_commit, require_path
from stomper.errors import StomperError
from stomper.journal.history import History
from stomper.journal.seal import is_sealed, seal_of
from stomper.journal.sound_report import require_report
from stomper.journal.stored_patch import StoredPatch, find_patch, in_memory, store_patch
from stomper.models import Blob, Changed, FixTask, Outcome, Patch, Plan, Step
from stomper.process.crash import crash_point
from stomper.settings import Settings
from stomper.text.printable import log_text

if TYPE_CHECKING:
    import pydantic

FORMAT = 1
SEAL = "seal"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Header:
    """The facts of a run, written once, before anything else.

    `branch` is a full ref name, None when detached; `named` are the absolute paths the user asked for. `folder` is
    where its worktrees were at first, for people: nothing is found or deleted by it. `given` are the keys of those
    `settings` that start programs, and that the user gave to this run in place of the project's own.
    """

    run: str
    format: int
    version: str
    top: str
    folder: str
    base: str
    branch: str | None
    started: float
    named: tuple[str, ...]
    settings: Settings
    given: tuple[str, ...] = ()

    def require_sound(self, run: str) -> None:
        """Raises UnsoundError for what a run of this name would not have written; no run is in a folder of another."""
        if not is_run(self.run) or (is_run(run) and self.run != run):
            raise UnsoundError(f"it is of the run {self.run!r:.200}")
        require_commit(self.base)
        if self.branch is not None:
            require_branch(self.branch)
        for file in self.settings.scope.agenda or ():
            require_path(file.path)


@dataclass(frozen=True, slots=True)
class _Tasks:
    """The tasks of a plan, unread."""

    tasks: list[Any]


class RunFolder:
    """The folder of one run. `path` is below the repository's state folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "logs"
        self.active = path / "active"
        self.patches = path / "patches"

    @property
    def run(self) -> str:
        return self.path.name

    def create(self, header: Header) -> None:
        """Make the folder; the header is its last part, so that one without is known to be no run yet."""
        for folder in (self.path.parent, self.path, self.logs, self.active, self.patches):
            make_folder(folder)
        crash_point("header")
        self.write_header(header)

    def delete(self) -> None:
        """Forget the run."""
        delete_what_goes(self.path)

    def why_foreign(self) -> str:
        """Say why this is no run that this user made; empty if it is one."""
        try:
            return why_foreign(self.path) or odd_in(self.path)
        except FileNotFoundError:
            return "it is gone"

    def write_header(self, header: Header) -> None:
        facts = dataclasses.asdict(dataclasses.replace(header, settings=without_secrets(header.settings)))
        self._write("run.json", {**facts, SEAL: seal_of(_sealed_bytes(facts))})

    def write_plan(self, plan: Plan, number: int = 1) -> None:
        """Write the plan of a round."""
        self._write(_plan_name(number), plan)

    def _write(self, name: str, value: Plan | dict[str, Any]) -> None:
        write_atomically(self.path / name, json.dumps(value, default=_plain).encode(), private=True)

    def read_header(self) -> Header:
        """Read the facts of the run, without secrets (see `stomper.config.stored_secrets`).

        Raises StomperError for what no run of this name would have written.
        """
        return self._read("run.json", Header, lambda header: header.require_sound(self.run))

    def is_sealed(self) -> bool:
        """Say whether this user has written the header, on this machine."""
        try:
            facts = parse_json((self.path / "run.json").read_bytes())
            return is_sealed(_sealed_bytes(facts), str(facts.get(SEAL, "")))
        except (OSError, ValueError, AttributeError):
            return False

    def read_plan(self, number: int = 1) -> Plan | None:
        """The plan of a round, None if the run ended before it had one. Raises StomperError for paths of no file."""
        name = _plan_name(number)
        return self._read(name, Plan, _require_sound_plan) if (self.path / name).exists() else None

    def count_tasks(self, rounds: Iterable[int] = ()) -> int:
        """Count the tasks of the plan, 0 before there is one, and of these later rounds; nothing else is looked at."""
        names = map(_plan_name, (1, *rounds))
        return sum(len(self._read(name, _Tasks).tasks) for name in names if (self.path / name).exists())

    def begin_round(self, number: int, tree: str, plan: Plan) -> None:
        """Note that a later round begins at a tree, with a plan of its own."""
        self.write_plan(plan, number)
        crash_point("round-planned")
        self.append("round", number=number, tree=tree)

    def read_report(self) -> dict[str, Any] | None:
        """The report as plain data, None if the run did not end. Raises StomperError for what is none."""
        return (
            self._read("report.json", dict[str, Any], require_report) if (self.path / "report.json").exists() else None
        )

    @property
    def has_plan(self) -> bool:
        return (self.path / "plan.json").exists()

    def _read(self, name: str, kind: type[T], require_sound: Callable[[T], None] = lambda _: None) -> T:
        try:
            found = _load(kind, parse_json((self.path / name).read_bytes()))
            require_sound(found)
            return found
        except (OSError, ValueError) as error:
            raise self.unreadable(name, error) from error

    def unreadable(self, name: str, error: Exception) -> StomperError:
        """The error for a file of the run that another version, or somebody else, may have written."""
        hint = f"Another version of Stomper may have written it. To forget the run, delete {self.path}"
        return StomperError(f"run {self.run} cannot be read: {self.path / name}: {error!r:.200}", hint)

    @property
    def exists(self) -> bool:
        return os.path.exists(self.path / "run.json")  # noqa: PTH110  # `Path.exists` raises for another user's folder

    def log(self, task: FixTask) -> Path:
        """The log of one file."""
        return self.logs / f"{task.index:05}.log"

    def write_log(self, task: FixTask, text: str) -> None:
        """Add to the log of one file."""
        append_text(self.log(task), log_text(text))

    def started(self, task: FixTask) -> None:
        """Count a start before it happens, so that a file which kills its run cannot do so for ever."""
        self.append("started", index=task.index, path=task.path)

    def store(self, task: FixTask, outcome: Outcome) -> Outcome:
        """Keep an outcome, its patches first. Returns it as it is kept: what it takes up is on the disk."""
        kept = _sharing(in_memory(outcome), task)
        facts = dataclasses.asdict(kept)
        if isinstance(kept, Changed):
            names = _patch_names(task, len(kept.steps), self._stored_before(task))
            steps = [self._store_step(step, name) for step, name in zip(kept.steps, names[1:], strict=True)]
            kept = dataclasses.replace(kept, patch=self._store_patch(kept.patch, names[0]), steps=tuple(steps))
            for said, name in zip((facts, *facts["steps"]), names, strict=True):
                said["patch"]["data"] = name
            crash_point("patch-stored")
        self.append("outcome", index=task.index, outcome=facts)
        return kept

    def _stored_before(self, task: FixTask) -> int:
        """Count the outcomes of a task that have patches here: none that the journal names is written over."""
        stored = (number for number in itertools.count() if not self._has_patch(_patch_names(task, 0, number)[0]))
        return next(stored)

    def _has_patch(self, name: str) -> bool:
        return (self.patches / name).exists()

    def _store_step(self, step: Step, name: str) -> Step:
        return dataclasses.replace(step, patch=self._store_patch(step.patch, name))

    def _store_patch(self, patch: Patch, name: str) -> StoredPatch:
        return store_patch(self.patches, name, patch)

    @property
    def whole_patch(self) -> Path:
        """The whole change of the run as one patch, written before it touches the user's files."""
        return self.path / "whole.patch"

    def read_whole_patch(self) -> bytes:
        return self.whole_patch.read_bytes() if self.whole_patch.exists() else b""

    def append(self, event: str, **facts: object) -> None:
        """Add one event to the journal and wait until it is on the disk."""
        self._append([{"event": event, **facts}])

    def landing(self, commits: Sequence[tuple[FixTask, str]]) -> None:
        """Note the commits that tasks are about to land as, all of them by one wait for the disk."""
        self._append([{"event": "landing", "index": task.index, "commit": commit} for task, commit in commits])

    def _append(self, entries: Sequence[Mapping[str, object]]) -> None:
        path = self.path / "journal.jsonl"
        for number in range(1, len(entries) + 1):
            crash_point("journal-torn", functools.partial(jsonl.append_torn, path, *entries[:number]))
        jsonl.append(path, *entries)

    def finish(self, exit_code: int, renderings: Mapping[str, str], **facts: object) -> None:
        """Write the report (file name -> text), and only then say that the run is over, and these facts (`History`)."""
        for name, text in renderings.items():
            write_atomically(self.path / name, text.encode(), private=True)
            crash_point("report-written")
        self.append("finished", exit_code=exit_code, at=time.time(), **facts)

    def history(self, outcomes: bool = True, plan: Plan | None = None) -> History:
        """Read the history from disk. A torn line counts as not written.

        Without `outcomes` those are left out, which for a large run is nearly all of the work; their diagnostics are
        those of the `plan` where they are the same.
        """
        path, tasks = self.path / "journal.jsonl", {task.index: task for task in (plan.tasks if plan else ())}
        if not path.exists():
            return History()
        try:
            with path.open("rb") as journal:
                history, places = _follow(journal)
                for index in history.seconds if outcomes else ():
                    outcome = self._load_outcome(jsonl.entry_at(journal, places[index])["outcome"])
                    history.outcomes[index] = _sharing(outcome, tasks.get(index))
            return history
        except (AttributeError, KeyError, TypeError, ValueError, OSError) as error:
            raise self.unreadable("journal.jsonl", error) from error

    def _load_outcome(self, facts: dict[str, Any]) -> Outcome:
        if "patch" in facts:
            for said in (facts, *facts.get("steps", ())):
                said["patch"] = self._find_patch(said["patch"])
        kind: type[Outcome] = Outcome  # type: ignore[assignment]  # mypy has no type for "the form of a union"
        outcome = _load(kind, facts)
        _require_sound_outcome(outcome)
        return outcome

    def _find_patch(self, facts: dict[str, Any]) -> StoredPatch:
        return find_patch(self.patches, facts["data"], _load(tuple[Blob, ...], facts["blobs"]))


def _follow(journal: BinaryIO) -> tuple[History, dict[int, int]]:
    """Take up the events of a journal. Returns also where in it the last outcome of each task begins."""
    history, places = History(), dict[int, int]()
    for place, entry in jsonl.entries(journal):
        event = entry.pop("event")
        history.add(event, entry)
        if event == "outcome":
            places[entry["index"]] = place
    return history, places


def _plan_name(number: int) -> str:
    return "plan.json" if number == 1 else f"plan-{number}.json"


def _patch_names(task: FixTask, steps: int, before: int) -> list[str]:
    """Name the files of the patches of an outcome: of the whole, and of each step; so many outcomes were `before`."""
    again = f".again-{before}" if before else ""
    return [f"{task.index:05}{again}{part}.patch" for part in ("", *(f".step-{number}" for number in range(steps)))]


def _patches_of(outcome: Changed) -> list[Patch]:
    return [outcome.patch, *(step.patch for step in outcome.steps)]


def _sharing(outcome: Outcome, task: FixTask | None) -> Outcome:
    """The outcome with the very diagnostics of its task, where it has the same: a run has them once."""
    if task is None or outcome.before != task.diagnostics:
        return outcome
    return dataclasses.replace(outcome, before=task.diagnostics)


def _plain(value: Any) -> object:
    """Give what JSON has not: a set as a list; a dataclass as its fields, one after the other as they are written."""
    if isinstance(value, frozenset):
        return sorted(value)
    assert dataclasses.is_dataclass(value), f"{type(value)} is not for the disk"
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _sealed_bytes(facts: Mapping[str, Any]) -> bytes:
    return json.dumps({key: value for key, value in facts.items() if key != SEAL}, sort_keys=True).encode()


def _require_sound_plan(plan: Plan) -> None:
    """Raises UnsoundError for a plan that names anything but files of the repository."""
    for path in (*plan.paths, *(task.path for task in plan.tasks), *(skipped.path for skipped in plan.skipped)):
        require_path(path)
    for task in plan.tasks:
        for diagnostic in (*task.diagnostics, *task.others):
            require_path(diagnostic.path)


def _require_sound_outcome(outcome: Outcome) -> None:
    """Raises UnsoundError for an outcome of anything but files of the repository."""
    require_path(outcome.path)
    patches = _patches_of(outcome) if isinstance(outcome, Changed) else []
    for blob in (blob for patch in patches for blob in patch.blobs):
        require_path(blob.path)
        if blob.id is not None:
            require_commit(blob.id)


def _load(kind: type[T], facts: Any) -> T:
    form: Any = kind  # mypy takes a type that may be a union for one without a hash
    loaded: T = _adapter(form).validate_python(facts)
    return loaded


@functools.cache
def _adapter(kind: Any) -> "pydantic.TypeAdapter[Any]":
    """Make the reader of a type, once: it takes 20 ms, which each run of a repository would pay again."""
    import pydantic

    return pydantic.TypeAdapter(kind)
