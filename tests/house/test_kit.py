"""The kit itself: what guards the other tests has to be able to fail."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from stomper.process.environment import RUN_MARK
from tests.kit import warm_program
from tests.kit.cli import Running, Stomper
from tests.kit.fakes import fake_fixer, fake_git, fake_tool, peak, read_log
from tests.kit.hermetic import IDENTITY, Hermetic
from tests.kit.leaks import Leaks, kill_all, of_test
from tests.kit.repo import GitRepo
from tests.kit.runs import held_repo
from tests.kit.samples import finding_path, finding_paths, findings_repo, fixed_content
from tests.kit.wait import eventually
from tests.kit.warm import Warm

SLEEPER = [sys.executable, "-IS", "-c", "import time; time.sleep(60)"]


def test_environment_is_the_tests_own(hermetic: Hermetic, repo: GitRepo) -> None:
    repo.commit_file("a.py", "")
    assert repo.git("log", "-1", "--format=%an <%ae> %aI").startswith(f"{IDENTITY[0]} <{IDENTITY[1]}> 2024-01-02")
    assert repo.branch == "refs/heads/main"
    assert Path.home() == hermetic.home
    assert Path(tempfile.gettempdir()) == hermetic.tmp
    assert hermetic.root not in repo.path.parents
    python = Path(shutil.which("python3") or os.devnull)
    assert not python.read_bytes().startswith(b"#!")  # of those of pyenv each start takes a fifth of a second
    foreign = os.environ.keys() - hermetic.environment().keys()
    assert not any(name.startswith(("STOMPER_", "_STOMPER_", "VIRTUAL_ENV")) for name in foreign)


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_does_to_the_environment_is_undone(turn: int) -> None:
    assert "STOMPER_SPOILED" not in os.environ
    os.environ["STOMPER_SPOILED"] = str(turn)


def test_checkout_state_sees_every_kind_of_change(repo: GitRepo) -> None:
    repo.commit_file("a.py", "one\n")
    seen = [repo.checkout_state()]
    for change in (
        lambda: repo.write("untracked.txt", ""),
        lambda: repo.write("a.py", "two\n"),
        lambda: repo.path.joinpath("a.py").chmod(0o755),
        lambda: repo.git("add", "a.py"),
        lambda: repo.commit("two"),
        lambda: repo.git("checkout", "--quiet", "--detach"),
        lambda: repo.git("update-index", "--assume-unchanged", "a.py"),
    ):
        assert repo.checkout_state() == seen[-1]
        change()
        seen.append(repo.checkout_state())
    assert all(state not in seen[:n] for n, state in enumerate(seen))


def test_leak_check_passes_for_a_clean_repository(leaks: Leaks, repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    repo.config("diff.noprefix", "true")
    repo.hook("pre-commit", "exit 1")
    repo.add_worktree(tmp_path / "own", "--detach")
    assert leaks.find() == []


def test_leak_check_finds_what_is_left_in_a_repository(leaks: Leaks, repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    repo.git("worktree", "add", "--quiet", "--detach", tmp_path / "forgotten")
    repo.git("update-ref", "refs/stomper/r1/head", "HEAD")
    repo.git_dir.joinpath("index.lock").touch()
    config = repo.git_dir / "config"
    config.write_text(config.read_text() + "[user]\n\tname = Other\n")
    assert [leak.kind for leak in leaks.find()] == ["lock", "ref", "settings", "worktree"]
    repo.git_dir.joinpath("index.lock").unlink()
    with pytest.raises(AssertionError, match="left behind: ref: refs/stomper/r1/head"):
        leaks.check()
    leaks.expect("ref", "refs/stomper/*/head", reason="the test made it")
    leaks.expect("settings", "config", reason="the test made it")
    leaks.expect("worktree", "*/forgotten", reason="the test made it")


def test_leak_check_finds_stash_and_damage(leaks: Leaks, repo: GitRepo) -> None:
    repo.commit_file("a.py", "one\n")
    repo.write("a.py", "two\n")
    repo.git("stash")
    blob = repo.rev("HEAD:a.py")
    repo.git_dir.joinpath("objects", blob[:2], blob[2:]).unlink()
    assert {leak.kind for leak in leaks.find()} == {"stash", "fsck"}
    leaks.expect("stash", "*WIP*", reason="the test made it")
    leaks.expect("fsck", f"*missing blob {blob}*", reason="the test made it")


def test_leak_check_finds_files(leaks: Leaks, hermetic: Hermetic) -> None:
    worktree = hermetic.cache / "stomper" / "run-1" / "0001"
    worktree.joinpath("tree").mkdir(parents=True)
    hermetic.tmp.joinpath("left.patch").touch()
    assert [(leak.kind, leak.what) for leak in leaks.find()] == [
        ("cache", "run-1"),
        ("cache", "run-1/0001"),
        ("temp", "left.patch"),
    ]
    shutil.rmtree(worktree.parent)
    hermetic.tmp.joinpath("left.patch").unlink()


def test_leak_check_finds_processes_and_ends_them(leaks: Leaks, hermetic: Hermetic, tmp_path: Path) -> None:
    started = [
        Running(SLEEPER, tmp_path, {**os.environ, RUN_MARK: "r1"}, hermetic.logs, None),
        # Environment wiped: known by the test's folder on its command line.
        Running([*SLEEPER, f"{hermetic.root}/"], tmp_path, {}, hermetic.logs, None),
    ]
    # For a moment after its start a process has no command line yet.
    eventually(lambda: len(leaks.find()) == 2, "both processes seen")
    found = leaks.find()
    assert [leak.kind for leak in found] == ["process", "process"]
    assert any(leak.what.endswith("run r1]") for leak in found)
    kill_all(hermetic)
    assert leaks.find() == []
    assert not any(running.running() for running in started)


def test_an_expected_leak_must_be_there(leaks: Leaks) -> None:
    leaks.allow("temp", "perhaps", reason="not certain")
    leaks.check()
    leaks.expect("temp", "surely", reason="certain")
    with pytest.raises(AssertionError, match="expected, but not there: temp: surely"):
        leaks.check()
    leaks.expectations.clear()


def test_running_command_is_killed_at_its_limit(hermetic: Hermetic) -> None:
    running = Running(SLEEPER, hermetic.home, os.environ, hermetic.logs, None)
    assert psutil.pid_exists(running.pid)
    with pytest.raises(AssertionError, match="still running after 0 s"):
        running.result(timeout=0.05)
    assert not running.running()


def test_command_is_this_source(stomper: Stomper, hermetic: Hermetic) -> None:
    code = "import stomper, sys; print(stomper.__file__); print(sys.stdin.read()); sys.exit(3)"
    result = Stomper(hermetic, (sys.executable, "-c", code)).run(hermetic.home, stdin="words")
    assert result.check(3).out.splitlines() == [
        str(Path(__file__).parents[2] / "stomper" / "__init__.py"),
        "words",
    ]
    assert stomper.command[0] == sys.executable


def test_a_warm_command_is_a_process_like_a_cold_one(
    warm: Warm | None, stomper: Stomper, hermetic: Hermetic, leaks: Leaks, repo: GitRepo, tmp_path: Path
) -> None:
    if warm is None:
        pytest.skip("there are no handles of processes here")
    cold = Stomper(hermetic, stomper.command)
    for words in (["--version"], ["check", "--help"], ["no-such-command"], ["status"]):
        assert stomper.run(repo, *words) == cold.run(repo, *words)
    held = held_repo(repo, 1, tmp_path)
    running = stomper.start(repo, "fix", "-j1", "-q", env={"STOMPER_MAX_RETRIES": "2"})
    held.wait_for(1)
    process = psutil.Process(running.pid)
    assert process.environ() == {**os.environ, "STOMPER_MAX_RETRIES": "2"}
    assert (Path(process.cwd()), os.getsid(running.pid)) == (repo.path, running.pid)
    assert running.pid in {found.pid for found in of_test(hermetic)}
    beside = [" ".join(child.cmdline()) for child in process.children()]
    assert (
        sum(warm_program.__name__ in words for words in beside) == 2
    )  # the guardian is, and multiprocessing's process
    assert not any("multiprocessing" in words for words in beside)
    running.kill()
    assert running.result().code == -signal.SIGKILL
    eventually(lambda: not list(of_test(hermetic)), "the guardian to end what it left")
    stomper.run(repo, "cleanup").check()
    assert leaks.find() == []


def test_a_command_is_warm_only_if_nothing_differs_that_is_read_at_the_start(warm: Warm | None, tmp_path: Path) -> None:
    if warm is None:
        pytest.skip("there are no handles of processes here")
    plain = dict(os.environ)
    assert warm.suits(plain)
    assert warm.suits({**plain, "STOMPER_JOBS": "2", "HOME": "/elsewhere", "PATH": f"{tmp_path}:{plain['PATH']}"})
    other_git = fake_git(tmp_path / "bin", version="2.99.0").on_path()
    assert not warm.suits({**plain, **other_git})
    for name in ("PATH", "PYTHONHASHSEED", "NO_COLOR", "LANG", "GIT_PYTHON_TRACE", "PYTHONPATH"):
        assert not warm.suits({**plain, name: "other"})
    assert not warm.suits({name: value for name, value in plain.items() if name != "PATH"})
    assert not warm.suits({**plain, "STOMPER_LONG": "x" * 100_000})


def test_fake_fixer_does_as_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("import os\nx = 1\n")
    log = tmp_path / "log"
    flags = ("--remove-import", "os", "--replace", "x", "y", "--append", "z = 2\n", "--log", log, "--exit", 3)
    command = [word.replace("{file}", str(file)) for word in fake_fixer(*flags)]
    assert subprocess.run(command, check=False).returncode == 3
    assert file.read_text() == "y = 1\nz = 2\n"
    assert [row["event"] for row in read_log(log)] == ["begin", "end"]
    assert peak(read_log(log)) == 1
    once = [*command, "--once", str(tmp_path / "marker"), "--signal", str(int(signal.SIGSEGV))]
    assert [subprocess.run(once, check=False).returncode for _ in range(2)] == [-signal.SIGSEGV, 0]


def test_fake_tool_plays_its_modes_call_by_call(tmp_path: Path) -> None:
    tool = fake_tool(tmp_path / "bin", "ruff", "half", "exit2=no such rule", "signal", "real", when="--check")
    runs = [subprocess.run([tool.path, "--check", "--version"], capture_output=True, check=False) for _ in range(3)]
    assert [run.returncode for run in runs] == [1, 2, -signal.SIGKILL]
    with pytest.raises(json.JSONDecodeError):
        json.loads(runs[0].stdout)
    assert runs[1].stderr == b"no such rule\n"
    unplayed = subprocess.run([tool.path, "--version"], capture_output=True, check=True)
    assert unplayed.stdout.startswith(b"ruff ")
    assert tool.calls() == [["--check", "--version"]] * 3


def test_fake_git_says_its_version_and_fails_once_asked(tmp_path: Path, repo: GitRepo) -> None:
    tool = fake_git(tmp_path / "bin", version="2.20.1", fail_on="commit-tree")

    def run(*words: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run([tool.path, *words], cwd=repo.path, capture_output=True, check=False)

    assert run("--version").stdout == b"git version 2.20.1\n"
    assert run("-c", "a.b=c", "commit-tree", "x").returncode == 128
    assert run("rev-parse", "--git-dir").stdout == b".git\n"
    assert tool.calls() == [["commit-tree"]]


def test_sample_repository_has_the_findings_it_says(repo: GitRepo) -> None:
    findings_repo(repo, 5, unfixable=True)
    ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "json"]
    rows = json.loads(subprocess.run(ruff, cwd=repo.path, capture_output=True, check=False).stdout)
    found = sorted((os.path.relpath(row["filename"], repo.path), row["code"]) for row in rows)
    wanted = [(path, code) for path in finding_paths(5) for code in ("F401", "I001")]
    assert found == sorted([*wanted, ("app/unfixable.py", "F821")])
    subprocess.run([*ruff, "--fix"], cwd=repo.path, capture_output=True, check=False)
    assert repo.read(finding_path(1)) == fixed_content(1)
