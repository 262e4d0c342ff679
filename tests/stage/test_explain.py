"""`stomper explain`: what a code is, who fixes it, how surely; and what is no code."""

import json
import sys

import mypy.errorcodes
import pytest
from click.testing import CliRunner, Result

from stomper.checkers.mypy_codes import MYPY_CODES
from stomper.cli.main import stomper as program
from stomper.errors import UsageError
from tests.kit.repo import GitRepo


def explained(*words: str) -> Result:
    return CliRunner().invoke(program, ["explain", *words])


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        (
            "f401",
            [
                *("F401 (unused-import), a code of ruff", "Checks for unused imports.", "/rules/unused-import"),
                *("  ruff                         proved", "Advice: unused import", "Before:"),
            ],
        ),
        ("mypy/no-untyped-def", ["a code of mypy", "#code-no-untyped-def", "  annotate ", "  annotate-used "]),
        ("E501", ["  ruff-format ", "  codemods/long-strings "]),
        ("W0611", ["W0611, a code of pylint", "pylint.readthedocs.io"]),
        ("reportReturnType", ["a code of pyright", "pyright"]),
        ("ty/unresolved-import", ["a code of ty", "/rules/#unresolved-import"]),
        ("S101", ["No fixer of Stomper's own has a fix."]),
    ],
)
def test_a_code_is_explained(code: str, parts: list[str], repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)  # without a commit: that is no matter
    told = explained(code).stdout
    for part in parts:
        assert part in told


def test_the_same_as_data() -> None:
    facts = json.loads(explained("UP031", "--format", "json").stdout)
    assert (facts["tool"], facts["code"], facts["name"]) == ("ruff", "UP031", "printf-string-formatting")
    assert [fixer["fixer"] for fixer in facts["fixers"]][:2] == ["ruff", "codemods/percent-format"]


def test_advice_of_the_project_counts_and_its_programs_do_not(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(".stomper/advice/ruff/F401.md", "# mine\n\nFix: ask Ada.\n")
    repo.write(".venv/bin/ruff", f"#!{sys.executable}\nraise SystemExit(open('ran', 'w'))\n")
    (repo.path / ".venv/bin/ruff").chmod(0o755)
    monkeypatch.chdir(repo.path)
    told = explained("F401").stdout
    assert "ask Ada" in told
    assert "unused-import" in told
    assert not (repo.path / "ran").exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("F4", "'F4' is the beginning of 7 codes Name one: F401, F402"),
        ("F4012", "no code 'F4012' is known Did you mean F401"),
        ("qqqqqq", "no code 'qqqqqq' is known `stomper check` names"),
        ("mypy/F401", "no code 'mypy/F401' is known"),
        ("", "no code '' is known"),
    ],
)
def test_what_is_no_code_is_refused(code: str, said: str) -> None:
    refused = explained(code).exception
    assert isinstance(refused, UsageError)
    assert f"{refused.message} {refused.hint}".startswith(said)


def test_the_codes_of_mypy_are_those_that_it_has() -> None:
    """mypy has no option that lists them: an older one may have fewer, a newer one more."""
    assert mypy.errorcodes.error_codes.keys() - MYPY_CODES.keys() == set()
