"""A run on disk: what it was told, its plan, what happened so far, patches, logs, the report.

It lies in the git directory, so the working tree stays clean. Whatever kills the run leaves a
readable prefix: files are replaced in one step, the journal only grows, and each state change is on
the disk before the next step is taken.
"""

import dataclasses
import functools
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from stomper.config.stored_secrets import without_secrets
from stomper.disk import jsonl
from stomper.disk.atomic_write import write_atomically
from stomper.disk.parse import parse_json
from stomper.disk.private_files import append_text, make_folder, odd_in, open_private, why_foreign
from stomper.disk.remove_trees import delete_what_goes
from stomper.disk.validate import PATCH, UnsoundError, is_run, require_branch, require_commit, require_path
from stomper.errors import StomperError
from stomper.journal.history import History
from stomper.journal.seal import is_sealed, seal_of
from stomper.models import Changed, FixTask, Outcome, Plan
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

    def write_plan(self, plan: Plan) -> None:
        self._write("plan.json", dataclasses.asdict(plan))

    def _write(self, name: str, value: dict[str, Any]) -> None:
        write_atomically(self.path / name, json.dumps(value, default=_in_order).encode(), private=True)

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

    def read_plan(self) -> Plan | None:
        """The plan, None if the run ended before it had one. Raises StomperError for paths of no file here."""
        return self._read("plan.json", Plan, _require_sound_plan) if self.has_plan else None

    def read_report(self) -> dict[str, Any] | None:
        """The report as plain data, None if the run did not end."""
        return self._read("report.json", dict[str, Any]) if (self.path / "report.json").exists() else None

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

    def store(self, task: FixTask, outcome: Outcome) -> None:
        """Keep an outcome, its patch first."""
        facts = dataclasses.asdict(outcome)
        if isinstance(outcome, Changed):
            for number, step in enumerate(outcome.steps):
                facts["steps"][number]["patch"]["data"] = self._store_patch(task, step.patch.data, f".step-{number}")
            facts["patch"]["data"] = self._store_patch(task, outcome.patch.data)
            crash_point("patch-stored")
        self.append("outcome", index=task.index, outcome=facts)

    def _store_patch(self, task: FixTask, data: bytes, part: str = "") -> str:
        path = self.patches / f"{task.index:05}{part}.patch"
        write_atomically(path, data, private=True)
        return path.name

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

    def finish(self, exit_code: int, renderings: Mapping[str, str], held: bool = False, judged: bool = False) -> None:
        """Write the report (file name -> text), and only then say that the run is over, or `held`.

        `judged` says that the gate has spoken, whatever the exit code.
        """
        for name, text in renderings.items():
            write_atomically(self.path / name, text.encode(), private=True)
            crash_point("report-written")
        self.append("finished", exit_code=exit_code, held=held, judged=judged)

    def history(self, outcomes: bool = True) -> History:
        """Read the history from disk. A torn line counts as not written.

        Without `outcomes` those are left out, which for a large run is nearly all of the work.
        """
        history = History()
        for entry in self._entries():
            try:
                event = entry.pop("event")
                if event == "outcome":
                    if not outcomes:
                        continue
                    history.outcomes[entry["index"]] = self._load_outcome(entry["outcome"])
                else:
                    history.add(event, entry)
            except (AttributeError, KeyError, TypeError, ValueError, OSError) as error:
                raise self.unreadable("journal.jsonl", error) from error
        return history

    def _entries(self) -> list[dict[str, Any]]:
        path = self.path / "journal.jsonl"
        entries = []
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                entries.append(parse_json(line))
            except ValueError:
                continue  # torn by a kill; what a resumed run wrote follows
        return entries

    def _load_outcome(self, facts: dict[str, Any]) -> Outcome:
        if "patch" in facts:
            for patch in (facts["patch"], *(step["patch"] for step in facts.get("steps", ()))):
                patch["data"] = self._patch(patch["data"])
        kind: type[Outcome] = Outcome  # type: ignore[assignment]  # mypy has no type for "the form of a union"
        outcome = _load(kind, facts)
        _require_sound_outcome(outcome)
        return outcome

    def _patch(self, name: str) -> bytes:
        """The bytes of a patch by its name, which is never a path."""
        if not PATCH.fullmatch(name):
            raise UnsoundError(f"{name!r:.200} is no patch of the run")
        with os.fdopen(open_private(self.patches / name, os.O_RDONLY), "rb") as file:
            return file.read()


def _in_order(value: object) -> list[str]:
    """A set, which JSON has not, as a list."""
    assert isinstance(value, frozenset), f"{type(value)} is not for the disk"
    return sorted(value)


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
    patches = [outcome.patch, *(step.patch for step in outcome.steps)] if isinstance(outcome, Changed) else []
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
