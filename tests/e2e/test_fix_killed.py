"""A fixer that kills its own worker: only its file fails, whatever was in flight beside it."""

from pathlib import Path

import pytest

from tests.kit.chains import chain_toml, file_report
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states
from tests.kit.samples import finding_paths, findings_repo, fixed_content

pytestmark = pytest.mark.crew

FILES = 20
KILLER = "module_009"
METHODS = ["", "forkserver"]


def kill_when_others_work(folder: Path, count: int) -> list[str]:
    """Kills the worker of one file after `count` files were begun; the others wait until it is about to."""
    folder.mkdir()
    note = f"touch '{folder}'/$$; until [ $(ls '{folder}' | wc -l) -ge {count} ]; do sleep 0.01; done"
    return fake_fixer("--run", note, "--kill-parent-if", KILLER)


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_one_of_many_kills_its_worker(repo: GitRepo, stomper: Stomper, tmp_path: Path, method: str) -> None:
    workflow = f'[tool.stomper.workflow]\nstart_method = "{method}"\n' if method else ""
    killer = kill_when_others_work(tmp_path / "begun", 4)
    findings_repo(repo, FILES, pyproject=chain_toml({"kill": killer, "ruff": None}, tables=workflow))
    bad = next(path for path in finding_paths(FILES) if KILLER in path)
    before = repo.read(bad)
    result = stomper.run(repo, "fix", "-j", "4").check(1)

    assert states(repo) == {path: "failed" if path == bad else "fixed" for path in finding_paths(FILES)}
    assert file_report(repo, bad)["reason"] == "its worker died: killed by SIGKILL"
    assert f"failed {bad}: its worker died: killed by SIGKILL" in result.out
    assert result.out.count("failed ") == 1
    assert len(repo.log()) == 1 + FILES - 1
    assert repo.read(bad) == before
    assert all(repo.read(f"module_{n:03}.py") == fixed_content(n) for n in (0, 4, 8, 12, 16))
    assert report_of(repo)["summary"]["diagnostics_after"] == 2
    assert repo.status() == []
    assert len(repo.worktrees()) == 1


def test_every_file_kills_its_worker(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 3, pyproject=chain_toml({"kill": fake_fixer("--kill-parent"), "ruff": None}))
    state = repo.checkout_state()
    stomper.run(repo, "fix", "-j", "2").check(1)
    assert states(repo) == dict.fromkeys(finding_paths(3), "failed")
    assert repo.checkout_state() == state


@pytest.mark.thorough
def test_worker_that_is_killed_once_only_is_no_reason_to_fail(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """Another program may have killed it (out of memory): the suspect is tried again, alone."""
    once = fake_fixer("--once", tmp_path / "marker", "--kill-parent")
    findings_repo(repo, 3, pyproject=chain_toml({"kill": once, "ruff": None}))
    stomper.run(repo, "fix", "-j", "2").check()
    assert states(repo) == dict.fromkeys(finding_paths(3), "fixed")
