"""Remember guesses that came to nothing: those that need not be made again, and those that another text may help."""

from collections.abc import Collection
from dataclasses import dataclass, field

from stomper.fixers.codemods.base import Claim
from stomper.models import AttemptResult, DiagnosticKey
from stomper.workspace.contents import Snapshot


@dataclass(frozen=True, slots=True)
class _Made:
    """A guess about these diagnostics, and the file after it. `settled`: only types may still decide on it."""

    about: list[DiagnosticKey]
    state: Snapshot
    settled: bool


@dataclass(slots=True)
class VainGuesses:
    """The guesses of one file's chain, by fixer and claims. Those that were only withheld are settled.

    Another text of the file says no more about these, unless types that it has now prove what they change.
    """

    _made: dict[tuple[str, Collection[Claim]], _Made] = field(default_factory=dict)

    def has(self, fixer: str, guess: Collection[Claim], about: list[DiagnosticKey]) -> bool:
        """Say whether the guess about just these diagnostics was made before."""
        made = self._made.get((fixer, guess))
        return made is not None and made.about == about

    def remember(
        self,
        fixer: str,
        guess: Collection[Claim],
        about: list[DiagnosticKey],
        state: Snapshot,
        results: Collection[AttemptResult],
    ) -> None:
        """Remember a guess with what its attempts came to; `state` is the file after them."""
        settled = AttemptResult.WITHHELD in results and {*results} <= {AttemptResult.WITHHELD, AttemptResult.KEPT}
        self._made[fixer, guess] = _Made(about, state, settled)

    def forget_older(self, state: Snapshot) -> bool:
        """Forget the guesses that were made about another text than this one; say whether there were any."""
        older = [key for key, made in self._made.items() if made.state != state and not made.settled]
        for key in older:
            del self._made[key]
        return bool(older)

    def withheld_before(self, fixer: str, state: Snapshot) -> list[Collection[Claim]]:
        """Give the settled guesses of a fixer that were made about another text than this one."""
        mine = ((guess, made) for (name, guess), made in self._made.items() if name == fixer)
        return [guess for guess, made in mine if made.settled and made.state != state]

    def forget(self, fixer: str, guess: Collection[Claim]) -> None:
        """Let a guess be made again."""
        del self._made[fixer, guess]
