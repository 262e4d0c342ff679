"""Inside a commit: as a git hook, and under the real pre-commit, in repositories with partly staged files."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.kit.cli import ROOT, SOURCE, Result, Stomper
from tests.kit.repo import GitRepo
from tests.kit.samples import PYPROJECT

HEAD = "import sys\n\n\ndef one() -> int:\n    return len(sys.argv)\n\n\ndef two() -> int:\n    return 2\n"
STAGED = "import json\n" + HEAD
NOT_STAGED = ("return 2", "return  2  # not staged")
UNFIXABLE = HEAD.replace("return 2", "return undefined_name")


@pytest.fixture
def partly(repo: GitRepo) -> GitRepo:
    """An unused import is staged in both files; a.py has another change that is not, other.txt too."""
    repo.write("pyproject.toml", PYPROJECT)
    repo.write("a.py", HEAD)
    repo.write("b.py", HEAD)
    repo.commit_file("other.txt", "one\n")
    for path in ("a.py", "b.py"):
        repo.write(path, STAGED)
    repo.git("add", "a.py", "b.py")
    repo.write("a.py", STAGED.replace(*NOT_STAGED))
    repo.write("other.txt", "two\n")
    repo.write("untracked.py", "import os\n")
    return repo


def commit(repo: GitRepo, *words: str, env: Mapping[str, str] | None = None) -> Result:
    """`git commit`, hooks and all."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    argv = ["git", "commit", "--message", "work", *words]
    done = subprocess.run(argv, cwd=repo.path, env=environment, capture_output=True, text=True)
    return Result(done.returncode, done.stdout, done.stderr)


def hook(repo: GitRepo, *words: str) -> None:
    repo.hook("pre-commit", f"exec {' '.join(SOURCE)} {' '.join(words)}")


def head_of(repo: GitRepo, path: str) -> str:
    return repo.content(path).decode()


def test_a_hook_fixes_what_is_committed_and_leaves_the_rest(partly: GitRepo, stomper: Stomper) -> None:
    hook(partly, "fix", "--git-staged")
    commit(partly).check()
    assert head_of(partly, "a.py") == head_of(partly, "b.py") == HEAD
    assert partly.read("a.py").decode() == HEAD.replace(*NOT_STAGED)
    assert partly.status() == [" M a.py", " M other.txt", "?? untracked.py"]
    assert partly.read("untracked.py") == b"import os\n"


def test_commit_all_commits_the_fixes_too(partly: GitRepo) -> None:
    """git has an index of its own here until the commit is made."""
    hook(partly, "fix", "--git-staged")
    commit(partly, "--all").check()
    fixed = HEAD.replace(*NOT_STAGED)
    assert head_of(partly, "a.py") == partly.read("a.py").decode() == fixed
    assert partly.status() == ["?? untracked.py"]


def test_what_is_left_stops_the_commit_with_the_fixes_staged(partly: GitRepo, stomper: Stomper) -> None:
    partly.write("b.py", "import json\n" + UNFIXABLE)
    partly.git("add", "b.py")
    before, hook_words = partly.checkout_state(), ("fix", "--git-staged")
    hook(partly, *hook_words)
    assert commit(partly).code == 1
    assert partly.head == before.head
    assert partly.git("show", ":b.py") == UNFIXABLE.removesuffix("\n")
    stomper.run(partly, "undo").check()
    assert partly.checkout_state() == before


def test_commit_of_paths_is_refused_before_anything_is_done(partly: GitRepo) -> None:
    hook(partly, "fix", "--git-staged")
    before = partly.checkout_state()
    result = commit(partly, "b.py")
    assert result.code == 1
    assert "`git commit PATHS` commits from an index of its own" in result.err
    assert partly.checkout_state() == before


