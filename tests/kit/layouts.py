"""Projects whose tools are told something by files that git does not have in the repository."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from stomper.git.trees import tree_entries
from stomper.project.environment import find_project, furnished, suited
from stomper.run.same_findings import Twins, twins
from stomper.settings import EnvironmentSettings, TestSettings
from stomper.workspace.worktree import Site, clear_site, worktree
from tests.kit.repo import GitRepo


def build(repo: GitRepo, files: dict[str, str]) -> GitRepo:
    """Write the files, by their paths from the top, and commit what git then takes of them."""
    for name, content in files.items():
        repo.write(name, content)
    return commit_all(repo)


def commit_all(repo: GitRepo) -> GitRepo:
    repo.commit()
    return repo


@contextlib.contextmanager
def both(repo: GitRepo, folder: Path, environment: EnvironmentSettings | None = None) -> Iterator[Twins]:
    """The checkout and a worktree of its commit below `folder`, as the survey of a run has them."""
    settings = environment or EnvironmentSettings(python=sys.executable)
    entries = tree_entries(repo.path, "HEAD")
    project = furnished(find_project(repo.path, entries, settings, TestSettings()), "HEAD", entries, settings)
    site = suited(Site(repo.path, repo.git_dir / "stomper", folder / "stomper" / "run-1", "run-1"), project, entries)
    site.state.mkdir(exist_ok=True)
    with worktree(site, "survey", repo.head) as tree:
        project.prepare(tree)
        yield twins(project, tree, sorted(path for path in entries if path.endswith(".py")))
    clear_site(site)
