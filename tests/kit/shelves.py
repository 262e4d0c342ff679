"""The worktrees of a worker, made the way that TEST_WORKTREES says."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from stomper.settings import Worktrees
from stomper.workspace.ladder import Rung
from stomper.workspace.shelf import Shelf
from stomper.workspace.worktree import Site, clear_site
from tests.kit.changes import commit_all_kinds, listing
from tests.kit.repo import GitRepo

MODE = cast("Worktrees", os.environ.get("TEST_WORKTREES", "recycled"))
IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@x")


@contextlib.contextmanager
def site_of(repo: GitRepo, folder: Path) -> Iterator[Site]:
    """Have a place for worktrees of a repository, which has a file of each kind then. Nothing may be left of it."""
    commit_all_kinds(repo)
    made = Site(repo.path, repo.git_dir / "stomper", folder / "stomper" / "run-1", "run-1")
    made.state.mkdir()
    yield made
    assert clear_site(made) == ""
    assert not made.folder.exists()


@contextlib.contextmanager
def shelf_at(site: Site, commit: str) -> Iterator[Shelf]:
    """Have the worktrees of a worker. What they are made of may not change meanwhile."""
    with contextlib.closing(Shelf(site, Rung(MODE), "ours-")) as ours:
        frozen = ours.freeze(commit)
        before = listing(frozen) if frozen else {}
        rung, light = Rung(MODE, in_memory=True), "TEST_LIGHT" in os.environ
        with contextlib.closing(Shelf(site, rung, "worker-", frozen, light=light)) as made:
            yield made
        assert (listing(frozen) if frozen else {}) == before


def git(root: Path, *words: str) -> str:
    """Run git in a worktree, as a program there would."""
    return subprocess.run(["git", *IDENTITY, *words], cwd=root, check=True, capture_output=True, text=True).stdout
