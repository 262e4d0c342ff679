"""The ladder of worktrees: the same tests for each way, and the way down where one is refused."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from stomper.settings import Worktrees
from stomper.workspace import ladder
from stomper.workspace.ladder import choose, try_rung
from tests.kit.cli import ROOT
from tests.kit.hermetic import Hermetic

# What is true of a fresh worktree is true of every other.
SHELF = ("test_shelf", "test_shelf_spoilt")
ALIKE = (*SHELF, "test_snapshots", "test_snapshots_restore", "test_git_patch", "test_chain", "test_project")
REFUSING = [sys.executable, "-m", "tests.kit.refusing"]
CHOOSE = """
import pathlib, sys
from stomper.workspace.ladder import choose
rung = choose("auto", pathlib.Path(sys.argv[1]))
print(rung.mode, "|", rung.remark)
"""


def works(mode: Worktrees, folder: Path) -> bool:
    return try_rung(mode, folder)[0] is not None


@pytest.mark.matrix(every=2)
@pytest.mark.parametrize("mode", ["recycled", "overlay", "clone"])
def test_each_way_keeps_what_a_fresh_worktree_does(mode: Worktrees, tmp_path: Path, hermetic: Hermetic) -> None:
    run_alike(mode, ALIKE, tmp_path, {})


def test_layers_in_memory_do_too(tmp_path: Path, hermetic: Hermetic) -> None:
    run_alike("overlay", SHELF, tmp_path, {"TEST_LIGHT": "1"})


def run_alike(mode: Worktrees, names: Sequence[str], tmp_path: Path, variables: Mapping[str, str]) -> None:
    """Run the tests of some modules once more, with worktrees made this way."""
    if not works(mode, tmp_path):
        pytest.skip(f"{mode}: {try_rung(mode, tmp_path)[1]}")
    words = ["-p", "tests.kit.in_namespace"] if mode == "overlay" else []
    modules = [f"tests/stage/{name}.py" for name in names]
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *words, *modules]
    env = {**os.environ, "TEST_WORKTREES": mode, **variables, "PYTEST_DEBUG_TEMPROOT": str(tmp_path)}
    env.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def chosen(folder: Path, *before: str) -> str:
    """What a process that is started by these words chooses."""
    argv = [*before, sys.executable, "-c", CHOOSE, str(folder)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(folder.iterdir())  # nothing is left of what was tried
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="there are no namespaces elsewhere")
@pytest.mark.parametrize("call", ["mount", "unshare"])
def test_what_a_container_refuses_is_said_and_the_next_way_taken(tmp_path: Path, call: str) -> None:
    said = chosen(tmp_path, *REFUSING, call)
    assert not said.startswith("overlay")
    assert "overlay does not work here (Operation not permitted)" in said


NO_NAMESPACES = """
echo 0 > /proc/sys/user/max_user_namespaces
exec setpriv --bounding-set=-all --inh-caps=-all -- "$@"
"""


@pytest.mark.skipif(not (shutil.which("unshare") and shutil.which("setpriv")), reason="no util-linux")
def test_a_system_that_allows_no_namespaces_is_named(tmp_path: Path) -> None:
    said = chosen(tmp_path, "unshare", "--user", "--map-root-user", "sh", "-c", NO_NAMESPACES, "sh")
    assert not said.startswith("overlay")
    assert "see user.max_user_namespaces" in said


def test_who_wants_less_is_told_nothing(tmp_path: Path) -> None:
    assert choose("recycled", tmp_path).remark == ""
    assert choose("fresh", tmp_path).mode == "fresh"


def test_a_layer_that_tells_nothing_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "is_opaque", lambda _: False)
    rung, problem = try_rung("overlay", tmp_path)
    assert rung is None
    if works_at_all := "does not tell" in problem:
        assert works_at_all
        assert "a folder made anew" in problem


def test_layers_are_in_memory_where_the_disk_takes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not works("overlay", tmp_path):
        pytest.skip("no overlays here")
    monkeypatch.setattr(ladder, "_tried", lambda _, *, in_memory: "" if in_memory else "wrong fs type")
    rung = choose("auto", tmp_path)
    assert (rung.mode, rung.on_disk, rung.in_memory, rung.remark) == ("overlay", False, True, "")
