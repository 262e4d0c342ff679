"""A worker that gets no mount namespace although the parent could have one."""

import dataclasses
from pathlib import Path

import pytest

from stomper.process import mounts
from stomper.worker.fix_file import own_trees, refusals
from stomper.workspace.ladder import Rung
from stomper.workspace.worktree import open_site
from tests.kit.jobs import commit_files, job_on
from tests.kit.repo import GitRepo


def test_it_has_recycled_worktrees_and_says_why(repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(28, "no room for one more namespace")

    monkeypatch.setattr(mounts, "enter_namespace", refuse)
    commit_files(repo, "bad A\n")
    with job_on(repo, tmp_path / "job") as job:
        open_site(job.site)
        trees = own_trees(dataclasses.replace(job, rung=Rung("overlay")))
        assert trees.rung == Rung("recycled")
        assert refusals(job.site) == ["no room for one more namespace"]
        trees.close()
