"""A run gives the same commits whatever environment, hook or folder it is started in."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.kit.cli import ROOT, SOURCE, Running, Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.twin import FIXED, RUN, Twin, sample_repo

pytestmark = [pytest.mark.cold, pytest.mark.crew]  # its subject is what a process is started with

POISON = {
    "GIT_DIR": "/nowhere/.git",
    "GIT_WORK_TREE": "/nowhere",
    "GIT_INDEX_FILE": "/nowhere/index",
    "GIT_OBJECT_DIRECTORY": "/nowhere/objects",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/nowhere/objects",
    "GIT_COMMON_DIR": "/nowhere/.git",
    "GIT_NAMESPACE": "poison",
    "GIT_EXTERNAL_DIFF": "/nowhere/diff",
    "GIT_DIFF_OPTS": "--unified=0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_ICASE_PATHSPECS": "1",
    "GIT_PREFIX": "app/",
    "GIT_CONFIG": "/nowhere/config",
    "GIT_CONFIG_PARAMETERS": "'core.bare'='true'",
    "GIT_DEFAULT_HASH": "sha256",
    "GIT_REPLACE_REF_BASE": "refs/poison/",
    "GIT_SHALLOW_FILE": "/nowhere/shallow",
    "GIT_QUARANTINE_PATH": "/nowhere",
    "GIT_EDITOR": "/nowhere/editor",
    "GIT_SEQUENCE_EDITOR": "/nowhere/editor",
    "GIT_REFLOG_ACTION": "poison",
    "GIT_OPTIONAL_LOCKS": "1",
}
# Those that would lead git elsewhere by themselves; what reaches a program of each is tested with the environment.
ALONE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_EXTERNAL_DIFF",
    "GIT_CONFIG_PARAMETERS",
)
COMMAND = shlex.join(SOURCE)


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize(
    "names", [*([name] for name in ALONE), list(POISON)], ids=lambda names: names[-1] if len(names) == 1 else "all"
)
def test_a_surrounding_gits_variables_do_not_matter(
    stomper: Stomper, repo: GitRepo, twin: Twin, names: list[str]
) -> None:
    sample_repo(repo)
    twin.check(repo, stomper.run(repo, *RUN, env={name: POISON[name] for name in names}))
    assert "poison" not in repo.git("reflog", "--format=%gs")


def test_another_repository_named_by_the_environment_is_not_touched(
    stomper: Stomper, repo: GitRepo, twin: Twin, tmp_path: Path
) -> None:
    other = sample_repo(GitRepo(tmp_path / "other"))
    before = other.checkout_state()
    sample_repo(repo)
    env = {
        "GIT_DIR": str(other.git_dir),
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": str(other.git_dir / "index"),
        "GIT_OBJECT_DIRECTORY": str(other.git_dir / "objects"),
    }
    twin.check(repo, stomper.run(repo, *RUN, env=env))
    assert other.checkout_state() == before
    assert len(other.log()) == 2
    assert not (other.git_dir / "stomper").exists()


@pytest.mark.thorough
def test_configuration_in_the_environment_is_kept_whole(stomper: Stomper, repo: GitRepo, twin: Twin) -> None:
    sample_repo(repo)
    env = {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "From Environment"}
    env |= {"GIT_CONFIG_KEY_1": "diff.noprefix", "GIT_CONFIG_VALUE_1": "true"}
    twin.check(repo, stomper.run(repo, *RUN, env=env))
    assert repo.git("log", "-1", "--format=%an") == "From Environment"


def test_broken_configuration_in_the_environment_is_refused(stomper: Stomper, repo: GitRepo) -> None:
    sample_repo(repo)
    before = repo.checkout_state()
    result = stomper.run(repo, *RUN, env={"GIT_CONFIG_COUNT": "1"}).check(2)
    assert "missing config key GIT_CONFIG_KEY_0" in result.err
    assert repo.checkout_state() == before


def test_fixers_and_their_git_see_no_surrounding_git(stomper: Stomper, repo: GitRepo, tmp_path: Path) -> None:
    look = f"git rev-parse --show-toplevel > '{tmp_path}/top'; pwd > '{tmp_path}/pwd'"
    fixer = fake_fixer("--print-env", tmp_path / "env", "--run", look)
    sample_repo(repo, pyproject="\n" + fixer_table("look", fixer))
    stomper.run(repo, *RUN, "--fixer", "look", "b.py", env=POISON).check(1)
    seen = json.loads((tmp_path / "env").read_text())
    assert not set(POISON) & set(seen)
    assert (tmp_path / "top").read_text() == (tmp_path / "pwd").read_text() != f"{repo.path}\n"


@pytest.mark.parametrize("linked", [False, True], ids=["main worktree", "linked worktree"])
def test_started_by_a_post_commit_hook(
    repo: GitRepo, twin: Twin, hermetic: Hermetic, tmp_path: Path, linked: bool
) -> None:
    sample_repo(repo)
    where = repo.add_worktree(tmp_path / "linked", "-b", "linked") if linked else repo.path
    guard = 'test -n "$IN_HOOK" && exit; IN_HOOK=1; export IN_HOOK'
    repo.hook("post-commit", f"{guard}\nenv > '{tmp_path}/env'\ncd app && {COMMAND} -C .. {shlex.join(RUN)} 2>&1")
    (where / "data.txt").write_bytes(b"one\r\ntwo  \nthree\n")
    run(["git", "commit", "--quiet", "--all", "--message", "by hand"], where, hermetic)
    assert "\nGIT_" in (tmp_path / "env").read_text()
    log = [subject for subject, _ in repo.log("linked" if linked else "main")]
    assert log == [*(subject for subject, _ in twin.log[:2]), "by hand", *(subject for subject, _ in twin.log[2:])]
    assert subprocess.run(["git", "status", "--porcelain"], cwd=where, capture_output=True, check=True).stdout == b""
    assert all((where / path).read_bytes() == content for path, content in FIXED.items())


def test_a_rebase_that_executes_it_is_refused_and_can_go_on(repo: GitRepo, hermetic: Hermetic) -> None:
    sample_repo(repo)
    head = repo.head
    execute = f"{COMMAND} {shlex.join(RUN)}"
    done = run(["git", "rebase", "--quiet", "--exec", execute, "HEAD~1"], repo.path, hermetic, code=1)
    assert "a rebase is under way" in done
    assert "git status" in done
    assert not repo.refs("refs/stomper")
    repo.git("rebase", "--abort")
    assert (repo.head, repo.status()) == (head, [])


def run(argv: Sequence[str], cwd: Path, hermetic: Hermetic, code: int = 0) -> str:
    """Run a program that starts Stomper; returns what both said."""
    running = Running(argv, cwd, {**os.environ, "PYTHONPATH": str(ROOT)}, hermetic.logs, None)
    result = running.result().check(code)
    return result.out + result.err


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize("home", ["unset", "missing", "not a folder"])
def test_home_is_not_needed(repo: GitRepo, twin: Twin, hermetic: Hermetic, tmp_path: Path, home: str) -> None:
    sample_repo(repo)
    (tmp_path / "file").touch()
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path / {"missing": "missing", "not a folder": "file"}.get(home, "")),
    }
    if home == "unset":
        del env["HOME"]
    twin.check(repo, Running([*SOURCE, *RUN], repo.path, env, hermetic.logs, None).result())


@pytest.mark.thorough
@pytest.mark.unproved
def test_a_home_that_is_the_repository_keeps_worktrees_out_of_it(
    repo: GitRepo, hermetic: Hermetic, tmp_path: Path
) -> None:
    fixer = fake_fixer("--remove-import", "os", "--log", tmp_path / "log")
    sample_repo(repo, pyproject="\n" + fixer_table("log", fixer))
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(repo.path)}
    del env["XDG_CACHE_HOME"]
    Running(
        [*SOURCE, *RUN, "--fixer", "log", "--error-type", "F401"], repo.path, env, hermetic.logs, None
    ).result().check(0)
    places = [Path(json.loads(line)["cwd"]) for line in (tmp_path / "log").read_text().splitlines()]
    assert len(places) == 2 * 2
    assert not any(place.is_relative_to(repo.path) for place in places)
    assert repo.status() == []
    assert not (repo.path / ".cache").exists()


@pytest.mark.thorough
@pytest.mark.matrix
@pytest.mark.parametrize("tmpdir", ["missing", "read-only", "a file"])
def test_a_temporary_folder_is_not_needed(
    stomper: Stomper, repo: GitRepo, twin: Twin, tmp_path: Path, tmpdir: str
) -> None:
    sample_repo(repo)
    place = tmp_path / "tmpdir"
    if tmpdir == "read-only":
        place.mkdir(mode=0o500)
    elif tmpdir == "a file":
        place.touch()
    twin.check(repo, stomper.run(repo, *RUN, env={"TMPDIR": str(place)}))


def mounts() -> list[str]:
    """The words before a command that give it a mount table of its own; [] where the machine forbids that."""
    for words in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        probe = [*words, "mount", "-t", "tmpfs", "none", "/mnt"]
        if shutil.which("unshare") and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return words
    return []


@pytest.mark.parametrize(("options", "fill"), [("size=64k", True), ("noexec,size=8m", False)], ids=["full", "noexec"])
def test_a_temporary_folder_may_be_full_or_noexec(
    repo: GitRepo, twin: Twin, hermetic: Hermetic, tmp_path: Path, options: str, fill: bool
) -> None:
    if not (unshare := mounts()):
        pytest.skip("mounting is not permitted here")
    sample_repo(repo)
    place = tmp_path / "small"
    place.mkdir()
    steps = [f"mount -t tmpfs -o {options} none '{place}'"]
    steps += [f"cat /dev/zero > '{place}/fill' 2>/dev/null; test -s '{place}/fill'"] if fill else []
    script = " && ".join([*steps, f"exec {COMMAND} {shlex.join(RUN)}"])
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)}
    result = Running([*unshare, "sh", "-c", script], repo.path, env, hermetic.logs, None).result()
    twin.check(repo, result)


def test_a_full_cache_folder_is_named_and_costs_nothing(repo: GitRepo, hermetic: Hermetic) -> None:
    if not (unshare := mounts()):
        pytest.skip("mounting is not permitted here")
    repo.write("big.bin", bytes(range(256)) * 2000)
    sample_repo(repo)
    before = repo.checkout_state()
    script = f"mount -t tmpfs -o size=256k none '{hermetic.cache}' && exec {COMMAND} {shlex.join(RUN)}"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = Running([*unshare, "sh", "-c", script], repo.path, env, hermetic.logs, None).result().check(3)
    assert "No space left on device" in result.err or "unable to write file big.bin" in result.err
    assert "Traceback" not in result.err
    assert repo.checkout_state() == before
