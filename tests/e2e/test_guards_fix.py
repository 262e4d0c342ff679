"""Guards on honesty in a run: a fixer that cheats, in another way on each file."""

import json
import sys
from pathlib import Path

import pytest

from tests.kit.chains import chain_toml, file_report
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states
from tests.kit.samples import PYPROJECT
from tests.kit.tricks import TRICKS

GUARDS = ("suppressions", "removed_tests", "skipped_tests", "removed_assertions", "deletion")
# What ruff may do to a test file and does not: none of it is cheating.
HONEST = '''\
from __future__ import annotations
import unittest, os  # noqa: E401
import pytest
from typing import Any, cast, List


@pytest.mark.parametrize(("a"), [1, 2])
def test_many(a: Any) -> None:
    assert not a == None and a is not 3
    values: List[int] = list([cast(Any, a)])
    assert len(values) == 1, f"no"


class TestOld(unittest.TestCase):
    def test_old(self):
        """What ``test_old`` says

        """
        self.assertEquals(str(1), '1')
        with pytest.raises(Exception):
            raise IOError("x" "y")
        unused = 1  # noqa: F841, E501
        if not isinstance("x", str) == True: assert False
'''


def cheater(folder: Path) -> list[str]:
    """A fixer that plays on each file the trick that is meant for it."""
    script = folder / "cheat.py"
    tricks = {trick.path: trick.after for trick in TRICKS}
    script.write_text(f"import pathlib, sys\npathlib.Path(sys.argv[1]).write_text({tricks!r}[sys.argv[1]])\n")
    return [sys.executable, "-IS", str(script), "{file}"]


def cheated(repo: GitRepo, tmp_path: Path, guards: str) -> GitRepo:
    """A repository with a file for each trick, and the program that plays them."""
    table = "\n".join(f"{guard} = {json.dumps(guards)}" for guard in GUARDS)
    toml = chain_toml({"cheat": cheater(tmp_path)}, "max_retries = 0", f"[tool.stomper.guards]\n{table}\n")
    only_imports = PYPROJECT.replace('"E", "F", "I"', '"F401"')
    repo.write("pyproject.toml", f"{only_imports}\n{toml}")
    for trick in TRICKS:
        repo.write(trick.path, trick.before)
    repo.commit("sample")
    return repo


def test_every_trick_is_refused_and_named(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    state = cheated(repo, tmp_path, "reject").checkout_state()
    result = stomper.run(repo, "fix", "--no-run-tests").check(1)
    assert repo.checkout_state() == state
    assert states(repo) == {trick.path: "rejected" for trick in TRICKS}
    for trick in TRICKS:
        file = file_report(repo, trick.path)
        assert trick.words in file["reason"]
        assert "cheat" in file["reason"]
        assert "refused" in [attempt["result"] for attempt in file["attempts"]]
    assert "adds a suppression" in result.out


@pytest.mark.unproved
@pytest.mark.matrix
@pytest.mark.parametrize("policy", ["allow", "warn"])
def test_every_trick_can_be_permitted(policy: str, repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    cheated(repo, tmp_path, policy)
    stomper.run(repo, "fix", "--no-run-tests", "--no-format").check()
    assert states(repo) == {trick.path: "fixed" for trick in TRICKS}
    for trick in TRICKS:
        assert repo.content(trick.path).decode() == trick.after
        reason = file_report(repo, trick.path).get("reason", "")
        assert ("warning: " in reason and trick.words in reason) is (policy == "warn")


@pytest.mark.parametrize("unsafe", [[], ["--unsafe-fixes"]])
def test_what_ruff_itself_does_is_not_refused(unsafe: list[str], repo: GitRepo, stomper: Stomper) -> None:
    everything = PYPROJECT.replace('select = ["E", "F", "I"]', 'select = ["ALL"]\nignore = ["F401"]')
    repo.write("pyproject.toml", everything)
    repo.write("test_honest.py", HONEST)
    repo.commit()
    stomper.run(repo, "fix", "--no-run-tests", *unsafe).check(1)
    file = file_report(repo, "test_honest.py")
    assert file["status"] == "partial"
    assert "refused" not in [attempt["result"] for attempt in file["attempts"]]
    assert file["before"] - file["after"] > 5
    assert report_of(repo)["tests"]["mode"] == "none"
