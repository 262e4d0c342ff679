"""What stands behind a guess is found, the surest first, and decides whether it lands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from stomper.grades import Grade
from stomper.models import Diagnostic
from stomper.proof.grader import Grader, Group, Guess, Version
from stomper.proof.typed.needs import Proof
from stomper.settings import ProofLevel, ProofSettings

BASE = b"def f(x):\n    if x == None:\n        return 1\n    return 2\n"
FIXED = BASE.replace(b"== None", b"is None")
E711 = Diagnostic("ruff", "E711", "Comparison to `None`", "a.py", 2, 13)


@dataclass(frozen=True)
class Record:
    """A record in which tests run the lines `run` of every file."""

    run: Collection[int]

    def runs(self, path: str) -> Mapping[int, frozenset[str]]:
        return {line: frozenset({"test"}) for line in self.run}

    def imported(self, path: str) -> frozenset[int]:
        return frozenset()


@dataclass(frozen=True)
class Prover:
    """Says the same of all places."""

    verdict: Any

    def prove(
        self, root: Path, path: str, text: str, diagnostics: Sequence[Diagnostic], scratch: Path
    ) -> Mapping[Diagnostic, Proof]:
        return {found: Proof(self.verdict, "") for found in diagnostics}


def grader(level: ProofLevel = "tested", run: Collection[int] = (), verdict: str = "") -> Grader:
    record, prover = Record(run) if run else None, Prover(verdict) if verdict else None
    return Grader(ProofSettings(level), cast(Any, prover), cast(Any, record))


def version(now: bytes = BASE, base: bytes = BASE, path: str = "a.py") -> Version:
    return Version(Path("/"), Path("/"), path, base, now)


def guess(after: bytes = FIXED, ours: bool = True, by_types: bool = False, at: Version | None = None) -> Guess:
    return Guess("ruff-unsafe", at or version(), after, (E711,), ours, by_types)


def test_a_test_that_runs_the_changed_statement_stands_behind_it() -> None:
    assert grader(run=[2]).judge(guess()).grade is Grade.TESTED
    assert grader(run=[4]).judge(guess()).grade is Grade.UNPROVED
    assert grader().judge(guess()).grade is Grade.UNPROVED


def test_no_test_stands_for_what_a_person_has_to_look_at() -> None:
    about = (Diagnostic("ruff", "E501", "Line too long", "a.py", 2, 1),)
    at = version(BASE, BASE)
    assert grader(run=[2]).judge(Guess("codemods/read-docstrings", at, FIXED, about, True)).grade is Grade.UNPROVED
    assert grader(run=[2]).judge(Guess("ruff-unsafe", at, FIXED, (E711,), True)).grade is Grade.TESTED


def test_lines_are_those_of_the_base_commit() -> None:
    later = version(now=b"import os\n" + BASE)
    assert grader(run=[2]).judge(guess(b"import os\n" + FIXED, at=later)).grade is Grade.TESTED
    assert grader(run=[4]).judge(guess(b"import os\n" + FIXED, at=later)).grade is Grade.UNPROVED


def test_what_no_program_can_tell_is_safe_whoever_has_made_it() -> None:
    assert grader().judge(guess(BASE + b"# done\n", ours=False)).grade is Grade.SAFE


def test_our_word_is_for_our_fixers_only() -> None:
    about = (Diagnostic("ruff", "E713", "Test for membership", "a.py", 1, 1, fixable=True),)
    at = version(b"x = not a in b\n", b"x = not a in b\n")
    for ours, grade in ((True, Grade.SAFE), (False, Grade.UNPROVED)):
        assert grader().judge(Guess("ruff", at, b"x = a not in b\n", about, ours)).grade is grade


def test_what_is_proved_of_all_places_counts() -> None:
    assert grader().judge(guess(by_types=True)).grade is Grade.PROVED
    assert grader().judge(guess()).grade is Grade.UNPROVED


@pytest.mark.parametrize(
    ("verdict", "run", "grade"),
    [
        ("proved", (), Grade.PROVED),
        ("unknown", (), Grade.UNPROVED),
        ("unknown", (2,), Grade.TESTED),
        ("refuted", (2,), Grade.UNPROVED),
    ],
)
def test_places_are_sorted_by_types_then_by_tests(verdict: str, run: tuple[int, ...], grade: Grade) -> None:
    assert grader(run=run, verdict=verdict).sort("ruff-unsafe", version(), [E711]) == [
        Group(grade, (E711,), by_types=verdict == "proved")
    ]


@pytest.mark.parametrize(
    ("fixer", "grade"), [("ruff-unsafe", Grade.UNPROVED), ("ruff", Grade.UNPROVED), ("x", Grade.TESTED)]
)
def test_no_test_stands_against_types_that_refute_a_fix_of_ruffs(fixer: str, grade: Grade) -> None:
    made = Guess(fixer, version(), FIXED, (E711,), True)
    judged = grader(run=[2], verdict="refuted").judge(made)
    assert (judged.grade, "look of yours" in judged.needs) == (grade, grade is Grade.UNPROVED)


@pytest.mark.parametrize(("level", "lands"), [("safe", 1), ("proved", 2), ("tested", 3), ("none", 4)])
def test_what_lands(level: ProofLevel, lands: int) -> None:
    assert [grader(level).lets("a.py", [E711], grade) for grade in Grade] == [True] * lands + [False] * (4 - lands)


def test_the_strictest_of_several_codes_counts() -> None:
    made = Grader(ProofSettings("none", codes=(("E711", "safe"),)))
    other = Diagnostic("ruff", "B006", "", "a.py", 1, 1)
    assert made.lets("a.py", [other], Grade.UNPROVED)
    assert not made.lets("a.py", [other, E711], Grade.UNPROVED)


def test_an_unsafe_fix_that_was_asked_for_has_no_word_of_ruff(tmp_path: Path) -> None:
    before, after = b"x = list(sorted(y))\n", b"x = sorted(y)\n"
    about = (Diagnostic("ruff", "C413", "Unnecessary `list` call", "a.py", 1, 5, fixable=True),)
    for unsafe, grade in ((False, Grade.PROVED), (True, Grade.UNPROVED)):
        made = Grader(ProofSettings(), unsafe=unsafe)
        assert made.hopes("ruff", about[0]) is not unsafe
        judged = made.judge(Guess("ruff", Version(tmp_path, tmp_path, "a.py", before, before), after, about, True))
        assert judged.grade is grade


def test_no_test_can_run_what_needs_a_person() -> None:
    long = Diagnostic("ruff", "E501", "Line too long", "a.py", 2, 1)
    made, group = grader(run=[2]), Group(Grade.UNPROVED, (long,))
    assert made.sort("codemods/read-docstrings", version(), [long]) == [group]


def test_what_is_nested_too_deep_proves_nothing() -> None:
    deep = b"x = " + b"(" * 90 + b"a" + b" + a)" * 90 + b"\n" + b"y = " + b"-" * 3000 + b"1\n"
    made = grader(run=[2])
    assert made.judge(guess(deep + b"z = 1\n", at=version(deep, deep))).grade is Grade.UNPROVED
    assert made.sort("ruff-unsafe", version(deep, deep), [E711]) == [Group(Grade.UNPROVED, (E711,))]


READERS = {
    "read.py": b"import typing\ndef g(f):\n    return typing.get_type_hints(f)\n",
    "alias.py": b"\ndef g(f):\n    from inspect import signature as s\n    return s(f)\n",
    "own.py": b"# __annotations__ are not read here\n",
    "broken.py": b"\n\nprint 'get_annotations'\n",
}
UNTYPED = b"def f(x):\n    return x\n"


@pytest.mark.parametrize(
    ("other", "run", "needs"),
    [
        ("read.py", (1, 2, 3), ""),
        ("read.py", (1, 2), "a test that runs line 3 of read.py, which may read it"),
        ("alias.py", (1, 2, 3), ""),
        ("alias.py", (1, 2, 4), "a test that runs line 3 of alias.py, which may read it"),
        ("own.py", (1, 2), ""),
        ("broken.py", (1, 2, 3), "a test that runs line 1 of broken.py, which may read it"),
    ],
)
def test_annotations_that_may_be_read_need_tests_of_their_readers(
    tmp_path: Path, other: str, run: tuple[int, ...], needs: str
) -> None:
    (tmp_path / other).write_bytes(READERS[other])
    at = Version(tmp_path, tmp_path, "a.py", UNTYPED, UNTYPED)
    judged = grader(run=run).judge(annotated(at))
    assert (judged.grade, judged.needs) == (Grade.UNPROVED if needs else Grade.TESTED, needs)


@pytest.mark.parametrize(
    ("run", "needs"), [((2, 3, 4, 5), ""), ((2, 3, 4), "a test that runs line 6 of a.py, which may read it")]
)
def test_the_files_own_reader_is_looked_at_where_it_is_now(tmp_path: Path, run: tuple[int, ...], needs: str) -> None:
    before = b"import inspect\n" + UNTYPED + b"def g():\n    return inspect.signature(f)\n"
    at = Version(tmp_path, tmp_path, "a.py", before, b"import os\n" + before)
    assert grader(run=run).judge(annotated(at)).needs == needs


def annotated(at: Version) -> Guess:
    about = (Diagnostic("mypy", "no-untyped-def", "Function is missing a type annotation", "a.py", 1, 1),)
    return Guess("annotate-used", at, at.now.replace(b"f(x)", b"f(x: int) -> int"), about, True)
