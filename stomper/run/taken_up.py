"""Choose the files that a later round takes up again: those that can still win, and no others. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from stomper.checkers.importers import imported_words, module_name
from stomper.fixers import Fixer, Suppressor
from stomper.landing.lander import Landed
from stomper.landing.not_landed import dropped_of
from stomper.models import Changed, Diagnostic, FixTask, Rejected, Unchanged, count_keys, left_of
from stomper.multisets import itself, surplus
from stomper.outcome_cache.rules import ALONE
from stomper.proof.typed.table import ROWS


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Says whether a file imports one of those that were changed, or is imported by one, by the words of imports.

    `names` are the names of the changed modules, `asked` says how many of their files have a word in an import, and
    `words` are the words of the imports of each file.
    """

    names: Counter[bytes]
    asked: Counter[bytes]
    words: Mapping[str, frozenset[bytes]]
    changed: frozenset[str]

    @classmethod
    def of(cls, changed: Collection[str], contents: Mapping[str, bytes]) -> "Neighbours":
        """Read the imports of files; `contents` has those that were `changed`, and those that may be asked about."""
        words = {path: imported_words(content) for path, content in contents.items()}
        asked = Counter(word for path in changed for word in words.get(path, ()))
        return cls(Counter(map(module_name, changed)), asked, words, frozenset(changed))

    def has(self, path: str) -> bool:
        """Say whether another file than `path` that was changed has to do with it."""
        own, name, mine = int(path in self.changed), module_name(path), self.words.get(path, frozenset())
        imports = any(self.names[word] > own * (word == name) for word in mine)
        return imports or self.asked[name] > own * (name in mine)


def tasks_again(
    last: Iterable[Landed], found: Sequence[Diagnostic], fixers: Sequence[Fixer], near: Neighbours, first: int
) -> tuple[FixTask, ...]:
    """Make the tasks of a later round from what each file came to in the `last` round that had it.

    `found` are all diagnostics after that round. A file is taken up if its diagnostics are others than its worker left,
    if a part of it was dropped, or if a neighbour was changed, for those complaints alone that this may decide about;
    and if a fixer may do something about what is left. The indexes of the tasks begin at `first`.
    """
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        by_path.setdefault(diagnostic.path, []).append(diagnostic)
    tasks: list[FixTask] = []
    for item in sorted(last, key=lambda item: item.task.path):
        task = _again(item, by_path.get(item.task.path, []), fixers, near)
        tasks += [replace(task, index=first + len(tasks))] if task else []
    return tuple(tasks)


def _again(item: Landed, found: Sequence[Diagnostic], fixers: Sequence[Fixer], near: Neighbours) -> FixTask | None:
    """Make the task for a file that can still win; None if it cannot."""
    task, barred = item.task, _barred(item, fixers)
    left = left_of(task.diagnostics, found, task.others)
    if not left or not isinstance(item.outcome, Changed | Unchanged | Rejected):
        return None
    if barred is not None or _has_other(item, left):
        return _task(task, left, found, barred or frozenset(), fixers)
    left = tuple(d for d in left if hangs_on_others(item, d))
    if not left or not near.has(task.path):
        return None
    # A model is asked about a file again only if there is another thing to ask.
    agents = frozenset((fixer.name, "") for fixer in fixers if fixer.learns)
    return _task(replace(task, codes=frozenset(d.code for d in left)), left, found, agents, fixers)


def hangs_on_others(item: Landed, found: Diagnostic) -> bool:
    """Say whether other files may decide about a diagnostic: its checker reads them, or types may prove its fix."""
    if found.tool != ALONE:
        return True
    outcome = item.outcome
    withheld = outcome.withheld if found.code in ROWS and isinstance(outcome, Changed | Unchanged | Rejected) else ()
    return any((one.tool, one.code) == (found.tool, found.code) for one in withheld)


def _task(
    task: FixTask,
    left: tuple[Diagnostic, ...],
    found: Sequence[Diagnostic],
    barred: frozenset[tuple[str, str]],
    fixers: Sequence[Fixer],
) -> FixTask | None:
    """Make the task about what is left of one; None if no fixer may do anything about it."""
    barred |= task.barred
    if not any(may_try(fixer, left, barred) for fixer in fixers):
        return None
    return replace(task, diagnostics=left, others=surplus(found, left, itself), barred=barred)


def _barred(item: Landed, fixers: Iterable[Fixer]) -> frozenset[tuple[str, str]] | None:
    """Give the (fixer, code) that were taken out of a file by tests or checkers; None if nothing was.

    A complaint that a fix would end is not one to accept, though this fix breaks something.
    """
    dropped = [(part.fixer, code) for part in dropped_of(item.outcome) for _, code, _ in part.codes]
    accepting = [fixer.name for fixer in fixers if isinstance(fixer, Suppressor)]
    return frozenset([*dropped, *((name, code) for name in accepting for _, code in dropped)]) if dropped else None


def _has_other(item: Landed, left: Sequence[Diagnostic]) -> bool:
    """Say whether a file has other diagnostics left than its worker said."""
    said = item.outcome.after if isinstance(item.outcome, Changed) else item.outcome.before
    return count_keys(left) != count_keys(said)


def may_try(fixer: Fixer, left: Iterable[Diagnostic], barred: Collection[tuple[str, str]]) -> bool:
    """Say whether a fixer may do something about one of these diagnostics."""
    if (fixer.name, "") in barred:
        return False
    mine = [found for found in left if (fixer.name, found.code) not in barred]
    return bool(mine) and fixer.takes(mine)
