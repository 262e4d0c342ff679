"""A pipe, a device, a socket or a folder where a file is expected: nothing waits for it, and it is named."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper import process
from stomper.checkers import pytest_record
from stomper.checkers.completeness import Look
from stomper.disk.regular_files import NotAFileError, copy_below, folder_below, read_below, read_regular, remove_below
from stomper.errors import StomperError, UsageError
from stomper.metadata.config_files import read_text
from stomper.models import Rejected
from stomper.process import command
from stomper.process.interrupts import Interrupts
from stomper.project.environment import Project
from stomper.project.special_files import require_files, require_users_files
from stomper.project_tests.results import read_junit
from stomper.worker.fix_file import fix_file
from stomper.worker.run_checkers import check_worktree
from tests.kit.agents import stub_agent
from tests.kit.changes import listing
from tests.kit.cli import Stomper
from tests.kit.jobs import LineChecker, commit_files, job_on
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree


def bind(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(place.parent)  # the name of a socket is short
        try:
            made.bind(place.name)
        finally:
            os.chdir(here)


KINDS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a named pipe": (os.mkfifo, "a named pipe"),
    "a socket": (bind, "a socket"),
    "a folder": (Path.mkdir, "a folder"),
    "a link to a device": (lambda place: place.symlink_to("/dev/zero"), "a device"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    make, words = KINDS[kind]
    make(tmp_path / "x")
    with pytest.raises(NotAFileError, match=f"is {words}, not a regular file"):
        read_regular(tmp_path / "x")
    below = "a symbolic link" if "link" in kind else words
    with pytest.raises(NotAFileError, match=f"is {below}, not a regular file"):
        read_below(tmp_path, "x")
    assert read_text(tmp_path / "x") == ""


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"12345")
    assert read_regular(tmp_path / "x", 5) == read_below(tmp_path, "x", 5) == b"12345"
    with pytest.raises(NotAFileError, match="is larger than 4 bytes"):
        read_regular(tmp_path / "x", 4)
    with pytest.raises(NotAFileError, match="is larger than 4 bytes"):
        read_below(tmp_path, "x", 4)
    with pytest.raises(NotAFileError, match="is larger than 4 bytes"):
        copy_below(tmp_path, "x", tmp_path / "copy", 4)


def test_nothing_below_a_folder_is_reached_through_a_link(tmp_path: Path) -> None:
    """Not read, not written, not removed: what a link leads to is not in the tree."""
    outside, tree = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    tree.mkdir()
    (outside / "x").write_text("secret")
    (tree / "away").symlink_to(outside)
    (tree / "x").symlink_to(outside / "x")
    for path in ("away/x", "x"):
        with pytest.raises(OSError, match=r".+"):
            read_below(tree, path)
        remove_below(tree, path)
    with folder_below(tree, ["away"], make=True):
        assert not (tree / "away").is_symlink()
    assert (outside / "x").read_text() == "secret"
    assert not (tree / "x").exists()


# Where a pipe makes git or a tool wait, by its path in the checkout.
PLACES = [
    *("pyproject.toml", "pkg/pyproject.toml", "pkg/ruff.toml", "mypy.ini", "setup.cfg", ".editorconfig"),
    *(".gitignore", "pkg/.gitignore", ".gitattributes", ".gitmodules", ".git/info/exclude", ".git/info/attributes"),
    *(
        "pkg/mod.py",
        "pkg/data.bin",
        *(f"pkg/new.{kind}" for kind in ("py", "pyi", "pyx", "ipynb", "toml", "cfg", "ini")),
    ),
]


@pytest.fixture
def project(repo: GitRepo) -> GitRepo:
    repo.write("pkg/data.bin", "")
    repo.commit_file("pkg/mod.py", "import os\n")
    (repo.git_dir / "info").mkdir(exist_ok=True)
    return repo


@pytest.mark.parametrize("path", PLACES)
def test_a_pipe_in_the_checkout_is_named_before_anything_opens_it(project: GitRepo, path: str) -> None:
    require_files(project.opened())
    place = project.path / path
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    with pytest.raises(UsageError, match="a named pipe where tools look for a file") as caught:
        require_files(project.opened())
    assert str(place) in caught.value.message
    place.unlink()
    place.symlink_to(os.devnull)
    require_files(project.opened())


def test_a_link_to_a_pipe_and_a_pipe_above_are_named_too(project: GitRepo, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (project.path / "ruff.toml").symlink_to(tmp_path / "pipe")
    os.mkfifo(project.path.parent / "mypy.ini")
    with pytest.raises(UsageError) as caught:
        require_files(project.opened())
    assert f"{project.path}/ruff.toml, {project.path.parent}/mypy.ini: a named pipe" in caught.value.message
    (project.path.parent / "mypy.ini").unlink()


@pytest.mark.parametrize("kind", ["char", "block"])
def test_a_link_to_a_device_is_named_too(project: GitRepo, kind: str) -> None:
    zero = Path("/dev/zero")
    places = [zero] if kind == "char" else [place for place in Path("/dev").iterdir() if place.is_block_device()]
    if not places:
        pytest.skip("this machine shows no such device")
    (project.path / "ruff.toml").symlink_to(places[0])
    with pytest.raises(UsageError, match="a device where tools look for a file"):
        require_files(project.opened())


def test_pipes_that_no_tool_opens_are_no_matter(project: GitRepo) -> None:
    for path in ("pkg/queue", "fifo"):
        os.mkfifo(project.path / path)
    bind(project.path / "app.sock")
    require_files(project.opened())


OF_TOOLS = ["mypy/config", "ruff/ruff.toml", "ruff/.ruff.toml", "ruff/pyproject.toml"]


@pytest.mark.parametrize("settings", ["config", ".config"])
@pytest.mark.parametrize("name", ["", ".mypy.ini", "git/config", "git/ignore", "git/attributes", *OF_TOOLS])
def test_a_pipe_among_the_users_own_settings_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, settings: str
) -> None:
    """Those of the home, and those in the folder that is named for settings or else the usual one."""
    if settings == "config":
        monkeypatch.setenv("XDG_CONFIG_HOME", str(Path.home() / settings))
    else:
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    place = Path.home() / (f"{settings}/{name}" if "/" in name else name or ".gitconfig")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    try:
        with pytest.raises(UsageError, match="a named pipe"):
            require_users_files()
    finally:
        place.unlink()
    require_users_files()


COMMANDS = {
    "pkg/pyproject.toml": ("check",),
    ".gitignore": ("fix",),
    "stomper.toml": ("plan",),
    "p": ("fix", "--plan", "p"),
}


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_ends_with_2_and_the_name(project: GitRepo, stomper: Stomper, path: str) -> None:
    os.mkfifo(project.path / path)
    result = stomper.run(project, *COMMANDS[path]).check(2)
    assert path in result.err
    assert "a named pipe" in result.err
    (project.path / path).unlink()


def test_a_baseline_that_is_a_pipe_is_an_error_of_configuration(project: GitRepo) -> None:
    from stomper.plan.baseline_file import read_entries

    os.mkfifo(project.path / "known.json")
    with pytest.raises(StomperError, match="is a named pipe, not a regular file"):
        read_entries(project.path, "known.json")


@pytest.mark.parametrize(
    "script", ["rm 0.txt; mkfifo 0.txt", "rm 0.txt; mkdir 0.txt", "rm 0.txt; ln -s /dev/zero 0.txt"]
)
def test_a_fixer_that_makes_something_else_of_its_file_is_refused(repo: GitRepo, tmp_path: Path, script: str) -> None:
    (task,) = commit_files(repo, "bad A\n")
    with job_on(repo, tmp_path / "job", stub_agent("--run", script)) as job:
        outcome = fix_file(job, task)
    assert isinstance(outcome, Rejected), outcome
    assert "deletes the file" in outcome.reason or "symbolic link" in outcome.reason


class Piping(LineChecker):
    """Leaves pipes where the next one would read."""

    def look(self, root: Path, paths: object, scratch: object = None) -> Look:
        assert not (root / "ruff.toml").exists()
        os.mkfifo(root / "ruff.toml")
        return Look()


def test_what_one_checker_leaves_the_next_does_not_meet(repo: GitRepo, tmp_path: Path) -> None:
    commit_files(repo, "bad A\n")
    with opened_worktree(repo, tmp_path) as tree:
        check_worktree([Piping(), Piping()], tree, ["0.txt"])
        assert sorted(listing(tree.root)) == ["0.txt"]


def test_a_folder_of_the_users_is_copied_without_its_pipes(repo: GitRepo, tmp_path: Path) -> None:
    commit_files(repo, "bad A\n")
    repo.write("data/x", "")
    os.mkfifo(repo.path / "data" / "pipe")
    with opened_worktree(repo, tmp_path) as tree:
        Project(repo.path, "python3", (), (), ("data",), (), ()).prepare(tree)
        assert sorted(listing(tree.root)) == ["0.txt", "data", "data/x"]


def test_reports_of_tests_that_are_pipes_say_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "junit.xml")
    assert "cannot be read" in read_junit(tmp_path / "junit.xml", "", "").problem
    record = pytest_record.runner(tmp_path).with_suffix(".jsonl")
    record.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(record)
    assert pytest_record.read(tmp_path).empty


def test_a_short_call_of_ours_that_hangs_ends_some_time_after_the_first_interrupt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git waits for a pipe like any other program."""
    monkeypatch.setattr(command, "LATE", 0.2)
    os.mkfifo(tmp_path / "pipe")
    process.request_stop(0)
    try:
        assert process.run(["cat", str(tmp_path / "pipe")], cwd=tmp_path).stopped
        unmarked = process.run(["sleep", "0.6"], cwd=tmp_path, env=process.UNMARKED)
        assert (unmarked.stopped, unmarked.returncode) == (False, 0)
    finally:
        process.withdraw_stop()


def test_work_that_goes_on_after_all_programs_were_ended_is_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupts = Interrupts(grace=0)
    assert not interrupts.overdue
    try:
        interrupts.raise_level()
        assert not interrupts.overdue
        monkeypatch.setattr("stomper.process.interrupts.OVERDUE", 0)
        assert interrupts.overdue
    finally:
        process.withdraw_stop()
