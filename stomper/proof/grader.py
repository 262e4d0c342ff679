"""Grade a guess: find the strongest thing that stands behind it, the cheapest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper.errors import StomperError
from stomper.fixers.annotations.surroundings import Surroundings
from stomper.grades import Grade
from stomper.models import Diagnostic
from stomper.project_tests.line_record import LineRecord
from stomper.proof.by_types import Proof, TypeProver
from stomper.proof.change import Change
from stomper.proof.checks import doubt_about, speak
from stomper.proof.levels import is_enough, level_for
from stomper.proof.same_program import same_program
from stomper.proof.statements import Run, judge_lines, run_lines
from stomper.proof.words import Word, word_for
from stomper.python import CannotReadError, decode
from stomper.settings import ProofSettings
from stomper.text.line_edits import Origins, lines_of

ORDER = tuple(Grade)
A_TEST = "a test that runs it"


@dataclass(frozen=True, slots=True)
class Version:
    """The file `path` below `root`: its content `now`, and its `base` in the `commit`, which all other files are of.

    `scratch` is for temporary files.
    """

    root: Path
    scratch: Path
    path: str
    base: bytes
    now: bytes
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a fixer has made of a version of a file: the content `after`, about some diagnostics.

    `ours`: the fixer is, so our words about it count. `by_types`: it is about places that types have proved.
    """

    fixer: str
    version: Version
    after: bytes
    about: tuple[Diagnostic, ...]
    ours: bool
    by_types: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Places that the same may stand behind. `by_types`: what could differ is ruled out at each of them already."""

    grade: Grade
    places: tuple[Diagnostic, ...]
    by_types: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """The grade of a guess; `needs` says what would prove one that is unproved."""

    grade: Grade
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Grader:
    """Grades guesses by our words about their fixers, by types, and by the tests that run their lines.

    Without a `prover` no types are asked for; without a `record` nothing is known to be tested. `around` is what
    annotations and imports are judged by.
    """

    proof: ProofSettings
    prover: TypeProver | None = None
    record: LineRecord | None = None
    around: Surroundings = field(default_factory=Surroundings)

    def lets(self, path: str, about: Iterable[Diagnostic], grade: Grade) -> bool:
        """Say whether a guess of this grade, about these diagnostics, may land."""
        levels = {level_for(self.proof, path, found.code) for found in about} or {self.proof.level}
        return all(is_enough(grade, level) for level in levels)

    def hopes(self, fixer: str, found: Diagnostic) -> bool:
        """Say whether a guess about a diagnostic may be safe or proved by our word, before it is made."""
        return _word(fixer, found).grade is not None

    def judge(self, guess: Guess) -> Judged:
        """Grade a guess that was made."""
        word = self._said(guess)
        if word.grade is not None:
            return Judged(word.grade)
        if same_program(guess.version.path, guess.version.now, guess.after):
            return Judged(Grade.SAFE)
        if self._run(guess).is_tested:
            return Judged(Grade.TESTED)
        return Judged(Grade.UNPROVED, word.needs or A_TEST)

    def _said(self, guess: Guess) -> Word:
        """Our word about a guess, if all that it takes for granted holds of the change."""
        version = guess.version
        before, after = _text(version.now), _text(guess.after)
        if not guess.ours or before is None or after is None:
            return Word(None)
        facts = guess.fixer, version.root, version.path, before, after, version.scratch
        change = Change(*facts, self.around, version.commit)
        if guess.by_types and not doubt_about((), change):  # the fixer may have brought imports along
            return Word(Grade.PROVED)
        return speak({_word(guess.fixer, found) for found in guess.about}, change)

    def sort(self, fixer: str, version: Version, places: Sequence[Diagnostic]) -> list[Group]:
        """Sort places that a fixer of ours would change by what may stand behind each, the surest first.

        But for what types prove that is a hope: `judge` looks at the change itself.
        """
        worded: dict[Grade, list[Diagnostic]] = {grade: [] for grade in ORDER}
        open_: list[Diagnostic] = []
        for found in places:
            grade = _word(fixer, found).grade
            (open_ if grade is None else worded[grade]).append(found)
        proofs = self._proofs(version, open_)
        said = {found: proofs[found].verdict for found in open_ if found in proofs}
        proved = [found for found in open_ if said.get(found) == "proved"]
        rest = [found for found in open_ if said.get(found) != "proved"]
        run = self._run_places(version, [found for found in rest if said.get(found) != "refuted"])
        tested = [found for found in rest if found.line in run and said.get(found) != "refuted"]
        groups = [Group(grade, tuple(found)) for grade, found in worded.items()]
        groups.insert(2, Group(Grade.PROVED, tuple(proved), by_types=True))
        groups += [Group(Grade.TESTED, tuple(tested))]
        groups += [Group(Grade.UNPROVED, tuple(found for found in rest if found not in tested))]
        return [group for group in groups if group.places]

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

    def _lines(self, version: Version) -> tuple[dict[int, frozenset[str]], frozenset[int]]:
        """Give what the record says of the base commit's lines, in lines of the version as it is now."""
        assert self.record is not None, "only with a record"
        runs, imported = self.record.runs(version.path), self.record.imported(version.path)
        now = lines_of(version.now)
        origins = Origins(lines_of(version.base), now)
        stems = {line + 1: [one + 1 for one in origins.of(line)] for line in range(len(now))}
        tests = {line: frozenset[str]().union(*(runs.get(one, ()) for one in olds)) for line, olds in stems.items()}
        return tests, frozenset(line for line, olds in stems.items() if any(one in imported for one in olds))


def _word(fixer: str, found: Diagnostic) -> Word:
    return word_for(fixer, found.tool, found.code, "safe" if found.fixable else "unsafe")


def _text(content: bytes) -> str | None:
    try:
        return decode(content)
    except CannotReadError:
        return None
