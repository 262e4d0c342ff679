"""`stomper fix` in whole: it goes by what the checkout shows, or stops before anything is changed."""

import json
from collections.abc import Callable

import pytest

from stomper.errors import EXIT_CLEAN, EXIT_LEFT, EXIT_UNTRUSTED
from tests.kit.cli import Stomper
from tests.kit.fakes import real_tool
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo

TOML = "[tool.stomper]\ncheckers = ['ruff']\nfixers = ['ruff']\n[tool.stomper.workflow]\ntest_validation = 'none'\n"
LONG = f"import os\nx = {json.dumps('word ' * 14)}\n"
# Finds less in a worktree than in the checkout.
TWO_FACED = """#!/bin/sh
case "$PWD $1" in *"stomper-tree check") shift; exec {ruff} check --ignore F401 "$@";; esac
exec {ruff} "$@"
"""


def test_a_fix_goes_by_configuration_above_and_not_by_that_above_the_worktrees(
    stomper: Stomper, make_repo: Callable[[str], GitRepo], hermetic: Hermetic
) -> None:
    repo = make_repo("code/dist")
    (repo.path.parent / "ruff.toml").write_text("line-length = 60\nlint.select = ['F401', 'E501']\n")
    (hermetic.cache / "ruff.toml").write_text("lint.select = ['W']\n")
    repo.write("pyproject.toml", TOML)
    repo.commit_file("a.py", LONG)
    stomper.run(repo, "fix").check(EXIT_LEFT)
    assert (repo.path / "a.py").read_text() == LONG.removeprefix("import os\n")
    assert "E501" in stomper.run(repo, "fix").check(EXIT_LEFT).out


def test_a_fix_stops_where_a_worktree_shows_something_else(stomper: Stomper, repo: GitRepo) -> None:
    program = repo.path.parent / "two-faced"
    program.write_text(TWO_FACED.format(ruff=real_tool("ruff")))
    program.chmod(0o755)
    repo.write("pyproject.toml", f"{TOML}[tool.stomper.tools]\nruff = '{program}'\n")
    repo.commit_file("a.py", "import os\n\nx = 1\n")
    before = repo.checkout_state()
    result = stomper.run(repo, "fix").check(EXIT_UNTRUSTED)
    assert "a worktree does not show what your checkout shows" in result.err
    assert "ruff finds F401 in line 1 of a.py only in the checkout" in result.err
    assert "hint: " in result.err
    assert repo.checkout_state() == before


@pytest.mark.thorough
def test_what_set_up_commands_make_different_is_told(stomper: Stomper, repo: GitRepo) -> None:
    repo.write("pyproject.toml", f"{TOML}[tool.stomper.environment]\nsetup = [\"sh -c 'echo >ruff.toml'\"]\n")
    repo.write("pyproject.toml", (repo.path / "pyproject.toml").read_text() + "[tool.ruff]\nlint.select = ['W']\n")
    repo.commit_file("a.py", "import os\n\nx = 1\n")
    result = stomper.run(repo, "fix").check(EXIT_CLEAN)
    assert "the set-up commands make a difference to your checkout: ruff has other settings for a.py" in result.err
