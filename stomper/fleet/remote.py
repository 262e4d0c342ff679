"""Have a repository fixed by a machine of a cluster, and bring the result into the repository here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.cluster.connection import ClusterError, Connection
from stomper.cluster.errands import Answer, Errands
from stomper.cluster.on_worker import attend
from stomper.disk.atomic_write import write_atomically
from stomper.disk.parse import parse_json
from stomper.disk.private_files import append_text
from stomper.errors import StomperError
from stomper.fleet.call import ARRIVED, LOG, REPORT
from stomper.fleet.fix_one import Worker, conclude, fix_words, with_notes
from stomper.fleet.folder import FleetFolder
from stomper.fleet.model import Terms
from stomper.fleet.orders import OrderError, make_order
from stomper.fleet.prepare import Ready
from stomper.fleet.purse import Allowance
from stomper.fleet.result import Result
from stomper.git.commits import fast_forward, is_ancestor, move_ref, read_ref
from stomper.git.parcels import Parcel, has_changes, unpack
from stomper.git.repository import Head, Repository, open_repository, read_head, require_identity, require_quiet
from stomper.git.trees import dirty_paths
from stomper.git.worktrees import changed_blobs
from stomper.landing.checkout_moves import broken_filter
from stomper.process.crash import crash_point
from stomper.process.supervised import Ended
from stomper.text.printable import one_line, printable
from stomper.version import version_text

STATION = "repository"
NONE = "0" * 40


class BringError(StomperError):
    """The result of a repository cannot be brought into it."""


@dataclass
class RemoteWorker:
    """What fixes repositories on a cluster. What was begun on this machine before, it goes on with on this machine."""

    here: Worker
    terms: Terms
    connection: Connection
    broken: ClusterError | None = None
    errands: Errands = field(init=False)

    def __post_init__(self) -> None:
        self.errands = Errands(self.connection, self.stop)

    @property
    def folder(self) -> FleetFolder:
        return self.here.folder

    def stop(self) -> int:
        """Give the number of requests to stop; one also if there is no cluster any more."""
        return self.here.stop() or int(self.broken is not None)

    def fix(self, ready: Ready, share: int, allowed: Allowance) -> Result | None:
        """Fix one repository, `share` files at once. None if that was stopped, and can be taken up again."""
        if ready.report is not None or ready.run:
            return self.here.fix(ready, share, allowed)
        place = self.folder.of(ready.entry.name)
        try:
            arrived = read_arrived(place) or self._sent(ready, share, allowed, place)
        except ClusterError as error:
            self.broken = self.broken or error
            return None
        if arrived is None:
            return None
        ended = Ended(arrived["returncode"], arrived["seconds"], arrived["late"])
        bring(ready, arrived)
        return with_notes(conclude(ready, place, ended), ready)

    def _sent(self, ready: Ready, share: int, allowed: Allowance, place: Path) -> dict[str, Any] | None:
        """Have it done elsewhere. What arrives is whole on the disk before it is given."""
        (place / REPORT).unlink(missing_ok=True)
        repository, head = _to_send(ready)
        words = tuple(fix_words(ready, share, self.here.trust, allowed))
        answer = self._answer(ready, repository, head, words, allowed)
        if answer is None:
            return None
        if answer.facts.get("log"):
            append_text(place / LOG, answer.facts["log"])
        if answer.kind != "done":
            raise StomperError(f"{one_line(str(answer.facts['reason']))} (on {answer.facts['worker']})")
        return keep(answer, repository, head, place)

    def _answer(
        self, ready: Ready, repository: Repository, head: Head, words: tuple[str, ...], allowed: Allowance
    ) -> Answer | None:
        """Ask a worker; one that cannot fetch the repository gets it sent."""
        answer = None
        for sent in (False, True):
            order, pack = make_order(ready, repository, head, self.terms, words, allowed, sent)
            answer = self.errands.run(attend, STATION, version_text(), self.errands.topic, order.to_bytes(), pack)
            if answer is None or answer.kind != "unreachable":
                break
        return answer


def _to_send(ready: Ready) -> tuple[Repository, Head]:
    """Give the repository, and what is checked out. Raises StomperError if that is not all that there is."""
    repository = open_repository(ready.top)
    require_quiet(repository)
    require_identity(repository)
    if ready.entry.in_place and has_changes(repository.top):
        raise OrderError("it has uncommitted changes, which no worker has: commit them, or work in a clone (--clones)")
    return repository, read_head(repository)


def keep(answer: Answer, repository: Repository, head: Head, place: Path) -> dict[str, Any]:
    """Have what arrived on the disk: its objects in the repository, its report, and last a note that all is there."""
    facts = answer.facts
    if facts["tip"] != head.commit:
        unpack(repository.top, repository.common, Parcel(answer.pack), facts["tip"], head.commit)
        if not is_ancestor(repository.top, head.commit, facts["tip"]):
            raise BringError("what came from the worker does not stand on the commit that was sent")
    if facts["report"] is not None:
        report = json.dumps(_as_here(facts["report"], repository.top))
        write_atomically(place / REPORT, report.encode(), private=True)
    names = ("returncode", "seconds", "late", "branch", "tip", "worker")
    note = {**{name: facts[name] for name in names}, "base": head.commit}
    write_atomically(place / ARRIVED, json.dumps(note).encode(), private=True)
    crash_point("fleet-arrived")
    return note


def _as_here(report: Mapping[str, Any], top: Path) -> dict[str, Any]:
    """Give the report of a run elsewhere: of this repository, without the names of files that are not here."""
    rows = [{key: value for key, value in row.items() if key not in ("patch", "log")} for row in report["files"]]
    return {**report, "repository": str(top), "files": rows}


def read_arrived(place: Path) -> dict[str, Any] | None:
    """Read the note of what arrived, and was perhaps not brought into its repository; None if there is none."""
    try:
        found = parse_json((place / ARRIVED).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def bring(ready: Ready, arrived: Mapping[str, Any]) -> None:
    """Bring what arrived to the branch that it is for; nothing is done if it is there.

    Raises StomperError if the repository is not any more as it was sent.
    """
    top, tip, base = ready.top, str(arrived["tip"]), str(arrived["base"])
    repository = open_repository(top)
    head = read_head(repository)
    branch = str(arrived["branch"]) or head.branch
    if branch == head.branch:
        if head.commit != base and not is_ancestor(top, tip, head.commit):
            raise BringError(f"it was changed in the meantime: {head.commit[:12]} is checked out")
        if tip != base and head.commit == base:
            require_free(repository, head, tip)
            fast_forward(top, tip, head.branch, f"stomper: from {arrived['worker']}")
    elif tip != base:
        _to_branch(top, str(branch), tip)
    crash_point("fleet-brought")


def require_free(repository: Repository, head: Head, tip: str) -> None:
    """Raises StomperError for what git would find out half-way, or pass over, in moving the checkout to `tip`.

    Hours may have gone by: a merge may be under way, a filter may fail, files may be deleted that the result changes.
    """
    require_quiet(repository)
    mine = dirty_paths(repository.top) & {blob.path for blob in changed_blobs(repository.top, head.commit, tip)}
    names = ", ".join(map(printable, sorted(mine)))
    if problem := broken_filter(repository, head, tip) or (f"{names} changed in the meantime" if mine else ""):
        raise BringError(problem)


def _to_branch(top: Path, branch: str, tip: str) -> None:
    """Have another branch than that which is checked out at a commit."""
    old = read_ref(top, branch)
    if old == tip:
        return
    if old is not None and not is_ancestor(top, old, tip):
        raise BringError(f"the branch {printable(branch)} is somewhere else already")
    move_ref(top, branch, tip, old or NONE)
