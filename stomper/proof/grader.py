"""Grade a guess: find the strongest thing that stands behind it, the cheapest first."""

import ast
import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stomper.errors import StomperError
from stomper.fixers.annotations.surroundings import Surroundings
from stomper.fixers.notebooks import in_cells
from stomper.grades import Grade
from stomper.models import Diagnostic
from stomper.proof.by_types import TypeProver
from stomper.proof.carried_lines import carry_over
from stomper.proof.change import Change
from stomper.proof.checks import doubt_about, speak
from stomper.proof.fixer_rows import ANNOTATE_USED
from stomper.proof.here import RUFFS, doubts_at, is_proved
from stomper.proof.levels import is_enough, level_for
from stomper.proof.notebooks import magic_reader
from stomper.proof.reader_lines import unrun_reader
from stomper.proof.ruff_needs import A_TEST, NO_TEST
from stomper.proof.same_program import same_program
from stomper.proof.statements import judge_lines, run_lines
from stomper.proof.typed.needs import Proof
from stomper.proof.words import Word, word_for
from stomper.python import CannotReadError, cells, decode, is_notebook
from stomper.settings import ProofSettings

if TYPE_CHECKING:
    from stomper.project_tests.line_record import LineRecord

ORDER = tuple(Grade)
STUMBLES = (CannotReadError, OSError, RecursionError)


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
    """A fixer's change of a version of a file: the content `after`, about some diagnostics.

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

    `unsafe`: ruff has been asked for its unsafe fixes too, so that no diagnostic says which kind its fix is.
    Without a `prover` no types are asked for; without a `record` nothing is known to be tested. `around` is what
    annotations and imports are judged by.
    """

    proof: ProofSettings
    prover: TypeProver | None = None
    record: "LineRecord | None" = None
    around: Surroundings = field(default_factory=Surroundings)
    unsafe: bool = False
    _said: dict[tuple[str, bytes], dict[Diagnostic, Proof]] = field(default_factory=dict, compare=False, repr=False)

    def lets(self, path: str, about: Iterable[Diagnostic], grade: Grade) -> bool:
        """Say whether a guess of this grade, about these diagnostics, may land."""
        levels = {level_for(self.proof, path, found.code) for found in about} or {self.proof.level}
        return all(is_enough(grade, level) for level in levels)

    def hopes(self, fixer: str, found: Diagnostic) -> bool:
        """Say whether a guess about a diagnostic may be safe or proved by our word, before it is made."""
        return self._word(fixer, found).grade is not None

    def judge(self, guess: Guess) -> Judged:
        """Grade a guess that was made. Nothing stands behind what cannot be looked at."""
        try:
            return self._judged(guess)
        except STUMBLES as error:
            return Judged(Grade.UNPROVED, f"{A_TEST} (it cannot be looked at: {type(error).__name__}: {error})")

    def _judged(self, guess: Guess) -> Judged:
        if reader := magic_reader(guess.version.path, guess.version.now, guess.after):
            return Judged(Grade.UNPROVED, f"a look of yours: {reader}")
        guess = replace(guess, about=in_cells(guess.version.path, guess.version.now, guess.about))
        change = self._change(guess)
        if guess.by_types and change and not doubt_about((), change):
            return Judged(Grade.PROVED)
        word = Word(None)
        if guess.ours and change:
            word = speak({self._word(guess.fixer, found) for found in guess.about}, change)
        if word.grade is not None:
            return Judged(word.grade)
        if same_program(guess.version.path, guess.version.now, guess.after):
            return Judged(Grade.SAFE)
        if guess.ours and change and self._is_proved(guess, change):
            return Judged(Grade.PROVED)
        if change and word.needs not in NO_TEST and self._is_tested(guess, change):
            against = self._against(guess, change)
            return Judged(Grade.UNPROVED, against) if against else Judged(Grade.TESTED)
        return Judged(Grade.UNPROVED, word.needs or A_TEST)

    def _change(self, guess: Guess) -> Change | None:
        """The change that a guess is, for those who look at texts; None if it has none."""
        version = guess.version
        before, after = _text(version, version.now), _text(version, guess.after)
        if before is None or after is None:
            return None
        facts = guess.fixer, version.root, version.path, before, after, version.scratch
        return Change(*facts, self.around, version.commit)

    def _word(self, fixer: str, found: Diagnostic) -> Word:
        kind = "safe" if found.fixable and not self.unsafe else "unsafe"
        return word_for(fixer, found.tool, found.code, kind)

    def sort(self, fixer: str, version: Version, places: Sequence[Diagnostic]) -> list[Group]:
        """Sort places that a fixer of ours would change by what may stand behind each, the surest first.

        But for what types prove that is a hope: `judge` looks at the change itself.
        """
        try:
            return self._sorted(fixer, version, places)
        except STUMBLES:
            return [Group(Grade.UNPROVED, tuple(places))]

    def _sorted(self, fixer: str, version: Version, places: Sequence[Diagnostic]) -> list[Group]:
        worded: dict[Grade, list[Diagnostic]] = {grade: [] for grade in ORDER}
        open_: list[Diagnostic] = []
        for found in places:
            grade = self._word(fixer, found).grade
            (open_ if grade is None else worded[grade]).append(found)
        proofs = self._proofs(version, open_)
        said = {found: proofs[found].verdict for found in open_ if found in proofs}
        proved = [found for found in open_ if said.get(found) == "proved"]
        rest = [found for found in open_ if said.get(found) != "proved"]
        here = self._proved_here(fixer, version, rest)
        rest = [found for found in rest if found not in here]
        able = [found for found in rest if self._word(fixer, found).needs not in NO_TEST]
        run = self._run_places(version, [found for found in able if said.get(found) != "refuted"])
        tested = [found for found in able if found.line in run and said.get(found) != "refuted"]
        groups = [Group(grade, tuple(found)) for grade, found in worded.items()]
        groups.insert(2, Group(Grade.PROVED, tuple(proved), by_types=True))
        groups.insert(3, Group(Grade.PROVED, tuple(here)))
        groups += [Group(Grade.TESTED, tuple(tested))]
        groups += [Group(Grade.UNPROVED, tuple(found for found in rest if found not in tested))]
        return [group for group in groups if group.places]

    def _proofs(self, version: Version, places: Sequence[Diagnostic]) -> Mapping[Diagnostic, Proof]:
        """Give what types say of places. They are asked once about each place of the text as it is now."""
        text, key = _text(version, version.now), (version.path, version.now)
        if self.prover is None or not places or text is None or is_notebook(version.path):
            return {}
        if key not in self._said:
            self._said.clear()
        said = self._said.setdefault(key, {})
        new = [found for found in places if found not in said]
        if new:
            with contextlib.suppress(StomperError):  # a type checker that cannot say proves nothing
                said.update(self.prover.prove(version.root, version.path, text, new, version.scratch))
        return said

    def _against(self, guess: Guess, change: Change) -> str:
        """Say what a guess needs that tests run, but that something else stands against; '' if nothing does."""
        if refuted := self._refuted(guess):
            return f"a look of yours: {refuted.why}"
        if guess.fixer != ANNOTATE_USED or self.record is None:
            return ""
        reader = unrun_reader(change.root, change.path, change.before, self._lines(guess.version), self.record)
        return f"a test that runs {reader}, which may read it" if reader else ""

    def _refuted(self, guess: Guess) -> Proof | None:
        """Give what types say against a fix of ruff's, if they do: no test that passes stands against that."""
        if guess.fixer not in RUFFS:
            return None
        said = self._proofs(guess.version, guess.about)
        proofs = (said[found] for found in guess.about if found in said)
        return next((proof for proof in proofs if proof.verdict == "refuted"), None)

    def _proved_here(self, fixer: str, version: Version, places: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Give the places at which the code around them rules out what could differ."""
        text = _text(version, version.now)
        doubts = doubts_at(fixer, version.root, version.path, text, places) if text is not None else {}
        return [found for found, why in doubts.items() if not why]

    def _is_proved(self, guess: Guess, change: Change) -> bool:
        """Say whether the code around the places of a guess, or evaluation, rules out what could differ."""
        if doubt_about((), change):
            return False
        old, texts = guess.version, (change.before, change.after)
        return is_proved(guess.fixer, old.root, old.path, texts, guess.about, self.around, old.scratch)

    def _run_places(self, version: Version, places: Sequence[Diagnostic]) -> frozenset[int]:
        """Give the lines of those places whose statements some test runs."""
        text = _text(version, version.now)
        if not places or text is None or self.record is None:
            return frozenset()
        return run_lines(text, [found.line for found in places], *self._lines(version))

    def _is_tested(self, guess: Guess, change: Change) -> bool:
        """Say whether tests run each statement that is changed; imports that are proved need none to run them."""
        if self.record is None:
            return False
        run = judge_lines(change.before, change.after, *self._lines(guess.version))
        if run.is_tested or not run.tests:
            return run.is_tested
        return set(run.unrun) <= _import_lines(change) and not doubt_about((), change)

    def _lines(self, version: Version) -> tuple[Mapping[int, Collection[str]], Collection[int]]:
        """Give what the record says of the base commit's lines, in lines of the version as it is now."""
        base, now = _text(version, version.base), _text(version, version.now)
        if self.record is None or base is None or now is None:
            return {}, ()
        return carry_over(base, now, self.record.runs(version.path), self.record.imported(version.path))


def _import_lines(change: Change) -> set[int]:
    """The lines of the text before a change on which an import begins."""
    try:
        nodes = list(ast.walk(change.trees[0]))
    except CannotReadError:
        return set()
    return {node.lineno for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)}


def _text(version: Version, content: bytes) -> str | None:
    """The code of a content of a file; of a notebook that of its cells. None for what cannot be read."""
    try:
        return cells(content) if is_notebook(version.path) else decode(content)
    except CannotReadError:
        return None
