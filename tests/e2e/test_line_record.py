"""The record of lines across runs: made once for the same content, whole or not there, and nobody else's word."""

from pathlib import Path

import pytest

from stomper.project_tests.kept_records import INDEX, NAME
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

CODE = "def tested(x):\n    return x == None\n\n\ndef untested(x):\n    return x == None\n"
TEST = "import sys\nfrom shop import tested\n\n\ndef test_it():\n    assert tested(None)\n"
CONFIG = "[tool.ruff.lint]\nselect = ['E711']\n"


@pytest.fixture
def shop(repo: GitRepo) -> GitRepo:
    repo.write("pyproject.toml", CONFIG)
    repo.write("shop.py", CODE)
    repo.write("test_shop.py", TEST)
    repo.commit("shop")
    return repo


def records(repo: GitRepo) -> list[Path]:
    return sorted((repo.git_dir / "stomper" / NAME).iterdir())


def fixed_and_withheld(repo: GitRepo) -> tuple[list[int], int]:
    (file,) = report_of(repo)["files"]
    return [found["line"] for found in file["withheld"]], report_of(repo)["summary"]["withheld"]


def test_a_second_run_on_the_same_content_comes_to_the_same(shop: GitRepo, stomper: Stomper) -> None:
    for _ in range(2):
        stomper.run(shop, "fix", "--dry-run", "--no-cache").check(1)
        assert fixed_and_withheld(shop) == ([6], 1)
    (record,) = records(shop)
    marks = {file: file.stat().st_mtime_ns for file in record.iterdir()}
    stomper.run(shop, "fix", "--no-cache").check(1)
    assert {file: file.stat().st_mtime_ns for file in record.iterdir()} == marks
    assert (shop.path / "shop.py").read_text() == CODE.replace("== None", "is None", 1)


@pytest.mark.thorough
def test_a_run_that_is_killed_while_it_keeps_the_record(shop: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    stomper.run(shop, "fix", env=crash_at("line-record")).check(KILLED)
    seconds_until_none_is_marked(hermetic)
    assert [record.suffix for record in records(shop)] == [".part"]
    stomper.run(shop, "fix").check(1)
    assert [record.suffix for record in records(shop)] == [""]
    assert fixed_and_withheld(shop) == ([6], 1)


def test_what_somebody_else_put_there_proves_nothing(shop: GitRepo, stomper: Stomper) -> None:
    stomper.run(shop, "fix", "--dry-run").check(1)
    (record,) = records(shop)
    for file in record.iterdir():
        if file.name != INDEX:
            file.write_bytes(file.read_bytes().replace(b" ", b" 0", 1))
    stomper.run(shop, "fix").check(1)
    assert fixed_and_withheld(shop) == ([2, 6], 2)
