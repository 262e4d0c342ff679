"""The work of a worker process: one task in, one outcome out, whatever happens.

Module-level and picklable; the parent's settings arrive with the job, nothing is read again here.
"""

import dataclasses
import functools
import hashlib
import json
import math
import os
import time
import traceback
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stomper import process
from stomper.checkers import Checker
from stomper.checkers.base import only_reads
from stomper.checkers.caches import cool_caches, warm_caches
from stomper.checkers.keeper import end_staying, taken_notes
from stomper.config.stored_secrets import secrets_of
from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import append_text
from stomper.fixers import Fixer, fixers_for
from stomper.fixers.annotations.surroundings import Surroundings
from stomper.fixers.base import is_ours
from stomper.formatters.staying import end_formatters
from stomper.git.command import hold_back
from stomper.language_servers.keeping import kept_on
from stomper.language_servers.keeping import taken_notes as notes_of_servers
from stomper.models import INTERRUPTED, Changed, Failed, FixTask, Outcome, Skipped, Timing
from stomper.process import mounts
from stomper.process.crash import crash_point
from stomper.project.environment import Project
from stomper.proof.by_types import prover_of
from stomper.proof.grader import Grader
from stomper.settings import Settings
from stomper.text.machine_errors import in_words
from stomper.text.printable import log_text
from stomper.text.redact import hidden, remember, secrets_in_variables
from stomper.worker.chain import Chain
from stomper.worker.checkout_watch import Watch
from stomper.worker.conclude import ChainResult, judge
from stomper.worker.formatting import Formatting
from stomper.worker.proofs import Proofs
from stomper.worker.server_home import ServerHome
from stomper.workspace.ladder import FRESH, Rung
from stomper.workspace.shelf import TASK, WORKSHOP, Shelf
from stomper.workspace.worktree import Site, Worktree

if TYPE_CHECKING:
    from stomper.formatters.formatter import Formatter
    from stomper.learning.records import Record
    from stomper.project_tests.line_record import LineRecord
    from stomper.project_tests.per_file import Tester

SHOWN = 3
REFUSED = "refused-"
UNFORMATTED = "unformatted-"


def refusals(site: Site) -> list[str]:
    """Say why workers could not have the worktrees that the run was to have."""
    return sorted({note.read_text() for note in site.folder.glob(f"{REFUSED}*")})


def refusing_formatters(site: Site) -> list[str]:
    """Say which formatters refused to format files that are right, and why."""
    return sorted({note.read_text() for note in site.folder.glob(f"{UNFORMATTED}*")})


@dataclass(frozen=True, slots=True)
class Job:
    """The things that all tasks of a run share.

    `project` says what a worktree needs beside its files. `logs` and `active` are folders: a log per
    task, a note per task in flight. A `tester` judges each fixed file by tests; None if only the
    whole is tested. Worktrees are made as `rung` says, of a `frozen` tree of the base if there is one. Agents'
    programs are kept in by `sandbox`; without one `watch` tells where they have been. The programs of other fixers are
    started in `room`, if there is one. `learned` is what earlier runs say of agents, and decides which is asked first;
    the guesses of a fixer at a code that `broke` tests in them are made last, and alone.
    Nothing is begun after the `deadline` of the monotonic clock. git goes by `held_back` before all other settings.
    `record` says which tests run which lines. Files that the `formatters` leave alone as they are stay so.
    """

    site: Site
    base: str
    settings: Settings
    project: Project
    checkers: tuple[Checker, ...]
    fixers: tuple[Fixer, ...]
    logs: Path
    active: Path
    tester: "Tester | None" = None
    sandbox: "process.Sandbox | None" = None
    watch: Watch | None = None
    room: "process.Room | None" = None
    learned: "tuple[Record, ...]" = ()
    broke: frozenset[tuple[str, str]] = frozenset()
    deadline: float = math.inf
    held_back: tuple[tuple[str, str], ...] = ()
    rung: Rung = FRESH
    frozen: Path | None = None
    record: "LineRecord | None" = None
    formatters: "tuple[Formatter, ...]" = ()


_job: Job | None = None
_trees: Shelf | None = None
_home: ServerHome | None = None


