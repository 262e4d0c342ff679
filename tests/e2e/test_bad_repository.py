"""Places and paths that cannot be worked with: said in one line with a hint, and nothing is changed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.test_bad_input import assert_explained
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_git
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.samples import findings_repo


@pytest.fixture
def sample(repo: GitRepo) -> GitRepo:
    repo.write(".gitignore", "ignored.py\n")
    return findings_repo(repo, 1)


@pytest.mark.parametrize("command", ["fix", "check"])
def test_no_repository(stomper: Stomper, tmp_path: Path, command: str) -> None:
    result = stomper.run(tmp_path, command)
    assert_explained(result, f"{tmp_path} is not in a git repository", "make one with `git init`")


@pytest.mark.parametrize("command", ["fix", "check"])
def test_bare_repository(stomper: Stomper, tmp_path: Path, command: str) -> None:
    bare = GitRepo(tmp_path / "bare.git", bare=True)
    result = stomper.run(bare.path, command)
    assert_explained(result, f"{bare.path} is a bare repository", "use a clone of it")


@pytest.mark.parametrize("command", ["fix", "check"])
def test_repository_without_commits(repo: GitRepo, stomper: Stomper, command: str) -> None:
    repo.write("a.py", "import os\n")
    result = stomper.run(repo, command)
    assert_explained(result, f"{repo.path} has no commit yet", "git add -A && git commit")
    assert repo.status() == ["?? a.py"]


PATHS = {
    "missing.py": ("missing.py does not exist", "Check the spelling"),
    "../elsewhere.py": ("elsewhere.py is outside the repository", "Use -C"),
    "untracked.py": ("untracked.py is not tracked by git", "Commit it first"),
    "ignored.py": ("ignored.py is ignored by git", "git add -f"),
    "sub/inside.py": ("sub/inside.py is in the submodule sub", "stomper -C sub"),
    "two\nlines.py": ("two\\nlines.py does not exist", "Check the spelling"),
}


@pytest.mark.matrix
@pytest.mark.parametrize("command", ["fix", "check"])
def test_paths_that_cannot_be_worked_on(
    sample: GitRepo, make_repo: Callable[[str], GitRepo], stomper: Stomper, tmp_path: Path, command: str
) -> None:
    library = make_repo("library")
    library.commit_file("inside.py", "import os\n")
    sample.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.path, "sub")
    sample.commit("with a submodule")
    sample.write("untracked.py", "import os\n")
    sample.write("ignored.py", "import os\n")
    (tmp_path / "elsewhere.py").write_text("import os\n")
    state, refs = sample.checkout_state(), sample.refs()
    for path, (message, hint) in PATHS.items():
        assert_explained(stomper.run(sample, command, "module_000.py", path), message, hint)
    assert (sample.checkout_state(), sample.refs()) == (state, refs)


def conflict(repo: GitRepo, *words: str) -> None:
    """Two branches that say different things of one line, brought together by `git WORDS`."""
    repo.commit_file("story.txt", "one\n")
    repo.git("checkout", "--quiet", "-b", "side", "HEAD~")
    repo.commit_file("story.txt", "two\n")
    done = subprocess.run(["git", *words], cwd=repo.path, capture_output=True, check=False)
    assert done.returncode == 1, done


@pytest.mark.parametrize("action", ["merge", "rebase", "cherry-pick"])
def test_in_the_middle_of_something(sample: GitRepo, stomper: Stomper, action: str) -> None:
    conflict(sample, action, "main")
    state = sample.checkout_state()
    result = stomper.run(sample, "fix")
    assert_explained(result, f"a {action} is under way in {sample.path}", "Finish or abort it first")
    assert sample.checkout_state() == state
    sample.git(action, "--abort")
    stomper.run(sample, "fix").check()


def test_no_identity(sample: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    hermetic.git_config.write_text("[init]\n\tdefaultBranch = main\n")
    state = sample.checkout_state()
    result = stomper.run(sample, "fix")
    assert_explained(result, "git does not know who you are", "git config --global user.name")
    assert sample.checkout_state() == state
    stomper.run(sample, "fix", "--dry-run").check()
    stomper.run(sample, "fix", "--no-commit").check()
    assert sample.status() == [" M module_000.py"]


@pytest.mark.parametrize("command", ["fix", "check"])
def test_git_that_is_nowhere(sample: GitRepo, stomper: Stomper, tmp_path: Path, command: str) -> None:
    (tmp_path / "bin").mkdir()
    result = stomper.run(sample, command, env={"PATH": str(tmp_path / "bin")})
    assert_explained(result, "git was not found on PATH", "Install git", code=3)


def test_git_that_is_too_old(sample: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    old = fake_git(tmp_path / "bin", version="2.17.1")
    result = stomper.run(sample, "fix", env=old.on_path())
    assert_explained(result, "git 2.17 is too old: Stomper needs 2.34 or newer", "Update git", code=3)


def test_git_that_is_none(sample: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    fake = fake_git(tmp_path / "bin", version="none of your business")
    result = stomper.run(sample, "fix", env=fake.on_path())
    assert_explained(result, "`git --version` gave no version", "Check which git is first on PATH", code=3)


@pytest.mark.matrix
@pytest.mark.parametrize("failing", ["worktree", "commit-tree", "update-ref", "merge"])
def test_git_that_fails_in_the_middle(
    sample: GitRepo, stomper: Stomper, leaks: Leaks, tmp_path: Path, failing: str
) -> None:
    """What git says is passed on; the user's checkout is as it was."""
    if failing == "merge":
        leaks.expect("ref", "refs/stomper/*/head", reason="the only place that has the undelivered result")
    fake = fake_git(tmp_path / "bin", fail_on=failing)
    state = sample.checkout_state()
    result = stomper.run(sample, "fix", env=fake.on_path())
    assert result.code == 3, result
    assert f"injected failure of {failing}" in result.out + result.err, result
    assert "Traceback" not in result.out + result.err
    assert sample.checkout_state() == state
    assert fake.calls() != []


def test_check_beside_a_merge_is_harmless(sample: GitRepo, stomper: Stomper) -> None:
    conflict(sample, "merge", "main")
    state = sample.checkout_state()
    assert "F401" in stomper.run(sample, "check").check(1).out
    assert sample.checkout_state() == state
