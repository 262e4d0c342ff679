"""Every codemod on its files in tests/cases, with what the real checkers find in them."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper.checkers.mypy import MypyChecker
from stomper.fixers import Fixer, unsafe_codes
from stomper.fixers.annotate import AnnotateFixer
from stomper.fixers.annotate.fixer import CODES as ANNOTATED_CODES
from stomper.fixers.codemods import CODEMODS, CodemodFixer
from stomper.fixers.codemods.base import Claim
from stomper.fixers.codemods.fixer import parses
from stomper.fixers.ruff_format import CODES, RuffFormatFixer
from stomper.fixers.ruff_unsafe import RuffUnsafeFixer
from tests.kit.cases import Bench, bench_of, expected, names_of
from tests.kit.fakes import real_tool

RUFF = real_tool("ruff") or ""
FORMATTED, TRIED = (frozenset(("ruff", code) for code in codes) for codes in (CODES, unsafe_codes.TRIED))

ANNOTATED = frozenset(("mypy", code) for code in ANNOTATED_CODES)


@dataclass(frozen=True)
class Subject:
    """A fixer with files in tests/cases/NAME, and the codes that it is there for."""

    name: str
    fixer: Fixer
    claims: frozenset[Claim]


SUBJECTS = [
    *(Subject(codemod.name, CodemodFixer(codemod, RUFF), codemod.claims) for codemod in CODEMODS),
    Subject("ruff-format", RuffFormatFixer(RUFF), FORMATTED),
    Subject("ruff-unsafe", RuffUnsafeFixer(RUFF), TRIED),
    Subject("annotate", AnnotateFixer(MypyChecker(real_tool("mypy") or "", sys.executable), RUFF), ANNOTATED),
]
EACH = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)


def fixed(subject: Subject, bench: Bench, paths: list[str]) -> None:
    """Let the fixer fix what is found in these files; it must find its way without a word in the log."""
    for path, diagnostics in bench.found(paths).items():
        assert bench.fix(subject.fixer, path, diagnostics).log == "", path


@EACH
def test_what_changes(subject: Subject, tmp_path: Path) -> None:
    names, _ = names_of(subject.name)
    bench = bench_of(subject.name, tmp_path, subject.claims)
    paths = [f"{name}.py" for name in names]
    assert paths, "a codemod has files before and after"
    before = bench.found(paths)
    assert all(before.values()), {path: found for path, found in before.items() if not found}
    fixed(subject, bench, paths)
    for name, path in zip(names, paths, strict=True):
        assert bench.content(path).decode() == expected(subject.name, name).decode(), path
        assert parses(bench.content(path).decode("utf-8-sig"))
    left = bench.found(paths)
    assert not any(left.values()), left
    # A codemod that is shown diagnostics of before, where nothing is left to do, must see that.
    contents = {path: bench.content(path) for path in paths}
    fixed(subject, bench, paths)
    assert {path: bench.content(path) for path in paths} == contents


@EACH
def test_what_stays(subject: Subject, tmp_path: Path) -> None:
    _, paths = names_of(subject.name)
    assert paths, "a codemod has files that it must leave alone"
    bench = bench_of(subject.name, tmp_path, subject.claims)
    before = bench.found(paths)
    assert all(before.values()), "a file without a diagnostic shows nothing"
    contents = {path: bench.content(path) for path in paths}
    fixed(subject, bench, paths)
    for path in paths:
        assert bench.content(path).decode() == contents[path].decode(), path
