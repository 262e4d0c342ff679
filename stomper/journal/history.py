"""Read the history of a run from the events of its journal."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stomper.disk.validate import require_branch, require_commit
from stomper.errors import EXIT_INTERRUPTED, EXIT_UNTRUSTED
from stomper.models import Outcome

FIGURES = ("before", "fixed", "suppressed", "would_fix")
"""The diagnostics that a run found, and how many of them it fixed, silenced by comments, and would fix if not dry."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The delivery of a run's result: the `ref` moved from `old` to `new`, or (no commit) only files changed.

    `old` is 40 zeros where the ref did not exist. `kept` says that git would not take it and the
    run's own ref still has it.
    """

    ref: str
    old: str
    new: str
    kept: bool
    commit: bool

    def require_sound(self) -> None:
        """Raises UnsoundError for what no delivery would have written."""
        require_commit(self.old)
        require_commit(self.new)
        if self.ref != "HEAD" and not self.kept:
            require_branch(self.ref)


@dataclass(slots=True)
class History:
    """The events of a run by its journal.

    `outcomes` and `commits` are by task index; `seconds` says of each task with an outcome how long it took, None if
    nobody knows. `starts` counts the interrupted sessions that started each task.
    `branch_before` is the branch's commit before the delivery, `undone` says that the delivery was taken back.
    `exit_code` is None if the run did not end. `held`: a budget or a provider's limits kept it from some files.
    `judged`: the gate has given its verdict. `learned` are the tasks whose attempts are recorded. `rounds` are the
    later rounds, each with the tree that it begins at; `last` is the highest index of any task, -1 for none. `heads`
    are commits that all tasks led to, where a later one than their own was made.
    `changed` are the tasks whose outcome changes their file, by path; `delivered_tasks` those of which the user has the
    outcome. `undelivered` says why a result that can be trusted was not delivered, `waiting` how many files of it wait,
    None if the run did not end.
    `ended` is when it ended last (seconds since 1970), `spent` how long its sessions worked, None if they did not say;
    `figures` are the numbers of its report (`FIGURES`), of diagnostics.
    `edited` is no event: the files that the user has changed since the run was cut off.
    """

    starts: Counter[int] = field(default_factory=Counter)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    seconds: dict[int, float | None] = field(default_factory=dict)
    commits: dict[int, str] = field(default_factory=dict)
    branch_before: str | None = None
    delivered: Delivered | None = None
    undone: bool = False
    exit_code: int | None = None
    held: bool = False
    judged: bool = False
    ended: float | None = None
    spent: float | None = None
    figures: dict[str, int] = field(default_factory=dict)
    learned: set[int] = field(default_factory=set)
    records: int = 0
    rounds: dict[int, str] = field(default_factory=dict)
    last: int = -1
    heads: set[str] = field(default_factory=set)
    changed: dict[int, str] = field(default_factory=dict)
    delivered_tasks: frozenset[int] = frozenset()
    undelivered: str = ""
    waiting: int | None = None
    edited: frozenset[str] = frozenset()
    _begun: set[int] = field(default_factory=set)

    @property
    def made(self) -> frozenset[str]:
        """The commits that the run has made."""
        return frozenset({*self.commits.values(), *self.heads})

    @property
    def resumable(self) -> bool:
        """Return whether there is work left: the run was cut off, has no verdict, is held, or was not delivered."""
        return self.cut_off or (bool(self.held or self.undelivered) and not self.undone)

    @property
    def files_waiting(self) -> int:
        """The number of changed files that the user does not have, if the run was to be delivered."""
        if self.waiting is not None:
            return self.waiting
        had = {path for index, path in self.changed.items() if index in self.delivered_tasks}
        return len(set(self.changed.values()) - had)

    @property
    def cut_off(self) -> bool:
        return self.exit_code in (None, EXIT_INTERRUPTED) or (self.exit_code == EXIT_UNTRUSTED and not self.judged)

    def add(self, event: str, entry: dict[str, Any]) -> None:
        """Take up one event; one that is not known (of a later version) changes nothing."""
        self.last = max(self.last, entry.get("index", -1))
        match event:
            case "round":
                require_commit(entry["tree"])
                self.rounds[int(entry["number"])] = entry["tree"]  # it becomes the name of a file
            case "started":
                self._count_start(entry["index"])
            case "outcome":
                timing = entry["outcome"].get("timing")
                self.seconds[entry["index"]] = timing and float(timing["finished"] - timing["started"])
                self._change(entry["index"], entry["outcome"])
            case "landing":
                require_commit(entry["commit"])
                self.commits[entry["index"]] = entry["commit"]
            case "written":
                require_commit(entry["head"])
                self.heads.add(entry["head"])
            case "delivering":
                require_commit(entry["old"])
                self.branch_before = self.branch_before or entry["old"]
            case "delivered":
                self.delivered, self.undone = Delivered(**entry), False
                self.delivered.require_sound()
                self.delivered_tasks = frozenset() if self.delivered.kept else frozenset(self.changed)
            case "undone" | "redone":
                self.undone = event == "undone"
                self.delivered_tasks = frozenset() if self.undone else frozenset(self.changed)
            case "finished":
                self._finish(entry)
            case "resumed":
                self.exit_code = self.waiting = None
                self.undelivered = ""
                self.delivered = None if self.delivered and self.delivered.kept else self.delivered
                self._begun.clear()
            case "learned":
                self.learned, self.records = set(self.seconds), self.records + 1
            case "rebased":
                self.starts, self.seconds, self.commits, self.learned = Counter(), {}, {}, set()
                self.rounds, self.heads = {}, set()
                self.branch_before = self.delivered = None
                self.changed, self.delivered_tasks = {}, frozenset()
            case _:
                pass

    def _finish(self, entry: dict[str, Any]) -> None:
        self.exit_code, self.held = entry["exit_code"], bool(entry.get("held"))
        kept = self.delivered is not None and self.delivered.kept
        # Earlier versions did not write down why.
        self.undelivered = str(entry.get("undelivered", "git would not take it" if kept else ""))
        self.judged = bool(entry.get("judged"))
        self.waiting = int(entry["waiting"]) if "waiting" in entry else None
        self.starts.clear()  # a session that came to its end was not killed by a file
        self.ended = float(entry["at"]) if "at" in entry else None
        self.spent = (self.spent or 0.0) + float(entry["seconds"]) if "seconds" in entry else self.spent
        self.figures = {name: int(count) for name, count in entry.get("figures", {}).items() if name in FIGURES}

    def _change(self, index: int, outcome: Mapping[str, Any]) -> None:
        """Note whether an outcome, the last one of its task so far, changes the file."""
        self.changed.pop(index, None)
        if "patch" in outcome:
            self.changed[index] = outcome["path"]

    def _count_start(self, index: int) -> None:
        """A file that is begun again after a worker's death has been in flight in one session all the same."""
        if index not in self._begun:
            self._begun.add(index)
            self.starts[index] += 1
