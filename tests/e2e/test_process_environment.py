"""What programs that Stomper starts see of its environment."""

import os
import sys
from pathlib import Path

import pytest

from stomper import process
from stomper.process.crash import crash_point
from stomper.process.environment import CRASH_POINT, JOB_MARK, RUN_MARK
from tests.kit.cli import ROOT
from tests.kit.repo import GitRepo

pytestmark = [pytest.mark.cold, pytest.mark.crew]  # its subject is what a process is started with

FOREIGN = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF", "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_REFLOG_ACTION", "GIT_SEQUENCE_EDITOR",
    "GIT_QUARANTINE_PATH", "GIT_DIFF_OPTS", "GIT_INTERNAL_SUPER_PREFIX", "GIT_ATTR_SOURCE", "GIT_TRACE",
    "GIT_DEFAULT_HASH", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE",
)  # fmt: skip
THE_USERS = (
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_AUTHOR_DATE",
    "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EXEC_PATH", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM",
)  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_a_surrounding_gits_variables_are_dropped(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "foreign")
    assert name not in process.clean_environment()
    process.scrub_own_environment()
    assert name not in os.environ


@pytest.mark.parametrize("name", [*THE_USERS, "PATH", "HOME", "VIRTUAL_ENV", "PYTHONPATH", "GITHUB_ACTIONS"])
def test_the_users_own_variables_are_kept(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "the user's")
    assert process.clean_environment()[name] == "the user's"
    process.scrub_own_environment()
    assert os.environ[name] == "the user's"


def test_what_is_given_beats_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_INDEX_FILE", "theirs")
    monkeypatch.setenv("EXTRA", "theirs")
    environment = process.clean_environment({"GIT_INDEX_FILE": "ours", "EXTRA": "ours"})
    assert (environment["GIT_INDEX_FILE"], environment["EXTRA"]) == ("ours", "ours")


def test_who_is_not_trusted_sees_only_what_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CANARY_TOKEN", "a secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    code = "import os; print(*sorted(os.environ))"
    done = process.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"OWN": "1"}, inherited=("LANG",), contained=True
    )
    assert done.stdout.decode().split() == sorted({"LANG", "OWN", JOB_MARK})


def test_configuration_by_environment_reaches_git_whole(monkeypatch: pytest.MonkeyPatch, repo: GitRepo) -> None:
    for name, value in {"COUNT": "1", "KEY_0": "user.name", "VALUE_0": "By Environment"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    done = process.run(["git", "config", "user.name"], cwd=repo.path)
    assert done.stdout == b"By Environment\n"


def test_a_poisoned_git_dir_does_not_reach_the_outer_repository(
    monkeypatch: pytest.MonkeyPatch, repo: GitRepo, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "outer" / ".git"))
    done = process.run(["git", "rev-parse", "--absolute-git-dir"], cwd=repo.path)
    assert done.stdout.decode().strip() == str(repo.git_dir.resolve())


def test_the_binarys_library_paths_are_not_handed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/tmp/_MEI123")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/lib")
    monkeypatch.setenv("DYLD_LIBRARY_PATH", "/tmp/_MEI123")
    monkeypatch.setenv("_PYI_ARCHIVE_FILE", "/opt/stomper")
    environment = process.clean_environment()
    assert environment["LD_LIBRARY_PATH"] == "/opt/lib"
    assert "LD_LIBRARY_PATH_ORIG" not in environment
    assert "DYLD_LIBRARY_PATH" not in environment
    assert not any(name.startswith("_PYI_") for name in environment)
    assert process.is_frozen()


def test_a_users_library_path_is_kept_by_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    assert process.clean_environment()["LD_LIBRARY_PATH"] == "/opt/lib"


def test_the_runs_mark_is_handed_down(tmp_path: Path) -> None:
    process.mark_own_environment("r1")
    done = process.run([sys.executable, "-c", f"import os; print(os.environ['{RUN_MARK}'])"], cwd=tmp_path)
    assert done.stdout == b"r1\n"


@pytest.mark.parametrize(
    ("wanted", "passed"),
    [("here", ["a"]), ("here:2", ["a", "b"]), ("elsewhere", ["a", "b", "c"]), ("", ["a", "b", "c"])],
)
def test_a_process_dies_at_the_named_crash_point(tmp_path: Path, wanted: str, passed: list[str]) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom {crash_point.__module__} import crash_point\n"
    code += "for word in 'abc':\n    print(word, flush=True)\n    crash_point('here')"
    done = process.run([sys.executable, "-c", code], cwd=tmp_path, env={CRASH_POINT: wanted})
    assert done.stdout.decode().split() == passed
    assert done.how() == ("exit code 0" if len(passed) == 3 else "killed by SIGKILL")
