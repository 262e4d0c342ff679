"""What was not looked at is never called clean: paths, patterns and codes that match nothing are errors."""

import json

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
SLIPS = {
    "an include": (["--include", "scr/**"], "--include 'scr/**' matches no tracked file"),
    "one of two includes": (["--include", "*.py", "--include", "*.pz"], "--include '*.pz' matches no tracked file"),
    "a pattern": (["--pattern", "scr/**"], "--pattern 'scr/**' matches no file that is looked at"),
    "a file": (["README.md"], "no checker looks at README.md: ruff by its own configuration leaves out"),
    "a folder": (["docs"], "in docs is no file to look at"),
    "a code": (["--error-type", "F99"], "--error-type: no code of ruff begins with 'F99'"),
    "one of two codes": (["--error-type", "F401,F99"], "--error-type: no code of ruff begins with 'F99'"),
    "a code to ignore": (["--ignore", "e501"], "Did you mean E501?"),
    "a name of ruff's": (["--error-type", "unused-import"], "Did you mean F401 (unused-import)?"),
    "a code of a checker that is off": (["--error-type", "no-untyped-def"], "It is mypy's, which is not among"),
}


@pytest.fixture
def clean(repo: GitRepo) -> GitRepo:
    for path in ("README.md", "docs/a.md"):
        repo.write(path, "words\n")
    repo.commit_file("src/a.py", "X = 1\n")
    return repo


@pytest.mark.matrix
@pytest.mark.parametrize("slip", SLIPS)
def test_what_matches_nothing_is_an_error(slip: str, clean: GitRepo, stomper: Stomper) -> None:
    words, said = SLIPS[slip]
    for command in ("check", "plan", "fix"):
        result = stomper.run(clean, command, *words).check(2)
        assert said in result.err
        assert "--allow-empty" in result.err
    stomper.run(clean, "check", *words, "--allow-empty").check()


def test_a_project_without_a_file_to_look_at(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.ipynb", json.dumps(NOTEBOOK))
    refused = stomper.run(repo, "check").check(2)
    assert "there is nothing to look at: no tracked file matches **/*.py, **/*.pyi" in refused.err
    assert "--include '**/*.ipynb'" in refused.err
    accepted = stomper.run(repo, "check", "--allow-empty").check()
    assert accepted.out == "looked at: nothing, for no file is selected\n"
    assert "there is nothing to look at" in stomper.run(repo, "fix").check(2).err


def test_how_many_files_each_checker_looked_at(clean: GitRepo, stomper: Stomper) -> None:
    clean.write("pyproject.toml", "[tool.ruff]\nexclude = ['old']\n")
    clean.commit_file("old/b.py", "import os\n")
    assert stomper.run(clean, "check").check().out == "nothing found\nlooked at: ruff 1 file\n"
    told = json.loads(stomper.run(clean, "check", "--format", "json").check().out)
    assert told["looked_at"] == {"ruff": 1}
    assert "\nlooked at: ruff 1 file\n" in stomper.run(clean, "fix").check().out
    assert report_of(clean)["looked_at"] == {"ruff": 1}
    # Nothing has changed, and what has changed may be what ruff leaves out: both are no slips.
    assert "no file is selected" in stomper.run(clean, "check", "--git-changed").check().out
    clean.write("old/b.py", "import sys\n")
    assert stomper.run(clean, "check", "--git-changed").check().out == "looked at: ruff 0 files\n"
    assert (
        "no checker looks at old/b.py: ruff by its own configuration" in stomper.run(clean, "check", "old").check(2).err
    )
