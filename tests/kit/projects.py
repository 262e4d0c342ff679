"""Projects with tests: their interpreter, their suite in a worktree, virtual environments made without a network."""

import contextlib
import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stomper.git.trees import tree_entries
from stomper.project.environment import Project, find_project
from stomper.project_tests.find_commands import find_commands
from stomper.project_tests.suite import Suite, make_suite
from stomper.settings import EnvironmentSettings, TestSettings
from stomper.workspace.worktree import Worktree
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

PATIENCE = 60.0


def project_toml(
    *, mode: str = "", tests: str = "", keys: str = "", workflow: str = "", tables: str = "", python: str = ""
) -> str:
    """TOML for pyproject.toml. The project's interpreter is the one that runs this, which has pytest."""
    validation = f"test_validation = {json.dumps(mode)}" if mode else ""
    return "\n".join(
        [
            *("[tool.stomper]", keys),
            *("[tool.stomper.workflow]", validation, workflow),
            *("[tool.stomper.environment]", f"python = {json.dumps(python or sys.executable)}"),
            *("[tool.stomper.tests]", tests, tables),
        ]
    )


def make_venv(folder: Path) -> Path:
    """A virtual environment whose Python sees the packages of the one that runs this. Returns its site-packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    packages = next(folder.glob("lib/python3*/site-packages"))
    (packages / "_outer.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return packages


def project_of(
    repo: GitRepo, environment: EnvironmentSettings | None = None, tests: TestSettings | None = None
) -> Project:
    """What Stomper finds out about the repository's HEAD as a project."""
    settings = environment or EnvironmentSettings(python=sys.executable)
    return find_project(repo.path, tree_entries(repo.path, "HEAD"), settings, tests or TestSettings())


def suite_of(
    repo: GitRepo, command: Sequence[str] | None = None, timeout: float = PATIENCE, parallel: bool = False
) -> Suite:
    """The suite of a repository; its lock and its tally are in the state folder."""
    state = repo.git_dir / "stomper"
    state.mkdir(exist_ok=True)
    project, entries = project_of(repo), tree_entries(repo.path, "HEAD")
    return make_suite(project, find_commands(project, entries, command).commands, timeout, parallel, (state, state))


@contextlib.contextmanager
def suite_in_tree(repo: GitRepo, tmp_path: Path, files: Mapping[str, str]) -> Iterator[tuple[Suite, Worktree]]:
    """Commit the files; pytest and a worktree to run it in."""
    for name, content in files.items():
        repo.write(name, content)
    repo.commit()
    with opened_worktree(repo, tmp_path) as tree:
        yield suite_of(repo), tree
