"""The user's own record: what it is known by, what it survives, and who else's is none."""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.git.repository import Repository, open_repository
from stomper.trust import RecordError, read_record
from stomper.trust.decide import Person, require_agreement
from stomper.trust.record import home_of
from stomper.trust.request import Ask, make_ask
from tests.kit.repo import GitRepo

ASK = make_ask("checker", "stomper.toml: checker.lint", "runs ./lint", ["./lint"], ["one"])
OTHER = make_ask("checker", "stomper.toml: checker.lint", "runs ./lint", ["./lint"], ["two"])


@pytest.fixture
def here(repo: GitRepo) -> Repository:
    """A repository that was trusted with ASK."""
    repo.commit_file("a.py", "")
    read_record(repo.opened()).add([ASK])
    return repo.opened()


def test_what_was_recorded_is_agreed_to_and_what_changed_is_not(here: Repository) -> None:
    assert read_record(here).has(ASK)
    assert not read_record(here).has(OTHER)
    read_record(here).add([OTHER])
    assert read_record(here).has(ASK)
    assert read_record(here).forget()
    assert not read_record(here).has(ASK)
    assert not read_record(here).forget()


def test_the_record_is_the_users_alone_whatever_the_umask(repo: GitRepo) -> None:
    repo.commit_file("a.py", "")
    before = os.umask(0)
    try:
        record = read_record(repo.opened())
        record.add([ASK])
    finally:
        os.umask(before)
    assert record.file is not None
    assert record.file.is_relative_to(os.environ["XDG_DATA_HOME"])
    assert stat.S_IMODE(record.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(record.file.parent.stat().st_mode) == 0o700


def file_of(here: Repository) -> Path:
    file = read_record(here).file
    assert file is not None
    return file


def writable(file: Path) -> None:
    file.chmod(0o620)


def folder_writable(file: Path) -> None:
    file.parent.chmod(0o770)


def linked(file: Path) -> None:
    file.rename(file.with_suffix(".elsewhere"))
    file.symlink_to(file.with_suffix(".elsewhere"))


def of_another_repository(file: Path) -> None:
    file.write_text(file.read_text().replace('"repository": "', '"repository": "/other'))


def half(file: Path) -> None:
    file.write_text(file.read_text()[:-20])


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


@pytest.mark.parametrize("deed", [writable, folder_writable, linked, of_another_repository, half, pipe])
def test_a_record_that_somebody_else_could_have_written_is_none(here: Repository, deed: Callable[[Path], None]) -> None:
    deed(file_of(here))
    assert not read_record(here).has(ASK)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_record_of_another_user_is_none(here: Repository) -> None:
    os.chown(file_of(here), 12345, -1)
    assert not read_record(here).has(ASK)


def test_a_record_inside_of_the_repository_is_none(here: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(os.environ["XDG_DATA_HOME"], here.top / "data")
    monkeypatch.setenv("XDG_DATA_HOME", str(here.top / "data"))
    assert not read_record(here).has(ASK)
    with pytest.raises(RecordError):
        read_record(here).add([ASK])


def test_a_checkout_that_was_moved_or_copied_is_asked_for_again(here: Repository, tmp_path: Path) -> None:
    shutil.copytree(here.top, tmp_path / "copied", symlinks=True)
    assert not read_record(open_repository(tmp_path / "copied")).has(ASK)
    here.top.rename(tmp_path / "moved")
    assert not read_record(open_repository(tmp_path / "moved")).has(ASK)
    (tmp_path / "moved").rename(here.top)
    assert read_record(here).has(ASK)


def test_the_way_to_a_checkout_makes_no_difference(here: Repository, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(here.top)
    (here.top / "deep").mkdir()
    assert read_record(open_repository(tmp_path / "link" / "deep")).has(ASK)


def test_worktrees_of_one_repository_share_it(repo: GitRepo, here: Repository, tmp_path: Path) -> None:
    other = repo.add_worktree(tmp_path / "other", "-b", "other")
    assert read_record(open_repository(other)).has(ASK)


def test_a_folder_that_only_says_it_is_a_worktree_does_not(repo: GitRepo, here: Repository, tmp_path: Path) -> None:
    other = repo.add_worktree(tmp_path / "other", "-b", "other")
    shutil.copytree(other, tmp_path / "evil")
    assert home_of(Repository(tmp_path / "evil", repo.git_dir / "worktrees/other", repo.git_dir)) == str(
        tmp_path / "evil"
    )
    linked_dir = tmp_path / "linked"
    linked_dir.mkdir()
    (linked_dir / ".git").symlink_to(repo.git_dir)
    assert home_of(Repository(linked_dir, repo.git_dir, repo.git_dir)) == str(linked_dir)
    (tmp_path / "named").mkdir()
    (tmp_path / "named/.git").write_text(f"gitdir: {repo.git_dir}\n")
    assert home_of(Repository(tmp_path / "named", repo.git_dir, repo.git_dir)) == str(tmp_path / "named")


def person(answers: list[bool], told: list[str]) -> Person:
    """Somebody who gives these answers."""
    return Person(lambda _: answers.pop(0), told.append)


def test_a_home_that_cannot_be_written_is_said_and_does_not_stop(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo.commit_file("a.py", "")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    told: list[str] = []
    require_agreement([ASK], read_record(repo.opened()), person([True], told))
    assert len(told) == 1
    assert "not remembered" in told[0]


def test_only_what_changed_is_asked_for(here: Repository) -> None:
    seen: list[list[str]] = []

    def ask(lines: object) -> bool:
        seen.append(list(lines))  # type: ignore[call-overload]
        return True

    more = make_ask("tests", "its tests", "runs pytest", [])
    require_agreement([ASK, more], read_record(here), Person(ask, seen.append))  # type: ignore[arg-type]
    assert [sum("its tests" in line for line in lines) for lines in seen] == [1]
    assert not any("checker.lint" in line for lines in seen for line in lines)
    require_agreement([ASK, more], read_record(here), None)
    assert isinstance(more, Ask)
