"""`stomper fix --git-staged` and `--git-changed` as a whole: no commit, no ref, nothing lost, under kill too."""

import json
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, report_of, states
from tests.kit.samples import FIXABLE, PYPROJECT, UNFIXABLE, fixed_content
from tests.kit.wait import eventually

FIXED = fixed_content(0).decode()
WORK = FIXABLE.format(n=0)
TAIL = "\n\nLATER  =  1\n"


@pytest.fixture
def unfinished(repo: GitRepo) -> GitRepo:
    """Three files staged with findings: as it is, with more that is not staged, and with that in the way of the fix."""
    repo.write("pyproject.toml", PYPROJECT)
    for name in ("clean", "committed", "partly", "way"):
        repo.write(f"{name}.py", FIXED if name != "committed" else WORK)
    repo.commit("base")
    for name in ("partly", "way", "whole"):
        repo.write(f"{name}.py", WORK)
    repo.git("add", "--all")
    repo.write("partly.py", WORK + TAIL)
    repo.write("way.py", WORK.replace("import os", "import os.path"))
    repo.write("untracked.py", WORK)
    return repo


def test_staged_is_fixed_where_it_is_and_undone(unfinished: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    before, refs = unfinished.checkout_state(), unfinished.refs()
    result = stomper.run(unfinished, "fix", "--git-staged").check(1)
    assert states(unfinished) == {"partly.py": "fixed", "way.py": "rejected", "whole.py": "fixed"}
    assert (
        "rejected way.py: way.py: its fix cannot be merged with the changes of the file that are not staged"
        in result.out
    )
    assert "the fixes are staged, and in the working tree: git diff --cached" in result.out
    assert [unfinished.git("show", f":{name}.py") + "\n" for name in ("partly", "whole", "way")] == [FIXED, FIXED, WORK]
    after = unfinished.checkout_state()
    assert {path: file[1].decode() for path, file in after.files.items() if file != before.files[path]} == {
        "partly.py": FIXED + TAIL, "whole.py": FIXED,
    }  # fmt: skip
    assert (after.head, after.branch, unfinished.refs()) == (before.head, before.branch, refs)
    eventually(lambda: not leaks.find(), "nothing left behind")
    report = report_of(unfinished)
    assert report["base_commit"] == report["head_commit"] == before.head
    assert not any("commit" in file for file in report["files"])
    stomper.run(unfinished, "undo").check()
    assert unfinished.checkout_state() == before
    stomper.run(unfinished, "redo").check()
    assert unfinished.checkout_state() == after


def test_changed_is_fixed_in_the_working_tree_only(unfinished: GitRepo, stomper: Stomper) -> None:
    before = unfinished.checkout_state()
    stomper.run(unfinished, "fix", "--git-changed").check()
    assert set(states(unfinished)) == {"partly.py", "untracked.py", "way.py", "whole.py"}
    after = unfinished.checkout_state()
    assert after.index == before.index
    assert unfinished.read("partly.py").decode() == FIXED + TAIL
    assert unfinished.read("untracked.py").decode() == FIXED
    stomper.run(unfinished, "undo").check()
    assert unfinished.checkout_state() == before


@pytest.mark.thorough
def test_a_dry_run_shows_the_change_and_makes_none(unfinished: GitRepo, stomper: Stomper) -> None:
    before, refs = unfinished.checkout_state(), unfinished.refs()
    result = stomper.run(unfinished, "fix", "--git-staged", "--dry-run", "--diff").check(1)
    assert "-import os\n" in result.out
    assert "b/untracked.py" not in result.out
    assert "dry run: nothing was changed" in result.out
    assert (unfinished.checkout_state(), unfinished.refs()) == (before, refs)


@pytest.mark.matrix
@pytest.mark.parametrize("moment", ["landed", "deliver", "delivered", "recorded", "report-written"])
def test_a_run_that_was_killed_is_resumed_and_undone_exactly(
    moment: str, unfinished: GitRepo, stomper: Stomper, hermetic: Hermetic, leaks: Leaks
) -> None:
    before, refs = unfinished.checkout_state(), unfinished.refs()
    assert stomper.run(unfinished, "fix", "-q", "--git-staged", env=crash_at(moment)).code == KILLED
    seconds_until_none_is_marked(hermetic)
    if moment in ("landed", "deliver"):
        assert unfinished.checkout_state() == before
    stomper.run(unfinished, "resume", "-q").check(1)
    assert unfinished.read("partly.py").decode() == FIXED + TAIL
    assert unfinished.git("show", ":whole.py") + "\n" == FIXED
    assert unfinished.refs() == refs
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(unfinished, "undo").check()
    assert unfinished.checkout_state() == before


@pytest.mark.thorough
def test_a_killed_run_is_not_resumed_on_another_commit(unfinished: GitRepo, stomper: Stomper) -> None:
    assert stomper.run(unfinished, "fix", "-q", "--git-staged", env=crash_at("landed")).code == KILLED
    unfinished.git("commit", "--quiet", "-m", "as it is")
    before = unfinished.checkout_state()
    result = stomper.run(unfinished, "resume").check(2)
    assert "HEAD has moved" in result.err
    assert "hint: Start again: stomper fix --git-staged" in result.err
    assert unfinished.checkout_state() == before
    stomper.run(unfinished, "cleanup").check()


def test_a_file_staged_anew_since_is_rejected_alone(unfinished: GitRepo, stomper: Stomper) -> None:
    assert stomper.run(unfinished, "fix", "-q", "--git-staged", env=crash_at("deliver")).code == KILLED
    unfinished.write("whole.py", "X = 1\n")
    unfinished.git("add", "whole.py")
    before = unfinished.checkout_state()
    result = stomper.run(unfinished, "resume").check(1)
    assert states(unfinished)["whole.py"] == "rejected"
    assert "whole.py was staged anew during the run" in result.out
    after = unfinished.checkout_state()
    assert after.files["whole.py"] == before.files["whole.py"]
    assert unfinished.read("partly.py").decode() == FIXED + TAIL
    assert (last_run(unfinished).patches / "00002.patch").exists()


@pytest.mark.thorough
def test_during_a_merge_what_is_staged_can_be_fixed(unfinished: GitRepo, stomper: Stomper) -> None:
    unfinished.git("reset", "--quiet", "--hard")
    unfinished.git("checkout", "--quiet", "-b", "side")
    unfinished.commit_file("side.py", WORK)
    unfinished.git("checkout", "--quiet", "-")
    unfinished.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    stomper.run(unfinished, "fix").check(2)
    stomper.run(unfinished, "fix", "--git-staged").check()
    assert unfinished.git("show", ":side.py") + "\n" == FIXED
    assert (unfinished.git_dir / "MERGE_HEAD").exists()


def test_check_looks_at_what_is_staged(unfinished: GitRepo, stomper: Stomper) -> None:
    unfinished.write("whole.py", FIXED)
    unfinished.write("partly.py", UNFIXABLE)
    result = stomper.run(unfinished, "check", "--git-staged").check(1)
    assert "6 diagnostics in 3 files" in result.out
    assert "F821" not in result.out
    result = stomper.run(unfinished, "check", "--git-changed").check(1)
    assert "F821" in result.out
    assert "whole.py" not in result.out


def configured(repo: GitRepo, toml: str) -> None:
    """Settings that are read, and no part of what is staged."""
    repo.write("stomper.toml", toml)


@pytest.mark.thorough
def test_what_was_committed_meanwhile_is_left_alone_and_the_change_kept_as_a_patch(
    unfinished: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    commit = f"git -C {unfinished.path} commit --quiet --message meanwhile"
    command = fake_fixer("--once", tmp_path / "once", "--run", commit)
    configured(unfinished, f'fixers = ["mover", "ruff"]\n[fixer.mover]\ncommand = {json.dumps(command)}\n')
    before, refs = unfinished.checkout_state(), unfinished.refs("refs/stomper")
    result = stomper.run(unfinished, "fix", "--git-staged", "-j1").check(3)
    assert unfinished.git("log", "-1", "--format=%s") == "meanwhile"
    assert "not delivered: main has moved during the run" in result.out
    after = unfinished.checkout_state()
    assert (after.index, after.files) == (before.index, before.files)
    assert unfinished.refs("refs/stomper") == refs == {}
    patch = last_run(unfinished).whole_patch
    assert f"git apply --reject {patch}" in result.out
    unfinished.git("apply", "--check", "--include=whole.py", patch)
    assert "no run that could be undone" in stomper.run(unfinished, "undo").check(2).err


@pytest.mark.thorough
def test_without_a_verdict_nothing_is_brought_home_and_no_ref_is_left(
    unfinished: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    """The tests are fine once, and die when they are to judge the result."""
    script = f"mkdir {tmp_path}/once || kill -9 $$"
    configured(unfinished, f'[tests]\ncommand = ["sh", "-c", "{script}"]\n')
    before, refs = unfinished.checkout_state(), unfinished.refs()
    result = stomper.run(unfinished, "fix", "--git-staged").check(3)
    assert "not to be trusted" in result.out
    assert (unfinished.checkout_state(), unfinished.refs()) == (before, refs)
    (tmp_path / "once").rmdir()
    stomper.run(unfinished, "resume", "--test-validation", "none").check(1)
    assert unfinished.git("show", ":whole.py") + "\n" == FIXED
