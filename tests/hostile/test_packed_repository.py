"""What a repository that came in an archive got at, and does not any more: keys, other repositories, time."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.config.executing_settings import differing
from stomper.errors import ConfigError, UsageError
from stomper.git.commits import subject_of
from stomper.git.object_stores import git_folders
from stomper.git.repository import open_repository
from stomper.git.trees import tree_entries
from stomper.process.sandbox.machine import DEPTH, _unreadable
from stomper.project.environment import _copy, find_project, furnished
from stomper.settings import EnvironmentSettings, Settings, TestSettings
from stomper.trust import Tree
from stomper.trust.agents import _words
from stomper.trust.programs import files_in
from tests.hostile.canaries import UNTRUSTING
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo

SECRET = "tok3n-of-the-user-0123456789"
NETRC = f"machine example.org login me password {SECRET}\n"


@pytest.fixture
def netrc(hermetic: Hermetic) -> Path:
    """A file of the user's whose first line is a secret, and no TOML."""
    place = hermetic.home / ".netrc"
    place.write_text(NETRC)
    return place


@pytest.fixture
def other(make_repo: Callable[[str], GitRepo]) -> GitRepo:
    """Another repository of the user's."""
    return make_repo("other")


@pytest.mark.parametrize("by", ["extend", "link"])
@pytest.mark.parametrize("option", ["--trust", "--untrusted"])
def test_a_file_that_a_configuration_leads_to_is_not_quoted(
    repo: GitRepo, stomper: Stomper, netrc: Path, by: str, option: str
) -> None:
    """ruff shows the line that it cannot read, and everybody reads the log of a CI."""
    repo.write("a.py", "import os\n")
    if by == "extend":
        repo.write("ruff.toml", f'extend = "{netrc}"\n')
    else:
        (repo.path / "ruff.toml").symlink_to(netrc)
    repo.commit()
    result = stomper.run(repo, "check", option, env=UNTRUSTING).check(3)
    assert SECRET not in result.out + result.err
    assert "TOML parse error at line 1" in result.err


@pytest.mark.parametrize("key", ["sandbox_readable", "tool_sandbox", "tests.variables"])
def test_a_repository_that_lets_agents_or_tests_out_is_asked_for(
    repo: GitRepo, stomper: Stomper, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """`sandbox_readable = ["~/.ssh"]` in a repository's own file showed it to the user's agent, unasked."""
    monkeypatch.delenv("STOMPER_TOOL_SANDBOX")  # which is the user's word
    words = {"sandbox_readable": '["~/.ssh"]', "tool_sandbox": '"off"', "tests.variables": '["STRIPE_KEY"]'}[key]
    repo.write("stomper.toml", f"{key} = {words}\n")
    repo.write("test_a.py", "import os\n\n\ndef test_a():\n    assert 1\n")
    repo.commit()
    said = stomper.run(repo, "fix", env=UNTRUSTING).check(2).err
    assert f"stomper.toml: {key}" in said
    assert "STRIPE_KEY" in said or "~/.ssh" in said or "off" in said


@pytest.mark.parametrize("key", ["sandbox_readable", "tool_sandbox"])
def test_the_record_of_a_run_lets_nobody_out(key: str) -> None:
    loose = {"sandbox_readable": Settings(sandbox_readable=("~",)), "tool_sandbox": Settings(tool_sandbox="off")}
    assert differing(Settings(), loose[key]) == (key,)


def test_only_stores_of_objects_are_borrowed_from(repo: GitRepo, other: GitRepo, tmp_path: Path) -> None:
    """What a store names as its alternates was shown to agents: `~/.ssh`."""
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "id_ed25519").write_text(SECRET)
    other.commit_file("b.py", "x = 1\n")
    other.git("gc", "--quiet")
    real = other.git_dir / "objects"
    names = f"{keys}\n{real}\n{tmp_path}\n"
    (repo.git_dir / "objects/info/alternates").write_text(names)
    assert git_folders(repo.opened()) == [repo.git_dir, real]


def lead(repo: GitRepo, lender: GitRepo, how: str) -> None:
    """Have the `.git` of a checkout lead to another's git directory."""
    own = repo.git_dir
    if how == "commondir":
        (own / "commondir").write_text(f"{lender.git_dir}\n")
        return
    if how == "worktree":
        worktree = lender.add_worktree(lender.path.parent / "worktree", "-b", "other")
        content = (worktree / ".git").read_text()
    else:
        content = f"gitdir: {lender.git_dir}\n"
    own.rename(repo.path.parent / "set-aside")
    own.symlink_to(lender.git_dir) if how == "link" else own.write_text(content)


@pytest.mark.parametrize("how", ["commondir", "file", "link", "worktree"])
def test_a_checkout_with_the_branches_of_another_is_refused(
    repo: GitRepo, other: GitRepo, stomper: Stomper, leaks: Leaks, how: str
) -> None:
    """A fix in it moved the branch of a repository that it has nothing to do with."""
    for one in (repo, other):
        one.commit_file("a.py", "import os\n")
    before = other.refs()
    lead(repo, other, how)
    leaks.allow("settings", "config", reason="those of the other repository are found in their place")
    with pytest.raises(UsageError, match="has the branches of another checkout"):
        open_repository(repo.path)
    stomper.run(repo, "fix", "--trust").check(2)
    assert {name: commit for name, commit in other.refs().items() if name in before} == before


