"""Carry a cut-off run over to a HEAD that has moved since: in object space, and checked again."""

import contextlib
import dataclasses
from collections.abc import Mapping, Set

from stomper.errors import GitError
from stomper.git.commit_stream import CommitStream
from stomper.git.trees import Entry, tree_entries
from stomper.journal.history import History
from stomper.journal.stored_patch import in_memory
from stomper.landing.shares import parts_of
from stomper.models import (
    Blob,
    Changed,
    Diagnostic,
    FixTask,
    Outcome,
    Patch,
    Plan,
    Step,
    Unchanged,
    count_keys,
    left_of,
)
from stomper.plan.baseline_file import read_entries
from stomper.plan.select_files import select_files
from stomper.plan.tasks import beyond, plan_tasks
from stomper.process.interrupts import Interrupts
from stomper.run.layouts import Layouts
from stomper.run.row import FILE_MODES
from stomper.run.session import Run
from stomper.run.set_up import SetUp
from stomper.run.survey import check_base, check_commit, known_of
from stomper.units.division import LayoutOf
from stomper.worker.conclude import conclude

CONFLICT = "the file was changed since in the same places; its fix no longer applies"
NOT_BETTER = "with what was changed since, its fix does not hold"
UNFORMATTED = "with what was changed since, the file cannot be formatted any more"


def rebase_run(run: Run, old_base: str, plan: Plan, history: History) -> tuple[Plan, History]:
    """Plan and history of a run that was based on `old_base`, for the base that it has now.

    A file that nobody touched keeps what was made of it. One that was touched keeps its patch if that merges
    (3-way) and the checkers still find it better; a patch that does not is `rejected`. Everything
    else is planned anew, from what the checkers find now. Written to the run's folder.
    """
    before, after = (tree_entries(run.repository.top, commit) for commit in (old_base, run.base))
    fresh = plan_again(run, plan)
    index = run.set_up.site.folder / "rebase-index"
    with (
        contextlib.closing(CommitStream(run.repository.top, index)) as stream,
        contextlib.closing(Layouts(run.set_up)) as layouts,
    ):
        kept = carried(run, stream, plan, fresh, history, (before, after), layouts.of)
        outcomes = {place: in_memory(outcome) for place, outcome in kept}
    # In this order: whatever is cut off between, a later resume finds HEAD moved and rebases again.
    run.folder.append("rebased", base=run.base)
    run.folder.write_plan(fresh)
    run.folder.write_header(run.header)
    for task in fresh.tasks:
        if task.index in outcomes:
            outcomes[task.index] = run.folder.store(task, outcomes[task.index])
    learned = set(outcomes) if history.learned else set[int]()
    if learned:
        run.folder.append("learned")  # what was taken over is recorded already
    return fresh, History(outcomes=outcomes, learned=learned, records=history.records + bool(learned))


def plan_again(run: Run, plan: Plan) -> Plan:
    """Plan the run's own files on the new base commit, in which they have other places."""
    selection, mine = select_files(run.repository, run.base, run.settings, ()), frozenset(plan.paths)
    paths = tuple(path for path in selection.paths if path in mine)
    selection = dataclasses.replace(selection, paths=paths)
    entries = read_entries(run.repository.top, run.settings.baseline)
    found = check_base(run, paths).found
    return plan_tasks(found, selection, run.settings, known_of(run.repository, run.base, found, entries))


def carried(
    run: Run,
    stream: CommitStream,
    old: Plan,
    fresh: Plan,
    history: History,
    trees: tuple[Mapping[str, Entry], Mapping[str, Entry]],
    layout_of: LayoutOf,
) -> list[tuple[int, Outcome]]:
    """The outcomes that can be taken over, by place in the fresh plan."""
    before, after = trees
    known = {task.path: history.outcomes[task.index] for task in old.tasks if task.index in history.outcomes}
    models = frozenset(fixer.name for fixer in run.set_up.fixers if fixer.learns)
    results: list[tuple[int, Outcome]] = []
    for task in fresh.tasks:
        outcome = known.get(task.path)
        if outcome is None or _may_be_changed_now(outcome, models):
            continue
        if before.get(task.path) == after.get(task.path):
            results.append((task.index, outcome))
        elif isinstance(outcome, Changed):
            results.append((task.index, merged(run.set_up, stream, run.interrupts, task, outcome, layout_of)))
    return results


