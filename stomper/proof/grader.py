"""Grade a guess: find the strongest thing that stands behind it, the cheapest first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.errors import StomperError
from stomper.grades import Grade
from stomper.models import Diagnostic
from stomper.project_tests.line_record import LineRecord
from stomper.proof.by_types import Proof, TypeProver
from stomper.proof.carried_lines import carry_over
from stomper.proof.levels import is_enough, level_for
from stomper.proof.same_program import same_program
from stomper.proof.statements import Run, judge_lines, run_lines
from stomper.proof.words import Word, word_for
from stomper.python import CannotReadError, decode
from stomper.settings import ProofSettings

ORDER = tuple(Grade)
A_TEST = "a test that runs it"


@dataclass(frozen=True, slots=True)
class Version:
    """The file `path` below `root`: its content `now`, and in the `base` commit. `scratch` is for temporary files."""

    root: Path
    scratch: Path
    path: str
    base: bytes
    now: bytes


@dataclass(frozen=True, slots=True)
class Guess:
    """What a fixer has made of a version of a file: the content `after`, about some diagnostics.

    `ours`: the fixer is, so our words about it count. `claim` is what is known of all its places already, if anything.
    """

    fixer: str
    version: Version
    after: bytes
    about: tuple[Diagnostic, ...]
    ours: bool
    claim: Grade | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The grade of a guess; `needs` says what would prove one that is unproved."""

    grade: Grade
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Grader:
    """Grades guesses by our words about their fixers, by types, and by the tests that run their lines.

    Without a `prover` no types are asked for; without a `record` nothing is known to be tested.
    """

    proof: ProofSettings
    prover: TypeProver | None = None
    record: LineRecord | None = None

    def lets(self, path: str, about: Iterable[Diagnostic], grade: Grade) -> bool:
        """Say whether a guess of this grade, about these diagnostics, may land."""
        levels = {level_for(self.proof, path, found.code) for found in about} or {self.proof.level}
        return all(is_enough(grade, level) for level in levels)

    def hopes(self, fixer: str, found: Diagnostic) -> bool:
        """Say whether a guess about a diagnostic may be safe or proved by our word, before it is made."""
        return _word(fixer, found).grade is not None

    def judge(self, guess: Guess) -> Judged:
        """Grade a guess that was made."""
        if guess.claim in (Grade.SAFE, Grade.PROVED):
            return Judged(guess.claim)
        words = [_word(guess.fixer, found) for found in guess.about] if guess.ours else []
        if words and all(word.grade is not None for word in words):
            return Judged(_weakest(word.grade for word in words if word.grade is not None))
        if same_program(guess.version.path, guess.version.now, guess.after):
            return Judged(Grade.SAFE)
        if self._run(guess).is_tested:
            return Judged(Grade.TESTED)
        return Judged(Grade.UNPROVED, next((word.needs for word in words if word.needs), A_TEST))

    def sort(self, fixer: str, version: Version, places: Sequence[Diagnostic]) -> dict[Grade, list[Diagnostic]]:
        """Sort places that a fixer of ours would change by what stands behind each, the surest first.

        "Tested" is a hope only: `judge` looks at the statements that are really changed.
        """
        sorted_: dict[Grade, list[Diagnostic]] = {grade: [] for grade in ORDER}
        open_ = []
        for found in places:
            grade = _word(fixer, found).grade
            sorted_[grade].append(found) if grade is not None else open_.append(found)
        proofs = self._proofs(version, open_)
        run = self._run_places(version, open_)
        for found in open_:
            proof = proofs.get(found)
            if proof is not None and proof.verdict != "unknown":
                sorted_[Grade.PROVED if proof.verdict == "proved" else Grade.UNPROVED].append(found)
            else:
                sorted_[Grade.TESTED if found.line in run else Grade.UNPROVED].append(found)
        return {grade: found for grade, found in sorted_.items() if found}

    def _proofs(self, version: Version, places: Sequence[Diagnostic]) -> Mapping[Diagnostic, Proof]:
        text = _text(version.now)
        if self.prover is None or not places or text is None:
            return {}
        try:
            return self.prover.prove(version.root, version.path, text, places, version.scratch)
        except StomperError:
            return {}  # a type checker that cannot say proves nothing

    def _run_places(self, version: Version, places: Sequence[Diagnostic]) -> frozenset[int]:
        """Give the lines of those places whose statements some test runs."""
        text = _text(version.now)
        if not places or text is None or self.record is None:
            return frozenset()
        return run_lines(text, [found.line for found in places], *self._lines(version))

    def _run(self, guess: Guess) -> Run:
        before, after = _text(guess.version.now), _text(guess.after)
        if before is None or after is None or self.record is None:
            return Run((1,))
        return judge_lines(before, after, *self._lines(guess.version))

    def _lines(self, version: Version) -> tuple[Mapping[int, Collection[str]], Collection[int]]:
        """Give what the record says of the base commit's lines, in lines of the version as it is now."""
        base, now = _text(version.base), _text(version.now)
        if self.record is None or base is None or now is None:
            return {}, ()
        return carry_over(base, now, self.record.runs(version.path), self.record.imported(version.path))


def _word(fixer: str, found: Diagnostic) -> Word:
    return word_for(fixer, found.tool, found.code, "safe" if found.fixable else "unsafe")


def _weakest(grades: Iterable[Grade]) -> Grade:
    return max(grades, key=ORDER.index)


def _text(content: bytes) -> str | None:
    try:
        return decode(content)
    except CannotReadError:
        return None
