"""A refusal of the machine is told in words: no traceback, no riddle, nothing lost."""

import errno
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

import pytest

from stomper.checkers.mypy import _named
from stomper.cli import main
from stomper.disk.atomic_write import is_file, write_atomically
from stomper.errors import EXIT_UNTRUSTED
from stomper.text.machine_errors import in_words
from stomper.workspace.worktree import worktrees_folder
from tests.kit.cli import ROOT, SOURCE, Result, Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.runs import states
from tests.kit.samples import findings_repo

pytestmark = [pytest.mark.cold, pytest.mark.crew]  # its subject is what a process is started with

COMMAND = shlex.join(SOURCE)
LONG = "n" * 252
RIDDLES = ("Traceback", "this should not have happened", "Exception ignored", "Errno")


def by_shell(repo: GitRepo, script: str, **env: str) -> Result:
    """Run a shell in which $S is the command."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    words = ["bash", "-c", f"S='{COMMAND}'; {script}"]
    done = subprocess.run(words, cwd=repo.path, env=environment, capture_output=True, text=True)
    assert not any(riddle in done.stdout + done.stderr for riddle in RIDDLES), done.stdout + done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def sample(repo: GitRepo) -> GitRepo:
    return findings_repo(repo, 1)


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("$S check > /dev/full", 3, "the output cannot be written: No space left on device"),
        ("$S --help > /dev/full", 3, "the output cannot be written: No space left on device"),
        ("$S nonsense 2> /dev/full", 2, ""),
        ("$S check | head -1; exit ${PIPESTATUS[0]}", 1, ""),
        ("$S check >&-", 1, ""),
        ("$S check <&- >&- 2>&-", 1, ""),
        ("ulimit -n 6; $S check", 3, "Too many open files"),
        ("(ulimit -f 0; $S check) 2>&1 | cat >&2; exit ${PIPESTATUS[0]}", 3, "git"),
        ("mkdir gone; cd gone; rmdir ../gone; $S check", 2, "No such file or directory"),
    ],
)
def test_streams_and_limits(sample: GitRepo, script: str, code: int, words: str) -> None:
    before = sample.checkout_state()
    result = by_shell(sample, script).check(code)
    assert words in result.err
    assert sample.checkout_state() == before


def test_what_was_done_is_done_where_the_output_is_full(sample: GitRepo) -> None:
    result = by_shell(sample, "$S fix --diff > /dev/full").check(EXIT_UNTRUSTED)
    assert "`stomper status` shows it" in result.err
    assert states(sample) == {"module_000.py": "fixed"}
    assert sample.status() == []


@pytest.mark.parametrize("place", ["/etc/hostname", "/proc/self/none"])
def test_a_cache_folder_that_cannot_be_used(sample: GitRepo, place: str) -> None:
    before = sample.checkout_state()
    result = by_shell(sample, "$S fix", XDG_CACHE_HOME=place).check(EXIT_UNTRUSTED)
    assert "XDG_CACHE_HOME" in result.err
    assert sample.checkout_state() == before


def namespaces_work() -> bool:
    return subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("mount", "words"),
    [
        ("mount -t tmpfs -o size=4k none {cache}", "space"),
        ("mount -t tmpfs -o ro none {cache}", "Read-only file system"),
        ("mount --bind .git .git && mount -o remount,bind,ro .git", "/.git: "),
    ],
)
def test_a_file_system_that_takes_nothing(sample: GitRepo, hermetic: Hermetic, mount: str, words: str) -> None:
    if not namespaces_work():
        pytest.skip("no mount namespaces here")
    before = sample.checkout_state()
    inside = f"{mount.format(cache=hermetic.cache)} && {COMMAND} fix"
    result = by_shell(sample, f"unshare -rm --map-root-user sh -c {shlex.quote(inside)}")
    assert result.code in (1, EXIT_UNTRUSTED)
    assert words in result.out + result.err
    assert sample.checkout_state() == before


def test_a_default_cache_folder_that_cannot_be_made_is_replaced(
    repo: GitRepo, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = hermetic.tmp / f"stomper-{os.getuid()}"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/cache")  # is nowhere, by the rules of that variable
    assert worktrees_folder(repo.path) == hermetic.home / ".cache" / "stomper"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert worktrees_folder(repo.path) == hermetic.home / ".cache" / "stomper"
    for home in ("/etc/hostname", "/proc/self/none/home"):
        monkeypatch.setenv("HOME", home)
        assert worktrees_folder(repo.path) == ours


@pytest.mark.thorough
def test_names_as_long_as_the_file_system_allows(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 1, pyproject="[tool.mypy]\n")
    deep = "/".join([LONG] * 2 + ["m.py"])
    for path in (f"{LONG}.py", deep):
        repo.write(path, f"import os\nfrom {LONG} import x\n\nprint(x)\n")
    repo.commit("long names")
    report = tmp_path / f"{'r' * 250}.json"
    result = stomper.run(repo, "fix", "--no-mypy", "--report", report)
    assert not any(riddle in result.out + result.err for riddle in RIDDLES), result
    assert {states(repo)[path] for path in (f"{LONG}.py", deep)} == {"partial"}  # E501 stays
    assert report.exists()


def test_names_that_we_make_are_short_enough(tmp_path: Path) -> None:
    assert not is_file(tmp_path / f"{'n' * 256}.pyi")
    for name in ("é" * 127, "n" * 255):
        write_atomically(tmp_path / name, b"content")
        assert (tmp_path / name).read_bytes() == b"content"
    long, other = (_named("in", f"{folder}/{LONG}") for folder in "ab")
    assert len(long) < 200
    assert long != other
    assert _named("in", "a/b", 2) == "in-a%2Fb-2"


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EMFILE, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EIO]
)
def test_an_error_of_the_machine_says_what_where_and_what_to_do(number: int) -> None:
    told = in_words(OSError(number, os.strerror(number), "/some/where"))
    assert told.message == f"/some/where: {os.strerror(number)}"
    assert told.hint
    assert told.exit_code == EXIT_UNTRUSTED
    assert os.strerror(number) in in_words(OSError(number, os.strerror(number))).message


def test_a_riddle_is_told_also_where_its_details_cannot_be_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise AssertionError("a mistake of ours")

    monkeypatch.setattr(main.stomper, "main", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert main.run_cli(["check"]) == EXIT_UNTRUSTED
    assert "its details cannot be kept: No such file or directory" in capsys.readouterr().err


def test_a_program_that_cannot_be_started_is_not_called_missing(repo: GitRepo) -> None:
    result = by_shell(repo, "ulimit -n 6; $S check").check(EXIT_UNTRUSTED)
    assert "not found" not in result.err