def _may_be_changed_now(outcome: Outcome, models: Set[str]) -> bool:
    """Say whether a file may win by what was changed in others since. A model that found nothing is not asked again."""
    return isinstance(outcome, Unchanged) and all(attempt.fixer not in models for attempt in outcome.attempts)


def merged(
    made: SetUp, stream: CommitStream, interrupts: Interrupts, task: FixTask, outcome: Changed, layout_of: LayoutOf
) -> Outcome:
    """A patch merged into a file that was changed since, step by step, judged by checks of the merged file.

    That is laid out as it is on the new base; a merge that cannot be is refused.
    """
    refused = dataclasses.replace(outcome.rejected(CONFLICT), before=task.diagnostics)
    merger = Merger(made, stream, interrupts, task)
    for step in parts_of(outcome):
        try:
            tree = laid_out(stream, layout_of, stream.tree_merged(merger.tree, step.patch), outcome.path)
        except GitError:
            return refused
        if tree is None:
            return dataclasses.replace(refused, reason=UNFORMATTED)
        merger.take(step, tree)
    if not merger.steps or merger.worse:
        return dataclasses.replace(refused, reason=NOT_BETTER)
    return conclude(
        task,
        left=merger.left,
        suppressed=tuple(d for step in merger.steps for d in step.suppressed),
        patch=merger.patch(made.base, merger.tree),
        steps=tuple(merger.steps) if outcome.steps else (),
        attempts=outcome.attempts,
        timing=outcome.timing,
        reason=outcome.reason,
        withheld=outcome.withheld,
    )


def laid_out(stream: CommitStream, layout_of: LayoutOf, tree: str, path: str) -> str | None:
    """The tree with a file of it laid out as it is on the run's base; None if that cannot be done."""
    entry = stream.entry_of(tree, path)
    if entry is None or entry[0] not in FILE_MODES:
        return tree
    (content,) = stream.contents(entry[1])
    formatted = layout_of(path)(content) if content is not None else None
    if formatted is None or formatted == content:
        return None if formatted is None else tree
    blob = Blob(path, entry[0], stream.blob(formatted))
    stream.store()
    return stream.tree_with_blobs(tree, [blob])


class Merger:
    """Merges the steps of an outcome into the run's new base, and sees what is left of the task after each."""

    def __init__(self, made: SetUp, stream: CommitStream, interrupts: Interrupts, task: FixTask) -> None:
        self.made, self.stream, self.interrupts, self.task = made, stream, interrupts, task
        self.tree = stream.tree_of(made.base)
        self.left = task.diagnostics
        self.found: tuple[Diagnostic, ...] = (*task.diagnostics, *task.others)
        self.steps: list[Step] = []

    def take(self, step: Step, tree: str) -> None:
        """Go on with the tree that a step leads to, unless nothing is better in it: the user has done the same."""
        if tree == self.tree:
            return
        found = self._check(tree)
        left = left_of(self.task.diagnostics, found, self.task.others)
        if len(left) < len(self.left):
            suppressed = left_of(beyond(self.left, left), step.suppressed)
            patch = self.patch(self.tree, tree)
            self.steps.append(Step(self.left, left, patch, step.attempts, suppressed))
            self.tree, self.left, self.found = tree, left, found

    def _check(self, tree: str) -> tuple[Diagnostic, ...]:
        commit = self.stream.commit(tree, self.made.base, "merged")
        self.stream.store()
        return check_commit(self.made, self.interrupts, commit, [self.task.path], "rebase").found

    @property
    def worse(self) -> bool:
        """True if something is found that the file did not have on the new base."""
        return bool(count_keys(self.found) - count_keys((*self.task.diagnostics, *self.task.others)))

    def patch(self, before: str, after: str) -> Patch:
        return self.stream.patch_between(before, after)
