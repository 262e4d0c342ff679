"""Which untracked files tests need: narrowed down by what is tried, and written as configuration."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from stomper.commands.doctor.worktree import configuration_lines
from stomper.run.needed_files import least, named_in
from stomper.settings import EnvironmentSettings

POOL = ("a", "b", "c", "d", "e")


@pytest.mark.parametrize("needed", [set(n) for k in (1, 2, 3, 5) for n in itertools.combinations(POOL, k)])
def test_just_what_is_needed_is_left(needed: set[str]) -> None:
    def good(paths: Sequence[str]) -> bool:
        return needed <= set(paths)

    assert set(least(good, POOL)) == needed


def test_of_two_that_do_the_same_one_is_left() -> None:
    assert len(least(lambda paths: "a" in paths or "e" in paths, POOL)) == 1


def test_few_runs_find_one_of_many() -> None:
    tried = []

    def good(paths: Sequence[str]) -> bool:
        tried.append(paths)
        return "63" in paths

    assert least(good, [str(number) for number in range(64)]) == ("63",)
    assert len(tried) <= 12


def test_a_log_names_files_and_modules() -> None:
    log = "No module named 'pkg._gen'\nFileNotFoundError: '/x/data/model.bin'\ncannot import name '_fast' from 'pkg'"
    paths = ("pkg/_gen.py", "data/model.bin", "pkg/_fast.so", "bin", "model", "other.txt")
    assert named_in(log, paths) == ("pkg/_gen.py", "data/model.bin", "pkg/_fast.so")


def test_the_lines_keep_what_is_configured(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("1")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(100_000_000)
    environment = EnvironmentSettings(copy=("old",))
    assert configuration_lines(tmp_path, ("large", "new"), environment) == ('copy = ["old", "new"]', 'link = ["large"]')
