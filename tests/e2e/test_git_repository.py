"""Which repository this is, and when it cannot be worked in: each refusal says what is wrong and what to do."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.errors import GitError, ToolError, UsageError
from stomper.git.command import git, git_result, lines
from stomper.git.repository import (
    OLDEST_GIT,
    open_repository,
    read_head,
    require_git,
    require_identity,
    require_quiet,
)
from tests.kit.fakes import fake_git
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo


def test_the_installed_git_is_good_enough() -> None:
    assert require_git() >= OLDEST_GIT


@pytest.mark.parametrize(("version", "fine"), [("2.33.8", False), ("1.8.3.1", False), ("2.34.0", True), ("3.0.1", True),
                                               ("2.39.5 (Apple Git-154)", True)])  # fmt: skip
def test_an_old_git_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, fine: bool) -> None:
    monkeypatch.setenv("PATH", fake_git(tmp_path / "bin", version=version).on_path()["PATH"])
    if fine:
        assert require_git() >= OLDEST_GIT
    else:
        with pytest.raises(ToolError, match=r"is too old: Stomper needs 2\.34 or newer"):
            require_git()


def test_no_git_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="git was not found on PATH") as caught:
        require_git()
    assert caught.value.hint


def test_a_program_that_is_not_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho gud >&2\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="gave no version: gud"):
        require_git()


def test_the_repository_is_found_from_any_folder_in_it(repo: GitRepo) -> None:
    repo.commit_file("app/core/a.py", "")
    for where in (repo.path, repo.path / "app" / "core"):
        found = open_repository(where)
        assert (found.top, found.git_dir, found.common) == (repo.path.resolve(), repo.git_dir, repo.git_dir)
        assert found.state == repo.git_dir / "stomper"


def test_a_linked_worktree_has_its_own_top_and_shares_the_rest(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    own = repo.add_worktree(tmp_path / "own", "-b", "other")
    found = open_repository(own)
    assert (found.top, found.common) == (own.resolve(), repo.git_dir)
    assert found.git_dir == repo.git_dir / "worktrees" / "own"
    assert read_head(found).branch == "refs/heads/other"


def test_a_separate_git_dir_is_followed(tmp_path: Path) -> None:
    top = tmp_path / "top"
    subprocess.run(["git", "init", "--quiet", "--separate-git-dir", tmp_path / "elsewhere", top], check=True)
    assert open_repository(top).git_dir == tmp_path / "elsewhere"


@pytest.mark.parametrize("name", ["with space", "caf\u00e9", "dollar$HOME", "~tilde", "line\nbreak"])
def test_the_repositorys_own_folder_may_have_an_odd_name(make_repo: Callable[[str], GitRepo], name: str) -> None:
    repo = make_repo(name)
    repo.commit_file("a.py", "")
    assert open_repository(repo.path).top == repo.path.resolve()
    assert read_head(open_repository(repo.path)).commit == repo.head


def test_a_link_to_the_repository_is_resolved(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo.path)
    assert open_repository(tmp_path / "link").top == repo.path.resolve()


def test_a_surrounding_git_dir_is_not_followed(
    repo: GitRepo, make_repo: Callable[[str], GitRepo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(make_repo("outer").git_dir))
    assert open_repository(repo.path).top == repo.path.resolve()


@pytest.mark.parametrize(("where", "message"), [("plain", "is not in a git repository"), ("gone", "does not exist"),
                                                ("bare", "is a bare repository"), ("fake", "git")])  # fmt: skip
def test_what_is_no_repository_is_refused_with_a_hint(tmp_path: Path, where: str, message: str) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "fake" / ".git").mkdir(parents=True)
    GitRepo(tmp_path / "bare", bare=True)
    with pytest.raises(UsageError, match=message) as caught:
        open_repository(tmp_path / where)
    assert caught.value.hint


def test_a_format_that_git_does_not_know_is_refused(repo: GitRepo) -> None:
    repo.commit_file("a.py", "")
    agreed = repo.agreed_settings
    config = repo.git_dir / "config"
    text = config.read_text()
    config.write_text(text.replace("repositoryformatversion = 0", "repositoryformatversion = 9"))
    with pytest.raises(UsageError, match="git refuses to work in"):
        open_repository(repo.path)
    config.write_text(text)
    assert repo.settings() == agreed


def test_head_on_a_branch_detached_and_unborn(repo: GitRepo) -> None:
    with pytest.raises(UsageError, match="has no commit yet"):
        read_head(repo.opened())
    commit = repo.commit_file("a.py", "")
    head = read_head(repo.opened())
    assert (head.commit, head.branch) == (commit, "refs/heads/main")
    repo.git("checkout", "--quiet", "--detach")
    assert read_head(repo.opened()).branch is None


def conflict(repo: GitRepo) -> None:
    repo.commit_file("a.py", "one\n")
    repo.git("checkout", "--quiet", "-b", "other")
    repo.commit_file("a.py", "two\n")
    repo.git("checkout", "--quiet", "main")
    repo.commit_file("a.py", "three\n")


@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("merge other", "merge"),
        ("rebase other", "rebase"),
        ("rebase --apply other", "rebase or am"),
        ("cherry-pick other", "cherry-pick"),
        ("revert HEAD~1", "revert"),
    ],
)
def test_what_is_under_way_is_named(repo: GitRepo, command: str, action: str) -> None:
    conflict(repo)
    require_quiet(repo.opened())
    subprocess.run(["git", *command.split()], cwd=repo.path, capture_output=True, check=False)
    with pytest.raises(UsageError, match=f"a {action} is under way") as caught:
        require_quiet(repo.opened())
    assert caught.value.hint
    repo.git(command.split()[0], "--abort")
    require_quiet(repo.opened())


def test_an_identity_is_required(repo: GitRepo, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit_file("a.py", "")
    require_identity(repo.opened())
    hermetic.git_config.write_text("")
    with pytest.raises(UsageError, match="git does not know who you are") as caught:
        require_identity(repo.opened())
    assert "user.email" in (caught.value.hint or "")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "By Environment")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "env@example.org")
    require_identity(repo.opened())


def test_a_failing_git_is_told_in_its_own_words(repo: GitRepo) -> None:
    with pytest.raises(GitError, match=r"git rev-parse failed \(exit code 128\): fatal: ") as caught:
        git(repo.path, "rev-parse", "--verify", "nothing")
    assert caught.value.stderr.startswith("fatal: ")
    assert git_result(repo.path, "rev-parse", "--verify", "nothing", accept=(0, 128)).returncode == 128


def test_git_speaks_english_and_asks_nothing(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    with pytest.raises(GitError, match="Needed a single revision"):
        git(repo.path, "rev-parse", "--verify", "nothing")
    assert git(repo.path, "-c", "alias.env=!env", "env").decode().count("GIT_TERMINAL_PROMPT=0") == 1


def test_records_keep_every_byte() -> None:
    assert lines(b"a\nb\0caf\xe9\0") == ["a\nb", os.fsdecode(b"caf\xe9")]
    assert lines(b"") == []