def start_worker(job: Job) -> None:
    """Prepare this process, which has no threads yet, for the tasks of a job."""
    global _job, _trees, _home
    _job, _trees = job, own_trees(job)
    _home = ServerHome(_trees, job.base, job.project)
    hold_back(job.held_back)
    remember(secrets_of(job.settings, process.variable))
    remember(secrets_in_variables(process.user_variables()))


def fix_in_worker(task: FixTask) -> Outcome:
    """`fix_file` for the job this worker was started with."""
    assert _job is not None, "start_worker has not run"
    assert _trees is not None, "it is set with the job"
    return fix_file(_job, task, _trees, _home)


def own_trees(job: Job) -> Shelf:
    """Give the worktrees of this worker process, which has no second thread yet.

    If it gets no mount namespace although the parent could have one, it has worktrees of the next rung, and notes why.
    """
    rung = job.rung
    if rung.mode == "overlay":
        try:
            mounts.enter_namespace()
        except OSError as error:
            rung = Rung("recycled")
            (job.site.folder / f"{REFUSED}{os.getpid()}").write_text(error.strerror or str(error))
    return Shelf(job.site, rung, f"worker-{os.getpid()}-", job.frozen, light=_keep_to_the_file(job))


def fix_file(job: Job, task: FixTask, trees: Shelf | None = None, home: ServerHome | None = None) -> Outcome:
    """Work one task in a worktree of its own, from `trees`, or a fresh one; language servers are kept in their `home`.

    Never raises: what goes wrong is a `failed` outcome.
    """
    began = time.monotonic()
    log = TaskLog(job.logs / f"{task.index:05}.log")
    note = job.active / f"{task.index}.json"
    try:
        with nullcontext(trees) if trees else closing(Shelf(job.site, FRESH, f"{task.index}-")) as shelf:
            own = home or ServerHome(shelf, job.base, job.project)
            with nullcontext() if home else closing(own), kept_on(own.place):
                outcome = _work(job, task, shelf, began, log, note)
            shelf.forget()
    except BaseException as error:
        log(traceback.format_exc())
        outcome = _went_wrong(task, error, _timing(began))
    outcome = without_secrets(outcome)
    note.unlink(missing_ok=True)
    log.close(keep=outcome.status != "fixed")
    crash_point("worker-done")
    return outcome


def _went_wrong(task: FixTask, error: BaseException, timing: Timing) -> Outcome:
    """Make the outcome of a task that ended by an exception. A task that was told to stop is not to blame."""
    if process.stop_due():
        return Skipped(path=task.path, before=task.diagnostics, reason=INTERRUPTED)
    if isinstance(error, OSError):
        return Failed(path=task.path, before=task.diagnostics, timing=timing, reason=in_words(error).message)
    reason, trace = str(error) or type(error).__name__, hidden(traceback.format_exc())
    return Failed(path=task.path, before=task.diagnostics, timing=timing, reason=reason, trace=trace)


def without_secrets(outcome: Outcome) -> Outcome:
    """The outcome in whose words nobody finds a secret."""
    attempts = tuple(dataclasses.replace(attempt, detail=hidden(attempt.detail)) for attempt in outcome.attempts)
    return dataclasses.replace(outcome, reason=hidden(outcome.reason), attempts=attempts)


