"""The outcome of a file without some units of its change: made in object space, and judged as what it then is."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass

from stomper.git.trees import tree_entries
from stomper.landing.last_guard import refuse_landing
from stomper.models import Blob, Changed, Diagnostic, FixTask, left_of, suppressed_in
from stomper.plan.tasks import beyond
from stomper.python import CannotReadError, cells, decode, is_notebook, is_python, parses
from stomper.run.row import Row
from stomper.worker.conclude import conclude
from stomper.worker.remnant import Remnant


@dataclass(frozen=True, slots=True)
class Shortened:
    """An outcome without some units. The whole with it is `commit`, which no ref has and the gate knows already."""

    outcome: Changed
    commit: str


def without_units(
    row: Row, place: int, fallen: Collection[int], head: str, broken: tuple[str, ...]
) -> Shortened | None:
    """The outcome of the file at a place without some units, in the whole that is now at `head`.

    The first of the units is guilty of what is `broken`; the others cannot be without it. None if nothing good is left,
    or if what is left could not have landed: then the file must be dropped.
    """
    remnant = _remnant(row, place, fallen)
    if remnant is None or _is_other(row, head, remnant.outcome):
        return None
    commit = _whole(row, head, row.new_blob(place, remnant.content))
    if row.gate.look_at(commit).problem:
        return None
    item = row.item(place).task
    found = [said for said in row.gate.found[commit] if said.path == item.path]
    left = left_of(item.diagnostics, found, item.others)
    made = _made(row, item, remnant, left, broken) if len(left) < len(item.diagnostics) else None
    return None if made is None or _refusal(row, made) else Shortened(made, commit)


def _remnant(row: Row, place: int, fallen: Collection[int]) -> Remnant | None:
    division = row.division(place)
    assert division is not None, "it has units"
    remnant = Remnant(row.outcome(place), division, frozenset(fallen))
    return remnant if remnant.kept and remnant.is_sound and _may_be(remnant) else None


def _may_be(remnant: Remnant) -> bool:
    """Say whether a content can be that of the file: Python must parse, that of a notebook too."""
    try:
        if is_notebook(remnant.outcome.path):
            return parses(cells(remnant.content))
        return not is_python(remnant.outcome.path) or parses(decode(remnant.content))
    except CannotReadError:
        return False


def _is_other(row: Row, head: str, outcome: Changed) -> bool:
    """Say whether the whole has another content of the file than this outcome's: someone else has changed it too."""
    (blob,) = outcome.patch.blobs
    return row.stream.entry_of(row.stream.tree_of(head), outcome.path) != (blob.mode, blob.id)


def _whole(row: Row, head: str, blob: Blob) -> str:
    """The commit of the whole with another content of one file."""
    row.stream.store()
    tree = row.stream.tree_with_blobs(row.stream.tree_of(head), [blob])
    commit = row.stream.commit(tree, head, "probe")
    row.stream.store()
    return commit


def _made(
    row: Row, task: FixTask, remnant: Remnant, left: tuple[Diagnostic, ...], broken: tuple[str, ...]
) -> Changed | None:
    outcome, back = remnant.outcome, beyond(left, remnant.outcome.after)
    base = row.stream.tree_of(row.gate.made.base)
    made = conclude(
        task,
        left=left,
        suppressed=beyond(suppressed_in(outcome), back),
        patch=remnant.patch(row.stream, base),
        steps=remnant.steps(row.stream, base, back),
        attempts=remnant.attempts(outcome.attempts, broken),
        timing=outcome.timing,
        reason=outcome.reason,
        parts=remnant.parts(back),
        withheld=outcome.withheld,
    )
    if not isinstance(made, Changed):
        return None
    dropped = (*outcome.dropped, *remnant.dropped(back, broken))
    return dataclasses.replace(made, cached=outcome.cached, dropped=dropped, withheld=outcome.withheld)


def _refusal(row: Row, outcome: Changed) -> str:
    """Say why what is left must not land by itself; '' if it may: a guard may have seen only the whole change."""
    made = row.gate.made
    row.stream.store()
    return refuse_landing(row.stream.top, tree_entries(row.stream.top, made.base), outcome, made.settings)
