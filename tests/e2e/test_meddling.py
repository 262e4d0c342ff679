"""The user goes on working during a run: their bytes stay, and a result that cannot land is kept for them.

A fixer says when it is at work and waits until the test has done what the user does.
"""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.cli.main import run_cli
from stomper.landing import checkout_moves
from tests.kit.cli import Result, Running, Stomper
from tests.kit.fakes import fake_fixer, fixer_table, real_tool
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.samples import finding_path, findings_repo, fixed_content
from tests.kit.wait import eventually

pytestmark = pytest.mark.crew

FIRST, SECOND = finding_path(0), finding_path(1)
EDIT = "import os\nimport re\n\nMINE = 1\n"
Act = Callable[[GitRepo], None]


@pytest.fixture
def at_work(stomper: Stomper, repo: GitRepo, tmp_path: Path) -> Callable[..., Running]:
    """Starts a run and returns when its fixers are at work; `go` in tmp_path lets them end."""
    gate = fake_fixer("--started", tmp_path / "started", "--until", tmp_path / "go")
    findings_repo(repo, 2, pyproject=fixer_table("gate", gate))
    repo.git("branch", "other")
    repo.commit("dropped", allow_empty=True)

    def start(*options: str, env: dict[str, str] | None = None) -> Running:
        run = stomper.start(repo, "fix", "-j", "2", "--fixer", "gate", "--fixer", "ruff", *options, env=env)
        eventually(lambda: (tmp_path / "started").exists() or not run.running(), "a fixer at work")
        return run

    return start


def go_on(run: Running, tmp_path: Path) -> Result:
    (tmp_path / "go").touch()
    return run.result()


def edit(repo: GitRepo) -> None:
    repo.write(FIRST, EDIT)


def stage(repo: GitRepo) -> None:
    edit(repo)
    repo.git("add", FIRST)


def stage_and_edit(repo: GitRepo) -> None:
    stage(repo)
    repo.write(FIRST, EDIT + "\n")


def delete(repo: GitRepo) -> None:
    repo.path.joinpath(FIRST).unlink()


def commit(repo: GitRepo) -> None:
    repo.commit_file("mine.txt", "mine\n", "mine")


def amend(repo: GitRepo) -> None:
    repo.git("commit", "--quiet", "--allow-empty", "--amend", "--message", "mine")


def reset(repo: GitRepo) -> None:
    repo.git("reset", "--quiet", "--hard", "HEAD~1")


def switch(repo: GitRepo) -> None:
    repo.git("checkout", "--quiet", "other")


def detach(repo: GitRepo) -> None:
    repo.git("checkout", "--quiet", "--detach")


def merge_half_way(repo: GitRepo) -> None:
    tree = repo.git("commit-tree", repo.tree(), "-p", "HEAD", "-m", "side")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", tree)


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("act", "options"),
    [
        *((act, ()) for act in (edit, stage, delete, amend, switch, merge_half_way)),
        *((act, ("--no-commit",)) for act in (edit, stage_and_edit, commit, reset, detach)),
    ],
)
def test_a_result_that_cannot_land_is_kept(
    at_work: Callable[..., Running], repo: GitRepo, leaks: Leaks, tmp_path: Path, act: Act, options: tuple[str, ...]
) -> None:
    run = at_work(*options)
    act(repo)
    before = repo.checkout_state()
    result = go_on(run, tmp_path).check(3)
    assert repo.checkout_state() == before
    gone = act in (amend, reset, switch)
    (ref,) = repo.refs("refs/stomper")
    leaks.expect("ref", ref, reason="the result that could not land")
    assert "not delivered: " in result.out
    message = re.search(r"The result is safe on (\S+). To take it: (git .*)", result.out)
    assert message is not None
    assert message[1] == ref
    report = max((repo.git_dir / "stomper" / "runs").iterdir()).joinpath("report.toml").read_text()
    assert f'branch = "{ref}"' in report
    take(repo, message[2], gone)


def take(repo: GitRepo, command: str, gone: bool) -> None:
    """Do what the message says, once the user is done with their own changes."""
    for words in (["merge", "--abort"], ["reset", "--quiet", "--hard"]):
        subprocess.run(["git", *words], cwd=repo.path, capture_output=True, check=False)
    mine = repo.head
    repo.git(*command.split()[1:])
    assert ("dropped" in {subject for subject, _ in repo.log()}) is not gone
    assert mine in repo.git("log", "--format=%H").splitlines()
    assert [repo.read(path) for path in (FIRST, SECOND)] == [fixed_content(0), fixed_content(1)]


