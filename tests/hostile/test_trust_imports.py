"""Programs of ours, and tools that we start, import nothing that lies in a checkout by the name of what they mean."""

import dataclasses
import json
import sys
from pathlib import Path

import pytest

from stomper import process
from stomper.checkers.clean_start import undisturbed
from stomper.checkers.effective_configuration import pytest_sight
from stomper.checkers.mypy import MypyChecker
from stomper.commands.doctor.tools import tool_version
from stomper.project.find_environments import fault_of
from stomper.project_tests.command import command_of
from stomper.project_tests.find_commands import has_pytest
from stomper.project_tests.import_check import require_own_code
from tests.hostile.canaries import Canaries, make_canaries
from tests.kit.cli import ROOT, SOURCE, Stomper
from tests.kit.fakes import real_tool
from tests.kit.hermetic import Hermetic
from tests.kit.projects import make_venv, project_of, project_toml, suite_in_tree
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

pytestmark = pytest.mark.cold  # its subject is what Python imports at its start

NAMES = (
    *("json", "pytest", "_pytest", "typing", "ast", "mypy", "sitecustomize", "usercustomize", "subprocess", "pickle"),
    *("importlib", "site", "pluggy", "tomllib", "runpy", "multiprocessing", "unittest", "tokenize", "click"),
)


@pytest.fixture
def canaries(tmp_path: Path) -> Canaries:
    return make_canaries(tmp_path / "canaries")


@pytest.fixture
def shadowing(repo: GitRepo, canaries: Canaries, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    """A repository with a module of each name at its top and in `src`; we are started in it, with both on the path."""
    for name in NAMES:
        repo.write(f"{name}.py", canaries.python(name))
        repo.write(f"src/{name}.py", canaries.python(name))
    repo.write("src/app/__init__.py", "")
    repo.write("app.py", "import os\n")
    repo.commit()
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("PYTHONPATH", f":.:src:{repo.path}:{repo.path}/src")
    return repo


def test_questions_to_programs_import_nothing_of_the_checkout(shadowing: GitRepo, canaries: Canaries) -> None:
    assert fault_of(Path(sys.executable).parent.parent) == ""
    assert has_pytest(project_of(shadowing))
    assert tool_version(real_tool("mypy") or "", shadowing.path) != "version unknown"
    assert canaries.sung == set()


def test_mypy_starts_without_the_checkouts_modules(shadowing: GitRepo, canaries: Canaries, tmp_path: Path) -> None:
    variables = undisturbed(shadowing.path)
    assert dict(variables)["PYTHONPATH"] == ""
    checker = MypyChecker(real_tool("mypy") or "", sys.executable, variables=variables)
    with pytest.raises(Exception, match=r"typing|json|ast|importlib"):  # it says that these stand for the library's own
        checker.check(shadowing.path, ["app.py"], tmp_path)
    assert canaries.sung == set()


def test_folders_that_disturb_nothing_stay_on_the_path(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit_file("plugins/own_plugin.py", "")
    monkeypatch.setenv("PYTHONPATH", f"{repo.path}/plugins:/usr/share")
    assert undisturbed(repo.path) == ()
    repo.write("plugins/ast.py", "")
    assert undisturbed(repo.path) == (("PYTHONPATH", "/usr/share"),)


def test_the_canary_of_imports_and_pytests_root_are_asked_without_them(
    shadowing: GitRepo, canaries: Canaries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(shadowing)
    with opened_worktree(shadowing, tmp_path) as tree:
        require_own_code(project, tree)
        (tmp_path / "sight").mkdir()
        assert pytest_sight(sys.executable, tree.root, tmp_path / "sight", project.environment(tree)) is not None
    assert canaries.sung == set()


def test_the_canary_still_sees_a_package_that_is_imported_from_elsewhere(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("src/app/__init__.py", "")
    repo.commit()
    packages = make_venv(tmp_path / "venv")
    (packages / "app.pth").write_text(f"import sys; sys.path.insert(0, {str(repo.path / 'src')!r})\n")
    project = project_of(repo)
    with opened_worktree(repo, tmp_path) as tree, pytest.raises(Exception, match="not from the worktree"):
        require_own_code(dataclasses.replace(project, python=str(tmp_path / "venv/bin/python")), tree)


@pytest.mark.parametrize("words", [("-m", "pytest"), ("-m", "unittest")], ids=" ".join)
def test_the_installed_runner_starts_and_its_tests_import_as_by_hand(
    repo: GitRepo, tmp_path: Path, canaries: Canaries, words: tuple[str, ...]
) -> None:
    files = {f"{name}.py": canaries.python(name) for name in ("json", "pytest", "_pytest", "unittest", "pluggy")}
    files["own.py"] = "import os, sys\nFIRST = sys.path[0] == os.getcwd()\n"
    files["test_own.py"] = (
        "import unittest\nimport own\n\nclass T(unittest.TestCase):\n    def test_first(self):\n"
        "        self.assertTrue(own.FIRST)\n"
    )
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        result = dataclasses.replace(suite, commands=(command_of((sys.executable, *words)),)).run(tree)
    assert (result.problem, len(result.passed)) == ("", 1), result
    assert canaries.sung == set()


LAUNCHER = "if __name__ == '__main__':\n    from stomper.__main__ import main\n    main()\n"
LATE = frozenset({"importlib", "runpy", "site"})  # what `python -m` itself needs before anything of ours is started


@pytest.mark.parametrize("module", [True, False])
def test_our_own_processes_import_nothing_of_the_checkout(
    shadowing: GitRepo, canaries: Canaries, hermetic: Hermetic, tmp_path: Path, module: bool
) -> None:
    for name in LATE if module else ():
        (shadowing.path / f"{name}.py").unlink()
    shadowing.write("pyproject.toml", project_toml(mode="none"))
    shadowing.write("b.py", "import os\n")
    shadowing.commit()
    (tmp_path / "launcher.py").write_text(LAUNCHER)
    started = SOURCE if module else (sys.executable, str(tmp_path / "launcher.py"))
    ours = {"PYTHONPATH": str(ROOT)}
    Stomper(hermetic, started).run(shadowing, "fix", "app.py", "b.py", "-j2", env=ours).check(0)
    assert canaries.sung == set()


def test_what_keeps_our_workers_from_the_checkout_is_no_variable_of_other_programs(
    repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    command = ["sh", "-c", f"env > {told}; echo '[]'"]
    table = f"[checker.lint]\ncommand = {json.dumps(command)}\nformat = 'json'\njson = {{ path = 'path' }}\n"
    repo.write("stomper.toml", f"checkers = ['lint']\n{table}")
    repo.commit_file("a.py", "")
    stomper.run(repo, "check").check(0)
    assert "PYTHONSAFEPATH" not in told.read_text()
    assert "PYTHONSAFEPATH" not in process.clean_environment()
