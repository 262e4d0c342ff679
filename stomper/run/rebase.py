"""Carry a cut-off run over to a HEAD that has moved since: in object space, and checked again."""

import dataclasses
from pathlib import Path

from stomper.errors import GitError
from stomper.git.commits import apply_patch, commit_tree, fill_index, tree_of, write_index_tree
from stomper.git.trees import Entry, tree_entries
from stomper.git.worktrees import changed_blobs, make_patch
from stomper.journal.run_folder import History
from stomper.landing.lander import parts_of
from stomper.models import Changed, Diagnostic, FixTask, Outcome, Patch, Plan, Step, count_keys, left_of
from stomper.plan.baseline_file import read_entries
from stomper.plan.select_files import select_files
from stomper.plan.tasks import beyond, plan_tasks
from stomper.run.session import Run
from stomper.run.survey import WHOLE, check_commit, known_of
from stomper.worker.conclude import conclude

CONFLICT = "the file was changed since in the same places; its fix no longer applies"
NOT_BETTER = "with what was changed since, its fix does not hold"


def rebase_run(run: Run, plan: Plan, history: History) -> tuple[Run, Plan, History]:
    """The same run on the commit that is checked out now.

    A file that nobody touched keeps its outcome. One that was touched keeps its patch if that merges
    (3-way) and the checkers still find it better; a patch that does not is `rejected`. Everything
    else is planned anew, from what the checkers find now. Written to the run's folder.
    """
    base = run.start.commit
    before, after = (tree_entries(run.repository.top, commit) for commit in (run.header.base, base))
    run = based_on(run, base)
    fresh = plan_again(run, plan)
    outcomes = dict(carried(run, plan, fresh, history, (before, after)))
    # In this order: whatever is cut off between, a later resume finds HEAD moved and rebases again.
    run.folder.append("rebased", base=base)
    run.folder.write_plan(fresh)
    run.folder.write_header(run.header)
    for task in fresh.tasks:
        if task.index in outcomes:
            run.folder.store(task, outcomes[task.index])
    learned = set(outcomes) if history.learned else set[int]()
    if learned:
        run.folder.append("learned")  # what was taken over is recorded already
    return run, fresh, History(outcomes=outcomes, learned=learned, records=history.records + bool(learned))


def based_on(run: Run, base: str) -> Run:
    header = dataclasses.replace(run.header, base=base, branch=run.start.branch)
    return dataclasses.replace(run, header=header, tip=base, job=dataclasses.replace(run.job, base=base))


def plan_again(run: Run, plan: Plan) -> Plan:
    """What is to be done for the run's own files on the new base. Files have other places in it than before."""
    selection = select_files(run.repository, run.header.base, run.settings, ())
    paths = tuple(path for path in selection.paths if path in set(plan.paths))
    selection = dataclasses.replace(selection, paths=paths)
    entries = read_entries(run.repository.top, run.settings.baseline)
    found = check_commit(run, run.header.base, paths, WHOLE).found
    return plan_tasks(found, selection, run.settings, known_of(run, found, entries))


def carried(
    run: Run, old: Plan, fresh: Plan, history: History, trees: tuple[dict[str, Entry], dict[str, Entry]]
) -> list[tuple[int, Outcome]]:
    """The outcomes that can be taken over, by place in the fresh plan."""
    before, after = trees
    known = {task.path: history.outcomes[task.index] for task in old.tasks if task.index in history.outcomes}
    results: list[tuple[int, Outcome]] = []
    for task in fresh.tasks:
        outcome = known.get(task.path)
        if outcome is None:
            continue
        if before.get(task.path) == after.get(task.path):
            results.append((task.index, outcome))
        elif isinstance(outcome, Changed):
            results.append((task.index, merged(run, task, outcome)))
    return results


def merged(run: Run, task: FixTask, outcome: Changed) -> Outcome:
    """A patch merged into a file that was changed since, step by step, judged by checks of the merged file."""
    refused = dataclasses.replace(outcome.rejected(CONFLICT), before=task.diagnostics)
    top, base = run.repository.top, tree_of(run.repository.top, run.header.base)
    steps: list[Step] = []
    tree, left, found = base, task.diagnostics, (*task.diagnostics, *task.others)
    for step in parts_of(outcome):
        try:
            after = _merged_tree(run, tree, step)
        except GitError:
            return refused
        if after == tree:
            continue  # the user has done the same
        seen = _check_tree(run, task.path, after)
        still = left_of(task.diagnostics, seen, task.others)
        if len(still) < len(left):  # a step that makes nothing better any more is left out
            steps.append(_rebased(top, step, (left, still), (tree, after)))
            tree, left, found = after, still, seen
    if not steps or count_keys(found) - count_keys((*task.diagnostics, *task.others)):
        return dataclasses.replace(refused, reason=NOT_BETTER)
    return conclude(
        task,
        left=left,
        suppressed=tuple(d for step in steps for d in step.suppressed),
        patch=_patch(top, base, tree),
        steps=tuple(steps) if outcome.steps else (),
        attempts=outcome.attempts,
        timing=outcome.timing,
        reason=outcome.reason,
    )


def _merged_tree(run: Run, tree: str, step: Step) -> str:
    """A tree with the patch of a step merged into it. Raises GitError where that is a conflict."""
    top, index = run.repository.top, run.job.site.folder / "rebase-index"
    fill_index(top, index, tree)
    apply_patch(top, index, step.patch.data, three_way=True)
    return write_index_tree(top, index)


def _check_tree(run: Run, path: str, tree: str) -> tuple[Diagnostic, ...]:
    commit = commit_tree(run.repository.top, tree, [run.header.base], "merged", nameless_too=True)
    return check_commit(run, commit, [path], "rebase").found


def _rebased(
    top: Path, step: Step, left: tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]], trees: tuple[str, str]
) -> Step:
    """A step between other trees, with what is left before and after it there."""
    before, after = left
    suppressed = left_of(beyond(before, after), step.suppressed)
    return dataclasses.replace(step, before=before, after=after, patch=_patch(top, *trees), suppressed=suppressed)


def _patch(top: Path, before: str, after: str) -> Patch:
    return Patch(make_patch(top, before, after), changed_blobs(top, before, after))
