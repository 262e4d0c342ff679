"""Let checkers look at the user's checkout, and prove that each has changed nothing there.

On floor 7: every folder on a higher floor may import it.

Settings that write are switched off by name (`checkers.read_only_options`), and names are never complete: plugins,
tests and checkers of the user's own can do anything. So the checkout, its index, HEAD, refs and settings are compared
before and after each checker. A difference was made by the checker, or by the user in the meantime. To tell which, the
checker looks once more, at a copy of the old state: a change that it makes there too is put back. Any other change may
be the user's: it stays, and a copy of the old content is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers import Checker
from stomper.checkers.completeness import Look, Looks
from stomper.errors import CheckerError
from stomper.git.repository import Repository
from stomper.models import Diagnostic, printable
from stomper.text.counts import shorten
from stomper.unchanged_checkout.before import Kept, keep
from stomper.unchanged_checkout.marks import Eye
from stomper.unchanged_checkout.put_back import Settled, keep_beside, settle
from stomper.unchanged_checkout.replay import replay
from stomper.workspace.rescue import KEPT, check_folder

SHOWN = 5
ONLY_LOOK = "A checker must only look: have its command, or its configuration, fix, write and install nothing."
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lookout:
    """Watches over the checkout of `repository` while checkers look. `tell` hears what is worth knowing."""

    repository: Repository
    tell: Tell

    def check(
        self, checkers: Sequence[Checker], paths: Sequence[str], scratch: Path | None = None
    ) -> tuple[Diagnostic, ...]:
        """The diagnostics of `look`, ordered by path and place."""
        return self.look(checkers, paths, scratch).found

    def look(self, checkers: Sequence[Checker], paths: Sequence[str], scratch: Path | None = None) -> Looks:
        """Give what all checkers say of `paths`, and how much of them each saw; `scratch` is for what they keep.

        Raises CheckerError if one gave no result, or changed something: that is put back first.
        """
        if not checkers:
            return Looks()
        with check_folder(self.repository) as place:
            kept = keep(Eye(self.repository, tuple(checkers)), place / KEPT)
            return Looks(tuple((c.name, self._look(c, paths, kept, place, scratch)) for c in checkers))

    def _look(self, checker: Checker, paths: Sequence[str], kept: Kept, place: Path, scratch: Path | None) -> Look:
        try:
            seen = checker.look(self.repository.top, paths, scratch)
        except BaseException as error:
            self._require_unchanged(checker, paths, kept, place, error)
            raise
        self._require_unchanged(checker, paths, kept, place)
        return seen

    def _require_unchanged(
        self, checker: Checker, paths: Sequence[str], kept: Kept, place: Path, error: BaseException | None = None
    ) -> None:
        """Put back what the checker has changed. Raises CheckerError if it has, or where nobody can say who has."""
        changed = kept.changed()
        if not changed:
            return
        try:
            settled = settle(changed, kept, replay(checker, paths, kept, place / "again"))
        except BaseException:  # such as a ^C
            keep_beside(changed, kept)
            raise
        if settled.theirs or settled.doubtful:
            raise CheckerError(_words(checker.name, settled), ONLY_LOOK) from error
        self.tell(
            f"{_some(settled.users)} changed while {checker.name} looked, and not by it: left as it is; "
            f"what was there before is in {settled.beside}"
        )
        kept.look_anew()


def _words(name: str, settled: Settled) -> str:
    parts = []
    if settled.theirs:
        parts.append(f"{name} changed {_some(settled.theirs)} while it looked: put back")
    if settled.doubtful:
        parts.append(f"{_some(settled.doubtful)} changed while {name} looked, it is not certain by whom: left as it is")
    if settled.users:
        parts.append(f"{_some(settled.users)} changed meanwhile, and not by it: left as it is")
    if settled.beside is not None:
        parts.append(f"what was there before is in {settled.beside}")
    return "; ".join(parts)


def _some(names: Sequence[str]) -> str:
    return shorten([printable(name) for name in names], SHOWN)


__all__ = ["Lookout", "Tell"]
