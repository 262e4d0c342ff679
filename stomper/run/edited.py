"""Files that the user has changed since a run was cut off: who goes on with it leaves them alone, in every round."""

from stomper.journal.history import History
from stomper.models import Plan, Skipped
from stomper.plan.select_files import UNCOMMITTED
from stomper.run.session import Run


def hold_edited(run: Run, plan: Plan, history: History) -> None:
    """Skip the tasks of a round that are about such files, unless the user has the fix already."""
    for task in plan.tasks:
        if task.path in history.edited and history.commits.get(task.index) not in run.delivered:
            history.outcomes[task.index] = Skipped(path=task.path, before=task.diagnostics, reason=UNCOMMITTED)
