"""`stomper fix` with mypy and pytest: what the survey has learned of the base commit makes the re-checks short."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stomper import process
from stomper.checkers import take_turns
from stomper.checkers.pytest import PytestChecker
from stomper.checkers.pytest_run import PytestRunner
from stomper.checkers.scope import Scoped
from stomper.errors import CheckerError
from stomper.process.turns import one_at_a_time
from stomper.project_tests.suite import LOCK_NAME
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fake_tool, fixer_table, real_tool
from tests.kit.projects import PATIENCE, make_venv, project_toml
from tests.kit.repo import GitRepo
from tests.kit.runs import states

KEYS = 'checkers = ["{}"]\nfixers = ["mine"]'


def parsed(log: Path) -> list[str]:
    return [line.split()[2] for line in log.read_text().splitlines() if line.startswith("LOG:  Parsing ")]


@pytest.mark.thorough
@pytest.mark.unproved
@pytest.mark.slow
def test_mypy_in_a_worker_begins_with_the_cache_of_the_survey(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """The survey and the check of the whole are made from cold, so that no cache can be wrong for both."""
    logs, talking = tmp_path / "logs", tmp_path / "mypy"
    logs.mkdir()
    talking.write_text(f'#!/bin/sh\nexec {real_tool("mypy")} -v "$@" 2>{logs}/$$\n')
    talking.chmod(0o755)
    fixer = fixer_table("mine", fake_fixer("--replace", "= ''", "= 1"))
    tools = f"[tool.stomper.tools]\nmypy = '{talking}'\n"
    repo.write("pyproject.toml", project_toml(mode="none", keys=KEYS.format("mypy"), tables=f"{fixer}\n{tools}"))
    repo.write("shop/__init__.py", "")
    repo.write("shop/prices.py", "PRICE: int = 1\n")
    repo.write("shop/user.py", "from shop.prices import PRICE\n\nx: int = ''\n")
    repo.commit()
    stomper.run(repo, "fix", "-j", "1").check()
    assert states(repo) == {"shop/user.py": "fixed"}
    survey, checkout, worker, whole = [
        parsed(log) for log in sorted(logs.iterdir(), key=lambda log: log.stat().st_mtime)
    ]
    assert worker == ["shop/user.py"]
    assert {"shop/user.py", "shop/prices.py"} < set(survey)
    assert set(whole) == set(survey)
    assert checkout == [], "the cache of the survey holds there too"


@pytest.mark.unproved
def test_pytest_in_a_worker_runs_the_file_alone(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    fake = fake_tool(tmp_path / "bin", "python", "real", when="pytest", real=sys.executable)
    fixer = fixer_table("mine", fake_fixer("--replace", "VALUE = 2", "VALUE = 1"))
    allowed = '[tool.stomper.guards]\nweakened_assertions = "allow"\n'  # the test itself is what is fixed
    toml = project_toml(mode="none", keys=KEYS.format("pytest"), tables=allowed + fixer, python=str(fake.path))
    repo.write("pyproject.toml", toml)
    repo.write("tests/test_a.py", "VALUE = 2\n\n\ndef test_a():\n    assert VALUE == 1\n")
    repo.write("tests/test_b.py", "def test_b():\n    assert 1 == 3\n")
    repo.commit()
    stomper.run(repo, "fix", "-j", "1").check(1)
    assert states(repo) == {"tests/test_a.py": "fixed", "tests/test_b.py": "unchanged"}
    looks = [call for call in fake.calls() if "stomper_sight" not in call]
    named = [[word for word in call if word.endswith(".py")] for call in looks]
    assert named == [[], ["./tests/test_a.py"], []]
    assert (repo.git_dir / "stomper" / LOCK_NAME).exists(), "it does not wait for its turn"


@pytest.mark.thorough
def test_runs_of_tests_wait_for_each_other(tmp_path: Path) -> None:
    """Also where the checker is one process and the suite of the gate another: ports and files are the same."""
    (tmp_path / "test_a.py").write_text("def test_a():\n    pass\n")
    fake = fake_tool(tmp_path / "bin", "python", "real", when="pytest", real=sys.executable)
    (checker,) = take_turns([PytestChecker(PytestRunner(str(fake.path)))], tmp_path / LOCK_NAME)
    with one_at_a_time(tmp_path / LOCK_NAME), ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(checker.check, tmp_path, ["test_a.py"])
        with pytest.raises(TimeoutError):
            waiting.result(timeout=3)
        assert fake.calls() == []
        process.request_stop(0)
        with pytest.raises(CheckerError, match="stopped"):
            waiting.result(timeout=PATIENCE)
    process.withdraw_stop()
    assert checker.check(tmp_path, ["test_a.py"]) == ()


def test_tests_take_turns_also_beside_checkers_of_other_languages(tmp_path: Path) -> None:
    checker, lock = PytestChecker(PytestRunner("python")), tmp_path / "lock"
    (scoped,) = take_turns([Scoped(checker)], lock)
    assert isinstance(scoped, Scoped)
    assert isinstance(scoped.checker, PytestChecker)
    assert scoped.checker.runner.lock == lock


@pytest.mark.thorough
def test_checkers_see_the_worktree_also_where_an_editable_install_names_the_checkout(
    repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    """The import root is only in a .pth; what lies uncommitted there would be an error of the other file."""
    packages = make_venv(tmp_path / "venv")
    (packages / "editable.pth").write_text(f"{repo.path / 'lib'}\n")
    keys = 'checkers = ["mypy", "pytest"]'
    python = str(tmp_path / "venv/bin/python")
    tools = f"[tool.stomper.tools]\nmypy = '{real_tool('mypy')}'\n"
    repo.write("pyproject.toml", project_toml(mode="none", keys=keys, tables=tools, python=python))
    repo.write("lib/shop/__init__.py", "PRICE: int = 1\n")
    repo.write("lib/shop/py.typed", "")
    repo.write(
        "tests/test_use.py", "from shop import PRICE\n\nx: int = PRICE\n\n\ndef test_use():\n    assert x == 1\n"
    )
    repo.commit()
    repo.write("lib/shop/__init__.py", "PRICE: str = 'much'\n")
    assert stomper.run(repo, "check").check(1).out.count("tests/test_use.py:") == 2
    stomper.run(repo, "fix").check()
