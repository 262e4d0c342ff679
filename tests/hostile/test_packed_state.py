"""What a state folder that came in an archive got done to other folders: links, pipes, and notes of places."""

import json
import os
from pathlib import Path

import pytest

from stomper.disk.private_files import ForeignError, require_plain
from stomper.journal.cleanup import clear_sites
from stomper.journal.find_run import runs_folder
from stomper.journal.run_folder import FORMAT, Header, RunFolder
from stomper.settings import Settings
from stomper.workspace.run_place import NOTES, noted
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

RUN = "20260102-030405-beef"
FILES = ["journal.jsonl", "run.json", "plan.json", "report.json", "logs/00000.log", "journal.jsonl"]
LOOKING = ["status", "undo", "doctor", "resume", "cleanup", "fix"]


@pytest.fixture
def packed(repo: GitRepo) -> RunFolder:
    """A run, whose folder somebody is going to change."""
    repo.commit_file("a.py", "x = 1\n")
    folder = RunFolder(runs_folder(repo.git_dir / "stomper") / RUN)
    folder.create(Header(RUN, FORMAT, "1", str(repo.path), "/", repo.head, None, 0.0, (), Settings()))
    folder.finish(0, {"report.json": "{}"})
    return folder


def be_noted(repo: GitRepo, run: str, folder: Path) -> Path:
    """Have the state folder say that a run's worktrees are in `folder`."""
    note = repo.git_dir / "stomper" / NOTES / run
    note.parent.mkdir(parents=True, mode=0o700)
    note.parent.parent.chmod(0o700)
    note.write_text(json.dumps({"folder": str(folder), "token": "t"}))
    note.chmod(0o600)
    return note


def test_a_link_in_the_folder_of_a_run_leads_no_clean_up_elsewhere(
    repo: GitRepo, stomper: Stomper, packed: RunFolder, tmp_path: Path
) -> None:
    """`active` led to a project of the user's, and each JSON file in there was removed as a note of a worker."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "package.json").write_text("{}")
    packed.active.rmdir()
    packed.active.symlink_to(tmp_path / "project")
    result = stomper.run(repo, "cleanup").check()
    assert (tmp_path / "project" / "package.json").read_text() == "{}"
    assert f"left alone: {packed.path}: active in it is no plain file" in result.err


@pytest.mark.parametrize(("name", "command"), [*zip(FILES, LOOKING, strict=True)])
def test_a_pipe_in_the_folder_of_a_run_is_waited_for_by_no_command(
    repo: GitRepo, stomper: Stomper, packed: RunFolder, name: str, command: str
) -> None:
    (packed.path / name).unlink(missing_ok=True)
    os.mkfifo(packed.path / name, 0o600)
    stomper.run(repo, command, timeout=60)
    assert packed.why_foreign() == f"{name} in it is no plain file"


@pytest.mark.parametrize(
    ("name", "command"),
    [("learning.jsonl", "stats"), ("run.lock", "fix"), (NOTES, "cleanup"), ("set-aside", "status"), ("runs", "undo")],
)
def test_a_link_or_a_pipe_in_the_state_folder_is_refused(
    repo: GitRepo, stomper: Stomper, packed: RunFolder, tmp_path: Path, name: str, command: str
) -> None:
    place = packed.path.parent.parent / name
    if "." in name:
        os.mkfifo(place, 0o600)
    elif place.is_dir():
        place.rename(tmp_path / name)
    if "." not in name:
        place.symlink_to(tmp_path / name)
    try:
        result = stomper.run(repo, command, timeout=60).check(3)
    finally:
        place.unlink()  # what looks for leaks would wait for the pipe
    assert f"{name} is not yours" in result.err


def test_what_is_there_by_itself_is_plain(packed: RunFolder) -> None:
    assert packed.why_foreign() == ""
    require_plain(packed.path.parent.parent)
    (packed.path.parent.parent / "x").symlink_to("y")
    with pytest.raises(ForeignError, match="x is not yours"):
        require_plain(packed.path.parent.parent)


@pytest.mark.parametrize("above", ["open", "stomper"])
@pytest.mark.parametrize("there", [True, False], ids=["there", "gone"])
def test_a_note_of_a_place_closes_and_removes_no_folder_of_the_users(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, above: str, there: bool
) -> None:
    """Root's clean-up of a repository that noted a place in /tmp closed /tmp to everybody else."""
    folder = tmp_path / above / RUN
    folder.parent.mkdir(mode=0o755)
    if there:
        folder.mkdir(mode=0o755)
    repo.commit_file("a.py", "x = 1\n")
    be_noted(repo, RUN, folder)
    clear_sites(repo.opened(), {RUN})
    stomper.run(repo, "cleanup").check()
    assert folder.exists() is there
    assert folder.parent.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("above", ["open", "stomper/..", "stomper-0000"])
def test_a_note_of_a_place_that_is_called_otherwise_is_none(repo: GitRepo, tmp_path: Path, above: str) -> None:
    be_noted(repo, RUN, tmp_path / above / RUN)
    assert noted(repo.git_dir / "stomper") == {}