def test_a_git_directory_that_is_kept_elsewhere_is_the_checkouts_own(
    repo: GitRepo, leaks: Leaks, tmp_path: Path
) -> None:
    leaks.allow("settings", "config", reason="they were moved")
    repo.commit_file("a.py", "import os\n")
    for place in (tmp_path / "elsewhere" / ".git", tmp_path / "store.git"):
        place.parent.mkdir(exist_ok=True)
        repo.git_dir.resolve().rename(place)
        repo.git_dir.unlink(missing_ok=True)
        repo.git_dir.symlink_to(place)
        assert open_repository(repo.path).git_dir == place
    repo.git_dir.unlink()
    repo.git_dir.write_text(f"gitdir: {tmp_path / 'store.git'}\n")
    assert open_repository(repo.path).top == repo.path


def found(repo: GitRepo, **settings: object) -> tuple[str, ...]:
    environment = EnvironmentSettings(**settings)  # type: ignore[arg-type]
    entries = tree_entries(repo.path, repo.head)
    project = find_project(repo.path, entries, environment, TestSettings())
    return furnished(project, repo.head, entries, environment).without_private().copies


def test_a_file_of_keys_is_not_brought_to_those_who_fix(repo: GitRepo) -> None:
    repo.write(".env", f"KEY={SECRET}\n")
    repo.write("mypy.ini", "[mypy]\n")
    repo.write(".gitignore", ".env\nmypy.ini\n")
    repo.git("add", ".gitignore")
    repo.git("commit", "-qm", "x")
    assert found(repo) == ("mypy.ini",)
    assert found(repo, copy=(".env",)) == (".env", "mypy.ini")


def test_of_a_link_that_leads_out_no_content_is_copied(repo: GitRepo, netrc: Path, tmp_path: Path) -> None:
    """`.env -> ~/.netrc` in an archive: its content was in the worktree of the agent."""
    (repo.path / "mypy.ini").symlink_to(netrc)
    repo.write("real.ini", "[mypy]\n")
    (repo.path / "inner.ini").symlink_to("real.ini")
    for name in ("mypy.ini", "inner.ini"):
        _copy(repo.path, name, tmp_path / "copied" / name)
    assert (tmp_path / "copied" / "mypy.ini").readlink() == repo.path / "mypy.ini"
    assert not (tmp_path / "copied" / "inner.ini").is_symlink()
    repo.commit_file("a.py", "x = 1\n")
    (repo.path / "keys").symlink_to(netrc.parent)
    with pytest.raises(ConfigError, match="keys leads out of the repository"):
        found(repo, copy=("keys",))


def test_advice_by_a_link_is_not_looked_for(repo: GitRepo, tmp_path: Path) -> None:
    """`.stomper/advice -> /` had all of the machine looked through, and `/proc` ended that with an error."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.md").write_text("x")
    (repo.path / ".stomper").mkdir()
    (repo.path / ".stomper/advice").symlink_to(tmp_path / "elsewhere")
    repo.commit()
    before = list(_words(Tree(repo.opened())))
    (tmp_path / "elsewhere" / "b.md").write_text("y")
    assert list(_words(Tree(repo.opened()))) == before


def test_git_log_verifies_no_signature(repo: GitRepo, tmp_path: Path) -> None:
    """By `log.showSignature` it starts the program that the repository's own configuration names for that."""
    program = tmp_path / "gpg"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sung'}\nexit 1\n")
    program.chmod(0o755)
    repo.config("gpg.program", str(program))
    repo.config("log.showSignature", "true")
    repo.commit_file("a.py", "x = 1\n")
    raw = repo.git("cat-file", "commit", "HEAD")
    signed = raw.replace("\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\n", 1)
    commit = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed.encode()).strip()
    assert subject_of(repo.path, commit) == "change"
    assert not (tmp_path / "sung").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["node", "--require=./tools/fix.py"],
        ["ruff", "--config=tools/fix.py"],
        ["sh", "-ec", "exec tools/fix.py {file}"],
        ["sh", "-c", "x;./tools/fix.py&&y"],
        ["pytest", "-p", "tools.fix"],
    ],
    ids=" ".join,
)
def test_a_file_within_a_word_of_a_command_is_asked_for_again(repo: GitRepo, words: list[str]) -> None:
    repo.commit_file("tools/fix.py", "one\n")
    before = files_in(Tree(repo.opened()), words)
    repo.commit_file("tools/fix.py", "two\n")
    assert before != files_in(Tree(repo.opened()), words)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can have such files")
def test_roots_own_files_are_found_at_any_depth(tmp_path: Path) -> None:
    deep = tmp_path / "pki/etcd/inner/more"
    deep.mkdir(parents=True)
    (deep / "server.key").touch(0o600)
    assert list(_unreadable(str(tmp_path), DEPTH)) == [str(deep / "server.key")]