def _work(job: Job, task: FixTask, trees: Shelf, began: float, log: "TaskLog", note: Path) -> Outcome:
    with ExitStack() as stack:
        tree = stack.enter_context(trees.open(str(task.index), job.base, TASK))
        stack.callback(end_staying, tree.root)  # before its files go
        if job.room is not None:
            stack.callback(end_formatters)
        formatting = Formatting(tree, task.path, job.formatters, job.room)
        stack.callback(lambda: _note_refused(job, formatting.refused))
        job.project.prepare(tree)
        warm_caches(job.site.warm, tree.scratch)
        stack.callback(cool_caches, tree.scratch)
        announce = _announcer(note, task, began)
        workshop = functools.cache(lambda: _open_workshop(job, task, trees, stack))
        shown = job.sandbox, job.watch, workshop, job.room
        said = job.settings.proof, prover_of(job.checkers), job.record, _around(job), job.settings.unsafe_fixes
        grader = Grader(*said)
        settings = job.settings.for_path(task.path)
        fixers = ordered(fixers_for(task.path, job.fixers, job.settings), task, job.learned)

        def work(within: Collection[str] | None) -> ChainResult:
            proofs = Proofs(grader, tree, task.path, job.broke)
            chain = Chain(tree, task, job.checkers, settings, log, announce, *shown, within, proofs, formatting)
            crash_point("worker-fix")
            done = chain.run(fixers)
            log("\n".join((*taken_notes(), *notes_of_servers())))
            crash_point("worker-fixed")
            return done

        done = work((task.path,)) if _keep_to_the_file(job) else work(None)
        if not _is_proved(tree, done, job):
            tree.restore({})
            done = work(None)
        outcome = judge(task, done, _timing(began))
        if job.tester is None or not isinstance(outcome, Changed):
            return outcome
        announce("tests", len(done.attempts))
        tree.restore(done.content)
        from stomper.worker.drop_parts import Trial  # which few runs need

        trial = Trial(task, tree, job.tester, job.checkers, functools.partial(_timing, began), log, formatting)
        return trial.outcome_of(outcome)


def _note_refused(job: Job, words: Sequence[str]) -> None:
    """Let the parent know of formatters that refuse to format what is right."""
    for text in words:
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        (job.site.folder / f"{UNFORMATTED}{name}").write_text(text)


def _around(job: Job) -> Surroundings:
    return Surroundings(job.project.python, job.project.roots)


def _keep_to_the_file(job: Job) -> bool:
    """Say whether nothing that is done to a file can reach another one: all of it is ours, or only reads.

    Then the other files need not be looked at after each step. They are once, at the end.
    """
    return all(map(is_ours, job.fixers)) and all(map(only_reads, job.checkers))


def _is_proved(tree: Worktree, done: ChainResult, job: Job) -> bool:
    """Say whether there is in the worktree what the chain has come to, and nothing else."""
    if not _keep_to_the_file(job):
        return True  # it was looked at whole after each step
    changed, more = tree.contents.compare(done.content)
    if not changed and not more:
        tree.contents.vouch()
    return not changed and not more


def _open_workshop(job: Job, task: FixTask, trees: Shelf, stack: ExitStack) -> Worktree:
    """A second worktree for the task, for fixers that are not ours; made when the first of them is tried."""
    tree = stack.enter_context(trees.open(f"{task.index}-workshop", job.base, WORKSHOP))
    job.project.without_private().prepare(tree)
    return tree


def ordered(fixers: Sequence[Fixer], task: FixTask, learned: "Sequence[Record]") -> list[Fixer]:
    """The chain for one file: the agents in it change places by what is known of them and of the file's codes."""
    agents = [fixer.name for fixer in fixers if fixer.learns]
    if not learned or len(agents) < 2:
        return list(fixers)
    from stomper.learning.ranking import in_order  # which few runs need

    by_name = {fixer.name: fixer for fixer in fixers}
    order = iter(in_order(agents, learned, {(d.tool, d.code) for d in task.diagnostics}))
    return [by_name[next(order)] if fixer.learns else fixer for fixer in fixers]


def _announcer(note: Path, task: FixTask, began: float) -> Callable[[str, int], None]:
    """Writes, for `stomper status`, what this worker is doing now."""
    started = time.time() - (time.monotonic() - began)

    def announce(fixer: str, attempt: int) -> None:
        facts = {"path": task.path, "pid": os.getpid(), "started": started, "fixer": fixer, "attempt": attempt}
        write_atomically(note, json.dumps(facts).encode(), durable=False, private=True)

    return announce


def _timing(began: float) -> Timing:
    return Timing(began, time.monotonic(), os.getpid())


class TaskLog:
    """A log file of one task, made when there is something to say, kept only if it is wanted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, text: str) -> None:
        if text:
            append_text(self.path, log_text(text))

    def close(self, keep: bool) -> None:
        if not keep:
            self.path.unlink(missing_ok=True)
