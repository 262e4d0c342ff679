"""The canary: no verdict about code that comes from anywhere but the worktree."""

import sys
from pathlib import Path

import pytest

from stomper.errors import ToolError
from stomper.project_tests.import_check import require_own_code
from stomper.settings import EnvironmentSettings, TestSettings
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.gates import FILE, gate_repo
from tests.kit.projects import make_venv, project_of
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree
from tests.kit.runs import report_of

# As setuptools writes it, but in front of everything that PYTHONPATH says.
HOOK = """\
import importlib.util, sys
MAPPING = {mapping!r}
class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in MAPPING:
            return importlib.util.spec_from_file_location(name, MAPPING[name] + "/__init__.py")
def install():
    sys.meta_path.{how}
"""
BEHIND, BEFORE = "append(Finder)", "insert(0, Finder)"


pytestmark = pytest.mark.unproved  # the gate has something to say of what proof would withhold


def app(repo: GitRepo, folder: str) -> GitRepo:
    repo.write(".gitignore", ".venv\n")
    repo.write(f"{folder}/__init__.py", "")
    repo.write(f"{folder}/core.py", FILE.format(n=1))
    repo.commit()
    return repo


def by_pth(repo: GitRepo, root: str) -> None:
    (make_venv(repo.path / ".venv") / "__editable__.app-1.0.pth").write_text(f"{repo.path / root}\n")


def by_hook(repo: GitRepo, folder: str, how: str) -> None:
    packages = make_venv(repo.path / ".venv")
    hook = HOOK.format(mapping={"app": str(repo.path / folder)}, how=how)
    (packages / "__editable___app_1_0_finder.py").write_text(hook)
    (packages / "__editable__.app-1.0.pth").write_text(
        "import __editable___app_1_0_finder; __editable___app_1_0_finder.install()\n"
    )


def sing(repo: GitRepo, tmp_path: Path, roots: tuple[str, ...] | None = None) -> None:
    python = None if (repo.path / ".venv").exists() else sys.executable
    project = project_of(repo, EnvironmentSettings(python=python), TestSettings(pythonpath=roots))
    assert project.packages
    with opened_worktree(repo, tmp_path) as tree:
        require_own_code(project, tree)


@pytest.mark.parametrize("folder", ["app", "src/app", "src/space/app"])
def test_without_an_installation(folder: str, repo: GitRepo, tmp_path: Path) -> None:
    sing(app(repo, folder), tmp_path)


@pytest.mark.parametrize("folder", ["app", "src/app", "src/space/app", "lib/app", "lib/space/app"])
def test_with_an_editable_install_by_pth(folder: str, repo: GitRepo, tmp_path: Path) -> None:
    by_pth(app(repo, folder), folder.removesuffix("app").removesuffix("space/") or ".")
    sing(repo, tmp_path)


@pytest.mark.parametrize("folder", ["app", "src/app", "lib/app"])
def test_with_an_editable_install_by_import_hook(folder: str, repo: GitRepo, tmp_path: Path) -> None:
    by_hook(app(repo, folder), folder, BEHIND)
    sing(repo, tmp_path)


def test_a_hook_that_comes_before_everything_is_found_out(repo: GitRepo, tmp_path: Path) -> None:
    by_hook(app(repo, "src/app"), "src/app", BEFORE)
    with pytest.raises(ToolError, match=r"app is imported from .*repo/src/app/__init__\.py, not from the"):
        sing(repo, tmp_path)


@pytest.mark.parametrize("folder", ["app", "src/app", "src/space/app"])
def test_hidden_roots_are_found_out(folder: str, repo: GitRepo, tmp_path: Path) -> None:
    by_pth(app(repo, folder), folder.removesuffix("app").removesuffix("space/") or ".")
    with pytest.raises(ToolError, match=r"the tests would not see the fixes: package (app|space) is imported from"):
        sing(repo, tmp_path, ("nowhere",))


def test_a_copy_that_was_installed_is_found_out(repo: GitRepo, tmp_path: Path) -> None:
    packages = make_venv(app(repo, "src/app").path / ".venv")
    (packages / "app").mkdir()
    (packages / "app" / "__init__.py").touch()
    with pytest.raises(ToolError, match="site-packages"):
        sing(repo, tmp_path, ("nowhere",))
    sing(repo, tmp_path)


def test_a_child_is_asked_too(repo: GitRepo, tmp_path: Path) -> None:
    """An installation that only a child sees, by a start-up file of the environment."""
    packages = make_venv(app(repo, "src/app").path / ".venv")
    deed = f"sys.path.insert(0, {str(repo.path / 'src')!r}) if 'child' in sys.orig_argv else None"
    (packages / "late.pth").write_text(f"import sys; {deed}\n")
    with pytest.raises(ToolError, match="not from the worktree"):
        sing(repo, tmp_path)


def test_an_interpreter_that_cannot_answer(repo: GitRepo, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no interpreter >&2; exit 3\n")
    broken.chmod(0o755)
    project = project_of(app(repo, "app"), EnvironmentSettings(python=str(broken)))
    with opened_worktree(repo, tmp_path) as tree, pytest.raises(ToolError, match="no interpreter") as caught:
        require_own_code(project, tree)
    assert "interpreter" in (caught.value.hint or "")


WRONG = ("--only-if", "core.py", "--replace", "return 1", "return 2", "--remove-import", "os")
BREAKS = fixer_table("break", fake_fixer(*WRONG))
PROOF = "from app.core import number\n\n\ndef test_number():\n    assert number() == 1\n"


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize("mode", ["full", "quick", "final"])
def test_a_fixer_that_breaks_behaviour_is_caught_with_an_editable_install(
    mode: str, repo: GitRepo, stomper: Stomper
) -> None:
    files = {
        ".gitignore": ".venv\n",
        "src/app/__init__.py": "",
        "src/app/core.py": "import os\n\n\ndef number() -> int:\n    return 1\n",
        "tests/test_number.py": PROOF,
    }
    python = str(repo.path / ".venv/bin/python")
    gate_repo(repo, 1, mode=mode, files=files, keys="fixers = ['break', 'ruff']", tables=BREAKS, python=python)
    by_pth(repo, "src")
    before = repo.read("src/app/core.py")
    stomper.run(repo, "fix", "--rounds", "1").check(1)
    (entry,) = report_of(repo)["tests"]["dropped"]
    assert (entry["path"], entry["tests"]) == ("src/app/core.py", ["tests.test_number::test_number"])
    assert repo.read("src/app/core.py") == before
    assert report_of(repo)["summary"]["files_fixed"] == 1


def test_with_hidden_roots_the_run_stops(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(app(repo, "src/app"), 1, python=str(repo.path / ".venv/bin/python"), tests="pythonpath = ['nowhere']")
    by_pth(repo, "src")
    state = repo.checkout_state()
    result = stomper.run(repo, "fix").check(3)
    assert "the tests would not see the fixes: package app is imported from" in result.err
    assert "pythonpath" in result.err
    assert repo.checkout_state() == state