@pytest.mark.thorough
def test_head_does_not_move_under_a_commit_in_hand(partly: GitRepo) -> None:
    hook(partly, "fix")
    before, refs = partly.checkout_state(), partly.refs()
    result = commit(partly)
    assert result.code == 1
    assert "a commit is under way" in result.err
    assert "hint: In a hook, fix what is about to be committed: stomper fix --git-staged" in result.err
    assert (partly.checkout_state(), partly.refs()) == (before, refs)


@pytest.fixture
def pre_commit(partly: GitRepo, tmp_path: Path) -> dict[str, str]:
    """pre-commit is installed in the repository, with our own hook from a repository; what it needs around it."""
    hooks = GitRepo(tmp_path / "hooks")
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "language: python" in text
    assert "entry: stomper fix" in text
    # Nothing is installed: the program is the one under test.
    text = text.replace("language: python", "language: system").replace("entry: stomper", f"entry: {' '.join(SOURCE)}")
    hooks.commit_file(".pre-commit-hooks.yaml", text)
    config = f"repos:\n- repo: {hooks.path}\n  rev: {hooks.head}\n  hooks:\n  - id: stomper\n"
    partly.git("stash", "--quiet")
    partly.commit_file(".pre-commit-config.yaml", config)
    partly.git("stash", "pop", "--quiet", "--index")
    env = {"PRE_COMMIT_HOME": str(tmp_path / "pre-commit"), "PYTHONPATH": str(ROOT)}
    fair = partly.settings()
    argv = [sys.executable, "-m", "pre_commit", "install"]
    subprocess.run(argv, cwd=partly.path, env={**os.environ, **env}, check=True, capture_output=True)
    assert partly.settings() != fair
    partly.agreed_settings = partly.settings()
    return env


def test_pre_commit_stops_with_the_fix_beside_what_is_not_staged(partly: GitRepo, pre_commit: dict[str, str]) -> None:
    before = partly.checkout_state()
    result = commit(partly, env=pre_commit)
    assert result.code == 1
    assert "files were modified by this hook" in result.out + result.err
    assert "Rolling back" not in result.out + result.err
    assert partly.read("a.py").decode() == HEAD.replace(*NOT_STAGED)
    assert partly.read("b.py").decode() == HEAD
    after = partly.checkout_state()
    assert (after.head, after.index) == (before.head, before.index)
    assert {p: f for p, f in after.files.items() if p not in ("a.py", "b.py")} == {
        p: f for p, f in before.files.items() if p not in ("a.py", "b.py")
    }
    partly.git("add", "b.py")
    blob = partly.git("hash-object", "-w", "--stdin", stdin=HEAD.replace("len", "max").encode())
    partly.git("update-index", "--cacheinfo", f"100644,{blob},a.py")
    commit(partly, "--message", "what was fixed", env=pre_commit).check()
    assert head_of(partly, "a.py") == HEAD.replace("len", "max")
    assert partly.read("a.py").decode() == HEAD.replace(*NOT_STAGED)


@pytest.mark.thorough
def test_pre_commit_rolls_back_a_fix_that_is_in_the_way(partly: GitRepo, pre_commit: dict[str, str]) -> None:
    """What is not staged is on the very line that is fixed: it stays, byte for byte, and so does the index."""
    partly.write("a.py", STAGED.replace("import json\n", "import json  # mine\n"))
    before = partly.checkout_state()
    result = commit(partly, env=pre_commit)
    assert result.code == 1
    assert "Rolling back fixes" in result.out + result.err
    after = partly.checkout_state()
    assert (after.head, after.index) == (before.head, before.index)
    assert after.files["a.py"] == before.files["a.py"]


@pytest.mark.thorough
def test_pre_commit_lets_a_clean_commit_pass(partly: GitRepo, pre_commit: dict[str, str]) -> None:
    partly.write("b.py", HEAD.replace("2", "3"))
    partly.git("add", "b.py")
    partly.git("reset", "--quiet", "a.py")
    mine = partly.read("a.py")
    commit(partly, env=pre_commit).check()
    assert head_of(partly, "b.py") == HEAD.replace("2", "3")
    assert partly.read("a.py") == mine