def add_another(repo: GitRepo) -> None:
    repo.write("another.txt", "mine\n")
    repo.git("add", "another.txt")


def edit_another(repo: GitRepo) -> None:
    repo.write("pyproject.toml", repo.read("pyproject.toml") + b"# mine\n")


def stage_and_edit_another(repo: GitRepo) -> None:
    edit_another(repo)
    repo.git("add", "pyproject.toml")
    edit_another(repo)


def new_file(repo: GitRepo) -> None:
    repo.write("untracked.py", "import os\n")


def new_branch(repo: GitRepo) -> None:
    repo.git("branch", "mine")
    repo.git("tag", "mine-too")


def touch(repo: GitRepo) -> None:
    os.utime(repo.path / FIRST)


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize(
    "act",
    [add_another, edit_another, stage_and_edit_another, new_file, new_branch, touch],
    ids=lambda act: act.__name__,
)
def test_what_is_not_in_the_way_does_not_matter(
    at_work: Callable[..., Running], repo: GitRepo, hermetic: Hermetic, tmp_path: Path, act: Act
) -> None:
    hermetic.set_git_config("merge.autoStash", "true")  # it would give back what was staged as not staged
    run = at_work()
    act(repo)
    before, status = repo.checkout_state(), repo.status()
    go_on(run, tmp_path).check(0)
    assert repo.status() == status
    after = repo.checkout_state()
    assert {**before.files, **after.files} == after.files
    assert all(after.files[p] == before.files[p] for p in before.files if p not in (FIRST, SECOND))
    assert [repo.read(path) for path in (FIRST, SECOND)] == [fixed_content(0), fixed_content(1)]


@pytest.mark.unproved
def test_a_new_untracked_file_in_the_way_is_kept(stomper: Stomper, repo: GitRepo, leaks: Leaks, tmp_path: Path) -> None:
    """The fix makes a file of the same name that the user makes during the run."""
    maker = fake_fixer("--started", tmp_path / "started", "--until", tmp_path / "go", "--remove-import", "os",
                       "--touch-other", "größe.txt")  # fmt: skip
    table = "[tool.stomper]\nallow_other_files = true\n" + fixer_table("maker", maker)
    findings_repo(repo, 1, pyproject=table)
    run = stomper.start(repo, "fix", "--fixer", "maker", "--error-type", "F401")
    eventually((tmp_path / "started").exists, "a fixer at work")
    repo.write("größe.txt", "mine\n")
    before = repo.checkout_state()
    result = go_on(run, tmp_path).check(3)
    leaks.expect("ref", "refs/stomper/*/head", reason="the result that could not land")
    assert "untracked working tree files would be overwritten" in result.out
    assert "größe.txt" in result.out
    assert repo.checkout_state() == before


def test_the_index_lock_of_another_program_is_waited_for(
    at_work: Callable[..., Running], repo: GitRepo, tmp_path: Path
) -> None:
    """A git that counts its merges says when the lock has been in the way; then it is released."""
    git, merges = tmp_path / "bin" / "git", tmp_path / "merges"
    git.parent.mkdir()
    git.write_text(f'#!/bin/sh\ncase " $* " in *" merge "*) echo >> "{merges}";; esac\nexec {real_tool("git")} "$@"\n')
    git.chmod(0o755)
    lock = repo.git_dir / "index.lock"
    lock.touch()
    run = at_work(env={"PATH": f"{git.parent}:{os.environ['PATH']}"})
    (tmp_path / "go").touch()
    eventually(lambda: merges.exists() and merges.stat().st_size >= 3, "a third try")
    assert run.running()
    lock.unlink()
    run.result().check(0)
    assert repo.status() == []
    assert repo.read(FIRST) == fixed_content(0)


def test_an_index_lock_that_stays_is_not_deleted(
    repo: GitRepo, leaks: Leaks, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    findings_repo(repo, 1)
    monkeypatch.setattr(checkout_moves, "LOCK_PATIENCE", 0.3)
    lock = repo.git_dir / "index.lock"
    lock.write_text("somebody's")
    before = repo.checkout_state()
    code = run_cli(["-C", str(repo.path), "fix", "-j", "1"])
    said, errors = capfd.readouterr()
    assert code == 3, errors + "".join(f.read_text() for f in leaks.hermetic.tmp.iterdir())
    assert "index.lock" in said
    assert "The result is safe on refs/stomper/" in said
    leaks.expect("ref", "refs/stomper/*/head", reason="the result that could not land")
    assert repo.checkout_state() == before
    assert lock.read_text() == "somebody's"
    lock.unlink()
