"""What the code of a file itself proves of ruff's fixes, in the grader."""

from pathlib import Path

import pytest

from stomper.fixers import FixReply, FixRequest
from stomper.fixers.annotations.surroundings import Surroundings
from stomper.fixers.ruff_unsafe import RuffUnsafeFixer
from stomper.grades import Grade
from stomper.models import Diagnostic
from stomper.proof.grader import Grader, Group, Guess, Version
from stomper.proof.here import is_proved
from stomper.settings import ProofSettings
from tests.kit.fakes import real_tool

RUFF = real_tool("ruff") or ""
PROJECT = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'
GRADER = Grader(ProofSettings())
FORMATS = "def f(x):\n    return '{}'.format(x)\n\n\ndef g(x):\n    return '{} {}'.format(x, x.pop())\n"
LISTS = "from typing import List\n\n\ndef f(x: List[int]) -> None: ...\n\n\n@unknown\ndef g(x: int) -> None: ...\n"


def version(root: Path, text: str) -> Version:
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "a.py").write_text(text)
    return Version(root, root, "a.py", text.encode(), text.encode())


def found(code: str, line: int, column: int) -> Diagnostic:
    return Diagnostic("ruff", code, "is old", "a.py", line, column, fixable=True)


def test_the_code_around_says_nothing_of_others(tmp_path: Path) -> None:
    one = found("UP032", 2, 12)
    assert GRADER.sort("some-agent", version(tmp_path, FORMATS), [one]) == [Group(Grade.UNPROVED, (one,))]


@pytest.mark.parametrize(("line", "grade"), [(2, Grade.PROVED), (6, Grade.UNPROVED)])
def test_a_guess_at_a_place_is_judged_by_it(tmp_path: Path, line: int, grade: Grade) -> None:
    before = version(tmp_path, FORMATS)
    after = FORMATS.replace("'{} {}'.format(x, x.pop())", "f'{x} {x.pop()}'").encode()
    judged = GRADER.judge(Guess("ruff-unsafe", before, after, (found("UP032", line, 12),), ours=True))
    assert judged.grade is grade
    theirs = Guess("some-agent", before, after, (found("UP032", line, 12),), ours=False)
    assert GRADER.judge(theirs).grade is Grade.UNPROVED


@pytest.mark.parametrize(
    ("text", "is_known"),
    [(LISTS, True), (LISTS.replace("@unknown\n", "").replace("def f", "@unknown\ndef f"), False)],
    ids=["nobody reads it", "a decorator may read it"],
)
def test_annotations_are_proved_where_nobody_reads_them(tmp_path: Path, text: str, is_known: bool) -> None:
    version(tmp_path, text)
    after = text.replace("from typing import List\n\n\n", "").replace("List[int]", "list[int]")
    about = found("UP006", 4, 10), found("UP035", 1, 1)
    for fixer, proved in {"ruff": is_known, "ruff-unsafe": is_known, "some-agent": False}.items():
        assert is_proved(fixer, tmp_path, "a.py", (text, after), about, Surroundings(), tmp_path) is proved


def test_other_codes_are_not_proved_by_that(tmp_path: Path) -> None:
    version(tmp_path, LISTS)
    about = found("UP006", 4, 10), found("F632", 4, 10)
    texts = LISTS, LISTS.replace("List[int]", "list[int]")
    for diagnostics in (about, ()):
        assert not is_proved("ruff", tmp_path, "a.py", texts, diagnostics, Surroundings(), tmp_path)


def test_what_ruff_unsafe_leaves_it_says(tmp_path: Path) -> None:
    text = "def f(g):\n    x = g(locals())\n    return x\n"
    reply = at_one_place(tmp_path, text, found("RET504", 3, 12))
    assert "code looks at names by their text" in " ".join(reply.remarks), reply
    assert (tmp_path / "a.py").read_text() == text


def test_what_ruff_calls_safe_is_made_at_single_places_and_graded(tmp_path: Path) -> None:
    text = "def f(a, b):\n    return '{}{}'.format(a, b())\n"
    about = found("UP032", 2, 12)
    assert at_one_place(tmp_path, text, about).remarks == ()
    after = (tmp_path / "a.py").read_text()
    assert after == "def f(a, b):\n    return f'{a}{b()}'\n"
    assert not is_proved("ruff-unsafe", tmp_path, "a.py", (text, after), (about,), Surroundings(), tmp_path)


def at_one_place(root: Path, text: str, about: Diagnostic) -> FixReply:
    version(root, text)
    (root / "ruff.toml").write_text(f'lint.select = ["{about.code}"]\n')
    return RuffUnsafeFixer(RUFF).fix(FixRequest(root, "a.py", (about,), None, root))


def test_a_newer_form_than_the_project_can_evaluate_is_put_in_quotes(tmp_path: Path) -> None:
    text = "import typing as t\n\n\ndef f(a: t.Optional[int]) -> t.Optional[int]:\n    return a\n"
    version(tmp_path, text)
    (tmp_path / "pyproject.toml").write_text(PROJECT.replace("3.11", "3.9"))
    (tmp_path / "ruff.toml").write_text('target-version = "py310"\nlint.select = ["UP045", "F401"]\n')
    about = (found("UP045", 4, 10), found("UP045", 4, 30))
    RuffUnsafeFixer(RUFF).fix(FixRequest(tmp_path, "a.py", about, None, tmp_path))
    assert (tmp_path / "a.py").read_text().strip() == 'def f(a: "int | None") -> "int | None":\n    return a'
