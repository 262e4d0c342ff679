"""The table of words: it knows each code that ruff fixes, and what it says holds of programs that are run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stomper.fixers import GROUPS, MAKERS
from stomper.fixers.unsafe_codes import TRIED
from stomper.grades import Grade
from stomper.proof.change import Change
from stomper.proof.checks import speak
from stomper.proof.fixer_rows import FIXERS
from stomper.proof.words import Word, ruff_rows, word_for
from tests.kit.proof_samples import DIFFERENT, SAME, Sample
from tests.kit.subjects import RUFF


def test_each_code_that_ruff_fixes_has_a_row() -> None:
    done = subprocess.run([RUFF, "rule", "--all", "--output-format", "json"], check=True, capture_output=True)
    fixable = {rule["code"] for rule in json.loads(done.stdout) if rule["fix_availability"] != "None"}
    assert fixable - ruff_rows().keys() == set(), "enter these in stomper/proof/ruff_safe.py or ruff_needs.py"
    assert ruff_rows().keys() - fixable == set(), "ruff has no fix for these any more"


def test_each_fixer_of_ours_is_known() -> None:
    assert {*MAKERS} - FIXERS.keys() == {"ruff", "ruff-unsafe", "demo"}
    assert not FIXERS.keys() - {*MAKERS}
    assert {*GROUPS["codemods"]} <= {*FIXERS, "ruff-unsafe"}


@pytest.mark.parametrize("row", [*{id(row): row for row in (*ruff_rows().values(), *FIXERS.values())}.values()])
def test_each_row_says_why_or_what_it_needs(row: Word) -> None:
    assert row.why
    assert bool(row.needs) == (row.grade is None)


def test_nothing_is_said_of_others() -> None:
    for fixer in ("claude-code", "black", "mine"):
        assert word_for(fixer, "ruff", "F401").grade is None
    assert word_for("ruff", "ruff", "XYZ1").grade is None
    assert word_for("ruff", "mypy", "E713").grade is None


def test_what_only_our_own_fixer_looks_at_is_nothing_for_ruff_alone() -> None:
    assert word_for("ruff-unsafe", "ruff", "F841").grade is Grade.PROVED
    assert word_for("ruff", "ruff", "F841").grade is None
    assert word_for("ruff", "ruff", "C408", "unsafe").grade is Grade.PROVED
    assert word_for("ruff", "ruff", "E713", "unsafe").grade is Grade.SAFE


def test_what_holds_for_safe_fixes_only_is_nothing_for_others() -> None:
    assert word_for("ruff-unsafe", "ruff", "C413", "safe").grade is Grade.PROVED
    assert word_for("ruff-unsafe", "ruff", "C413", "unsafe").grade is None
    assert word_for("ruff-unsafe", "ruff", "UP018", "unsafe").grade is Grade.PROVED


def fixed(root: Path, sample: Sample) -> str:
    """The text that ruff makes of a sample. It must make another."""
    for path, text in sample.others:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    words = ["--unsafe-fixes"] if sample.unsafe else []
    argv = [
        RUFF,
        "check",
        "--isolated",
        "--preview",
        "--no-cache",
        "--quiet",
        "--fix-only",
        "--target-version",
        "py311",
    ]
    argv += [*words, "--select", sample.code, "--stdin-filename", "program.py", "-"]
    after = subprocess.run(argv, input=sample.text, cwd=root, text=True, check=True, capture_output=True).stdout
    assert after != sample.text, "ruff leaves it as it is"
    return after


def printed(root: Path, text: str) -> str:
    """What a program prints, in an interpreter of its own."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-"], input=text, cwd=root, text=True, capture_output=True)
    return done.stdout


def word_about(root: Path, sample: Sample, after: str) -> Word:
    (root / "program.py").write_text(sample.text)
    fixer = "ruff-unsafe" if sample.code in TRIED and sample.unsafe else "ruff"
    word = word_for(fixer, "ruff", sample.code, "unsafe" if sample.unsafe else "safe")
    (root / "pyproject.toml").write_text("[project]\nname = 'p'\nversion = '1'\nrequires-python = '>=3.11'\n")
    scratch = root.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return speak([word], Change(fixer, root, "program.py", sample.text, after, scratch))


@pytest.mark.parametrize("sample", SAME, ids=lambda sample: sample.code)
def test_what_is_safe_or_proved_prints_the_same(sample: Sample, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    after = fixed(root, sample)
    word = word_about(root, sample, after)
    assert word.grade in (Grade.SAFE, Grade.PROVED), word.why
    assert printed(root, after) == printed(root, sample.text) != ""


@pytest.mark.parametrize("sample", DIFFERENT, ids=lambda sample: sample.code)
def test_what_can_be_told_has_no_grade(sample: Sample, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    after = fixed(root, sample)
    assert printed(root, after) != printed(root, sample.text), "this refutes nothing"
    word = word_about(root, sample, after)
    assert word.grade is None
    assert word.needs


@pytest.mark.parametrize(
    ("code", "before", "after", "doubt"),
    [
        ("W291", "x = '''a \n'''\n", "x = '''a\n'''\n", "the syntax tree is another"),
        (
            "RET504",
            "def f():\n    x = g()\n    return x\nlocals()\n",
            "def f():\n    return g()\nlocals()\n",
            "by their text",
        ),
        ("B009", "x = getattr(y, '\u00b5')\n", "x = y.\u00b5\n", "another form"),
        ("PIE804", "f(**{'\ufb01': 1})\n", "f(\ufb01=1)\n", "another form"),
        ("C413", "x = list(sorted(y))\n", "x = sorted(y)\n", "to call more fixes safe"),
    ],
)
def test_a_check_that_does_not_hold_is_named(tmp_path: Path, code: str, before: str, after: str, doubt: str) -> None:
    (tmp_path / "ruff.toml").write_text('lint.extend-safe-fixes = ["C413"]\n')
    word = speak([word_for("ruff", "ruff", code)], Change("ruff", tmp_path, "a.py", before, after, tmp_path))
    assert word.grade is None
    assert doubt in word.needs
