"""The chain of fixers on one file: make an attempt, check it, keep it if it is better, else roll it back."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from stomper.fixers import Fixer, SiteFixer, Suppressor
from stomper.fixers.base import WaitingFixer, takes_notebooks
from stomper.fixers.codemods.base import Claim
from stomper.fixers.notebooks import ONLY
from stomper.grades import Grade
from stomper.models import (
    AttemptResult,
    Diagnostic,
    Patch,
    Step,
)
from stomper.proof.grader import Group
from stomper.python import is_notebook
from stomper.worker.attempting import Attempts
from stomper.worker.conclude import ChainResult
from stomper.worker.proofs import Place
from stomper.worker.vain_guesses import VainGuesses

MOST_TRIES = 24  # of one guess of a fixer that is divided: enough to find two bad places among hundreds
DIVIDED = (AttemptResult.WORSE, AttemptResult.REFUSED)
BROKEN = (AttemptResult.FAILED, AttemptResult.TIMEOUT, AttemptResult.STOPPED)


@dataclass(slots=True)
class Chain(Attempts):
    """The order in which fixers are tried on one file.

    `vain` are guesses that need not be made again, `coarse` the codes of which a fixer of whole files makes it worse.
    """

    vain: VainGuesses = field(default_factory=VainGuesses)
    coarse: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    def run(self, fixers: Sequence[Fixer]) -> ChainResult:
        """Try the fixers in order, cheapest first; again while that helps. What they leave may then be suppressed."""
        self._fix([fixer for fixer in fixers if not isinstance(fixer, Suppressor)])
        for fixer in fixers:
            # What a budget or a provider's limits kept from a model is not left yet.
            if isinstance(fixer, Suppressor) and self.left and not self.over and not self.held:
                self._suppress(fixer)
        return ChainResult(
            content=self.best,
            patch=Patch(b"", ()) if self.over else self.tree.patch(self.best),  # that of one that is over lands nowhere
            steps=tuple(self.steps),
            left=self.left,
            suppressed=self.suppressed,
            attempts=tuple(self.attempts),
            remarks=tuple(self.remarks),
            held=self.held,
            parts=tuple(self.parts) if self.best.keys() == {self.task.path} else (),
            withheld=self.proof.withheld_of(self.best, self.left) if self.proof else (),
        )

    def _fix(self, fixers: Sequence[Fixer]) -> None:
        """Go through the fixers, and `max_retries` times more while that helps.

        Where nothing helps any more, what came to nothing in an earlier text of the file is tried in this one, and what
        was withheld there, if types of this one prove it.
        """
        for _ in range(1 + self.settings.max_retries):
            kept = self._all_codes(fixers) if self.settings.git.steps == "file" else self._code_by_code(fixers)
            if not self.left or self.over:
                return
            if not (kept or self.vain.forget_older(self.best) or self._forget_proved(fixers)):
                return

    def _forget_proved(self, fixers: Sequence[Fixer]) -> bool:
        """Forget guesses that were withheld in an earlier text and are proved in this one. Say whether any are."""
        sites = [fixer for fixer in fixers if isinstance(fixer, SiteFixer)]
        old = [(fixer, guess) for fixer in sites for guess in self.vain.withheld_before(fixer.name, self.best)]
        proved = [(fixer, guess) for fixer, guess in old if self._is_proved(fixer, guess)]
        for fixer, guess in proved:
            self.vain.forget(fixer.name, guess)
        return bool(proved)

    def _is_proved(self, fixer: SiteFixer, guess: Collection[Claim]) -> bool:
        """Say whether some place of a guess is proved by now, and that is enough."""
        groups = self.proof.sort(fixer, self.best, self._places(fixer, guess, None)) if self.proof else []
        proved = [group for group, _ in groups if group.grade is Grade.PROVED]
        return self.proof is not None and any(self.proof.lets(group.places, group.grade) for group in proved)

    def _suppress(self, fixer: Suppressor) -> None:
        """Let a fixer accept what is left. That is a step of its own, so that its commit can be reverted alone."""
        best, before, tried = self.best, self.left, len(self.attempts)
        self._try(fixer)
        if self.best == best or not best:  # if nothing was fixed, the whole patch is that one step
            return
        if not self.steps:
            self.steps.append(Step(self.task.diagnostics, before, self.tree.patch(best), tuple(self.attempts[:tried])))
        patch, attempts = self.tree.patch(self.best, since=best), tuple(self.attempts[tried:])
        self.steps.append(Step(before, self.left, patch, attempts, self.suppressed))

    def _all_codes(self, fixers: Sequence[Fixer]) -> bool:
        kept = [self._try(fixer) for fixer in fixers if self._open_to(fixer) and not self.over]
        return any(kept)

    def _code_by_code(self, fixers: Sequence[Fixer]) -> bool:
        """Each code gets the whole chain for itself, and what comes of it is a step."""
        by_tool = self.settings.git.steps == "tool"
        codes = {d.code: (d.tool if by_tool else "", d.code) for d in self.left}
        kept = [self._step(code, fixers) for code in sorted(codes, key=codes.__getitem__)]
        return any(kept)

    def _step(self, code: str, fixers: Sequence[Fixer]) -> bool:
        best, before, tried = self.best, self.left, len(self.attempts)
        for fixer in fixers:
            mine = tuple(d for d in self._open_to(fixer) if d.code == code)
            if mine and not self.over and fixer.takes(mine):
                self._guess(fixer, code) if isinstance(fixer, SiteFixer) else self._work(fixer, frozenset({code}), code)
        if self.best == best:
            return False
        patch = self.tree.patch(self.best, since=best)
        self.steps.append(Step(before, self.left, patch, tuple(self.attempts[tried:])))
        return True

    def _try(self, fixer: Fixer) -> bool:
        """Run a fixer. Return whether a change of it was kept: as a whole, or code by code."""
        if not fixer.takes(self._open_to(fixer)):
            return False
        if fixer.learns:
            return self._work(fixer, self._wanted_codes(fixer))
        if isinstance(fixer, SiteFixer):
            return self._guess(fixer)
        if not fixer.divisible:
            return self.attempt(fixer, self._wanted_codes(fixer)) is AttemptResult.KEPT
        return self._by_code(fixer)

    def _by_code(self, fixer: Fixer) -> bool:
        """Make one attempt at all codes that our word may be enough for, then one at each other code.

        If the first one makes the file worse, or is withheld, each of its codes gets an attempt of its own too.
        """
        alone = self.proof.doubted(fixer, self.left) if self.proof else frozenset()
        wanted = frozenset(self._fixable_codes(fixer)) - alone if alone else self._wanted_codes(fixer)
        result = self._everywhere(fixer, wanted) if wanted != frozenset() else AttemptResult.NO_CHANGE
        if result in (AttemptResult.WORSE, AttemptResult.WITHHELD):
            alone |= frozenset(self._fixable_codes(fixer))
        results = [result]
        for code in self._fixable_codes(fixer):
            if code in alone and results[-1] not in BROKEN:
                results.append(self._everywhere(fixer, frozenset({code})))
        return AttemptResult.KEPT in results

    def _everywhere(
        self, fixer: Fixer, codes: frozenset[str] | None, mine: tuple[Diagnostic, ...] | None = None
    ) -> AttemptResult:
        """Make an attempt at all places of some codes, and remember if it made the file worse at a single one."""
        result = self.attempt(fixer, codes, mine)
        if result in DIVIDED and codes is not None and len(codes) == 1:
            self.coarse |= codes
        return result

    def _work(self, fixer: Fixer, codes: frozenset[str] | None, only: str | None = None) -> bool:
        """Ask a fixer until nothing is left (of the code `only`, if any); whether anything was kept.

        One that does not learn is asked once. One that does is asked `max_retries` more times about a file
        at most, and not after an attempt that gave the same change once more.
        """
        kept = False
        while mine := tuple(d for d in self._open_to(fixer) if only in (None, d.code)):
            if self.over or not self._may_try(fixer):
                break
            tried = len(self.attempts)
            kept |= self._everywhere(fixer, codes, mine if only else None) is AttemptResult.KEPT
            if not fixer.learns or len(self.attempts) == tried:
                break
        return kept

    def _may_try(self, fixer: Fixer) -> bool:
        tried = sum(attempt.fixer == fixer.name for attempt in self.attempts)
        return not fixer.learns or (fixer.name not in self.hopeless and tried <= self.settings.max_retries)

    def _guess(self, fixer: SiteFixer, only: str | None = None) -> bool:
        """Make an attempt with each guess of the fixer (only about the code `only`, if given), or else with its halves.

        A guess about the same diagnostics as at its last attempt is not made again, unless the file is another since
        and nothing else helps. A guess that was partly kept is: overlapping fixes are applied in a later attempt.
        """
        kept = False
        for guess in sorted(fixer.guesses(self.left), key=lambda guess: self._has_broken(fixer, guess)):
            seen = [d.key for d in self._places(fixer, guess, only)]
            if seen and not self.vain.has(fixer.name, guess, seen):
                tried = len(self.attempts)
                kept |= self._by_grade(fixer, guess, only)
                results = [attempt.result for attempt in self.attempts[tried:]]
                self.vain.remember(fixer.name, guess, seen, self.best, results)
        return kept

    def _has_broken(self, fixer: Fixer, guess: Collection[Claim]) -> bool:
        """Say whether the like of a guess broke tests before: then it is made after the others."""
        return self.proof is not None and any(self.proof.has_broken(fixer, code) for _, code in guess)

    def _by_grade(self, fixer: SiteFixer, guess: Collection[Claim], only: str | None) -> bool:
        """Try the places of a guess by what stands behind them, the surest first: so each part has one grade."""
        if self.proof is None:
            return self._divide(fixer, lambda: self._places(fixer, guess, only), only)
        kept, proof = False, self.proof
        for group, places in proof.sort(fixer, self.best, self._places(fixer, guess, only)):

            def mine(places: Collection[Place] = places) -> tuple[Diagnostic, ...]:
                return tuple(d for d in self._places(fixer, guess, only) if proof.place(self.best, d) in places)

            kept |= self._divide(fixer, mine, only, group)
        return kept

    def _divide(
        self,
        fixer: SiteFixer,
        places: Callable[[], tuple[Diagnostic, ...]],
        only: str | None,
        group: Group | None = None,
    ) -> bool:
        """Try places, the last ones first: what is changed below moves no line above.

        `sizes` are of the groups still to be tried, from the first place down. Of a `group` that nothing stands behind
        no part is tried alone.
        """
        kept, codes = False, frozenset({only}) if only else self._wanted_codes(fixer)
        by_types, hopeless = bool(group and group.by_types), group is not None and group.grade is Grade.UNPROVED
        sizes, tries = [len(places())], MOST_TRIES
        while sizes and sizes[-1] and tries and not self.over:
            size, tries = sizes.pop(), tries - 1
            result = self.attempt(fixer, codes, places()[sum(sizes) :][:size], by_types)
            kept |= result is AttemptResult.KEPT
            if size > 1 and (result in DIVIDED or (result is AttemptResult.WITHHELD and not hopeless)):
                sizes += [size // 2, size - size // 2]
        return kept

    def _places(self, fixer: SiteFixer, guess: Collection[Claim], only: str | None) -> tuple[Diagnostic, ...]:
        mine = (d for d in self._open_to(fixer) if (d.tool, d.code) in guess and only in (None, d.code))
        return tuple(d for d in mine if not self._is_anothers(fixer, d))

    def _is_anothers(self, fixer: SiteFixer, found: Diagnostic) -> bool:
        """Say whether a place is left to another fixer, whose guess about all such places was no bad one."""
        if not isinstance(fixer, WaitingFixer) or not fixer.waits(found) or found.code in self.coarse:
            return False
        return self.proof is None or not self.proof.has_withheld(found.code)

    def _open_to(self, fixer: Fixer) -> tuple[Diagnostic, ...]:
        """Give what is left that a fixer may try: all, unless tests took its fixes out of this file before.

        In a notebook most may try nothing.
        """
        if is_notebook(self.task.path) and not takes_notebooks(fixer):
            if ONLY not in self.remarks and fixer.takes(self.left):
                self.remarks.append(ONLY)
            return ()
        barred = self.task.barred
        if not barred:
            return self.left
        mine = (d for d in self.left if (fixer.name, d.code) not in barred)
        return () if (fixer.name, "") in barred else tuple(mine)

    def _wanted_codes(self, fixer: Fixer) -> frozenset[str] | None:
        """The codes that a fixer may touch now: those of the task's that something is left of; None for all."""
        if self.task.codes is None and not any(name == fixer.name for name, _ in self.task.barred):
            return None
        left = frozenset(diagnostic.code for diagnostic in self._open_to(fixer))
        return left if self.task.codes is None else self.task.codes & left

    def _fixable_codes(self, fixer: Fixer) -> Iterator[str]:
        for code in sorted({d.code for d in self._open_to(fixer) if d.fixable}):
            if any(d.code == code for d in self.left):
                yield code
