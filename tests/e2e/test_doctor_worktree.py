"""`stomper doctor --worktree`: untracked files that tests need are found, and the printed line brings them."""

import json
from pathlib import Path
from typing import Any

import pytest

from stomper.process.process_trees import is_alive
from stomper.workspace.worktree import worktrees_folder
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.wait import eventually

TESTS = """\
import importlib
import pathlib

HERE = pathlib.Path(__file__).parent


def test_settings():
    assert (HERE / "local.settings").read_text() == "port = 1\\n"


def test_generated():
    assert importlib.import_module("_" + "gen").ONE == 1


def test_data():
    assert (HERE / "data" / "model.bin").exists()


def test_needs_nothing():
    pass


def test_fails_everywhere():
    assert not HERE
"""
IGNORED = "local.settings\n_*.py\n/data/\n/other/\nnotes.txt\n__pycache__\n"


def needy_repo(repo: GitRepo, tests: str = TESTS) -> None:
    repo.write("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = ['.']\n")
    repo.write(".gitignore", IGNORED)
    repo.commit_file("test_all.py", tests)
    repo.write("local.settings", "port = 1\n")
    repo.write("_gen.py", "ONE = 1\n")
    repo.write("data/model.bin", "\0\1")
    repo.write("other/data.csv", "1\n")
    repo.write("notes.txt", "nobody reads this\n")


def compared(stomper: Stomper, repo: GitRepo, code: int) -> dict[str, Any]:
    before = repo.checkout_state()
    told: dict[str, Any] = json.loads(stomper.run(repo, "doctor", "--worktree", "--format", "json").check(code).out)
    assert repo.checkout_state() == before
    assert not (worktrees_folder(repo.path) / "doctor").exists()
    assert told["exit_code"] == code
    return told


def shell_repo(repo: GitRepo, script: str) -> None:
    """A project whose tests are a script, which is soon run."""
    needy_repo(repo, "")
    repo.commit_file("check.sh", script)
    repo.write("stomper.toml", '[tests]\ncommand = ["sh", "check.sh"]\n')


def test_a_file_that_a_test_names_is_found(repo: GitRepo, stomper: Stomper) -> None:
    """Real pytest: one test fails for want of a file, another one whatever is there."""
    needy_repo(repo, TESTS.replace("test_generated", "generated").replace("test_data", "data"))
    done = stomper.run(repo, "doctor", "--worktree").check(1)
    assert "1 test needs files that a worktree does not have: test_all::test_settings\n  local.settings\n" in done.out
    assert done.out.endswith('[tool.stomper.environment] in pyproject.toml:\n  copy = ["local.settings"]\n')


def test_with_the_printed_lines_nothing_is_lacking(repo: GitRepo, stomper: Stomper) -> None:
    """The script says nothing of the folder that it needs."""
    shell_repo(repo, "grep -qs 1 other/data.csv && cat local.settings\n")
    told = compared(stomper, repo, 1)
    assert told["needed"] == ["local.settings", "other"]
    with (repo.path / "stomper.toml").open("a") as file:
        file.write("\n".join(["[environment]", *told["lines"], ""]))
    again = compared(stomper, repo, 0)
    assert (again["tests"], again["needed"], again["passed"]) == ([], [], 1)
    assert {"local.settings", "other"} <= set(again["brought"])


@pytest.mark.thorough
def test_what_fails_with_all_files_too_is_no_difference(repo: GitRepo, stomper: Stomper) -> None:
    shell_repo(repo, "ls; exit 1\n")
    assert "there is nothing to compare" in stomper.run(repo, "doctor", "--worktree").check(0).out


@pytest.mark.thorough
def test_without_untracked_files_nothing_is_lacking(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("stomper.toml", '[tests]\ncommand = ["true"]\n')
    repo.commit()
    assert compared(stomper, repo, 0)["passed"] == 1


@pytest.mark.thorough
def test_a_set_up_that_fails_without_a_file_is_a_difference(repo: GitRepo, stomper: Stomper) -> None:
    shell_repo(repo, "true\n")
    with (repo.path / "stomper.toml").open("a") as file:
        file.write('[environment]\nsetup = ["cat local.settings"]\n')
    told = compared(stomper, repo, 1)
    assert (told["needed"], told["tests"]) == (["local.settings"], ["the whole command"])


@pytest.mark.thorough
def test_tests_that_cannot_run_give_no_verdict(repo: GitRepo, stomper: Stomper) -> None:
    shell_repo(repo, "kill -9 $$\n")
    told = stomper.run(repo, "doctor", "--worktree").check(3)
    assert "the tests give no verdict with all untracked files" in told.err
    assert not (worktrees_folder(repo.path) / "doctor").exists()


@pytest.mark.thorough
def test_tests_of_no_commit_and_tests_that_fail_now_and_then_are_no_difference(
    repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    lines = f"file = pathlib.Path({str(count)!r})\n    assert file.exists() or file.touch()"
    needy_repo(repo, f"import pathlib\n\n\ndef test_second_time():\n    {lines}\n")
    repo.write("test_mine.py", "def test_mine():\n    pass\n")
    assert compared(stomper, repo, 0)["passed"] == 2
    assert count.exists()


@pytest.mark.thorough
def test_a_kill_leaves_no_program_and_the_next_one_clears_up(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    shell_repo(repo, f"echo $$ > {note}.new && mv {note}.new {note} && exec sleep 300\n")
    running = stomper.start(repo, "doctor", "--worktree")
    eventually(note.exists, "the tests to run")
    running.kill()
    pid = int(note.read_text())
    eventually(lambda: not is_alive(pid), "the tests to end")
    repo.commit_file("check.sh", "true\n")
    compared(stomper, repo, 0)


@pytest.mark.parametrize(
    ("words", "trust", "text"),
    [
        (["--worktree", "--untrusted"], "1", "--worktree runs the tests"),
        (["--worktree", "--binary"], "1", "use one of them"),
        (["--worktree"], "", "check.sh"),
    ],
)
def test_it_runs_nothing_without_agreement(
    repo: GitRepo, stomper: Stomper, words: list[str], trust: str, text: str
) -> None:
    shell_repo(repo, "touch ../ran\n")
    refused = stomper.run(repo, "doctor", *words, env={"STOMPER_TRUST": trust}).check(2)
    assert text in refused.err
    assert not list(repo.path.parent.rglob("ran"))


@pytest.mark.thorough
def test_needed_files_are_found_and_the_line_brings_them(repo: GitRepo, stomper: Stomper) -> None:
    needy_repo(repo)
    told = compared(stomper, repo, 1)
    assert told["needed"] == ["_gen.py", "data", "local.settings"]
    assert told["tests"] == ["test_all::test_data", "test_all::test_generated", "test_all::test_settings"]
    assert told["exact"]
    assert told["place"] == "below [tool.stomper.environment] in pyproject.toml"
    repo.write("stomper.toml", "\n".join(["[environment]", *told["lines"], ""]))
    again = compared(stomper, repo, 0)
    assert (again["tests"], again["needed"], again["passed"]) == ([], [], 4)
    assert {"_gen.py", "data", "local.settings"} <= set(again["brought"])
