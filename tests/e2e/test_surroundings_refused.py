"""Surroundings that cannot be worked in: a clear refusal before anything starts; and what only looks like one."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.kit.cli import ROOT, SOURCE, Result, Running, Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.twin import RUN, Twin, sample_repo

AS_ROOT = os.geteuid() == 0
NOBODY = 65534
NAMELESS = 54321


def refused(repo: GitRepo, result: Result, code: int, *words: str) -> None:
    """Fail unless it was refused, in these words and with a hint, before anything was made."""
    result.check(code)
    assert all(word in result.err for word in words), result
    assert "hint: " in result.err
    assert "Traceback" not in result.err
    assert not (repo.git_dir / "stomper" / "runs").exists()


def test_a_repository_that_calls_itself_bare_is_refused(stomper: Stomper, repo: GitRepo) -> None:
    sample_repo(repo)
    repo.config("core.bare", "true")
    refused(repo, stomper.run(repo, *RUN), 2, "bare")
    repo.git("config", "--unset-all", "core.bare")


@pytest.mark.skipif(not AS_ROOT, reason="needs root, to give a repository away")
def test_a_repository_of_another_owner_is_refused(stomper: Stomper, repo: GitRepo) -> None:
    sample_repo(repo)
    before = repo.checkout_state()
    for place in (repo.path, repo.git_dir):
        os.chown(place, NOBODY, NOBODY)
    result = stomper.run(repo, *RUN)
    for place in (repo.path, repo.git_dir):
        os.chown(place, 0, 0)
    refused(repo, result, 2, "dubious ownership", f"safe.directory '{repo.path}'")
    assert repo.checkout_state() == before


def test_a_read_only_repository_is_refused(repo: GitRepo, hermetic: Hermetic) -> None:
    """Root is held to permissions by taking its capability to ignore them."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"] if AS_ROOT else []
    if drop and not shutil.which("setpriv"):
        pytest.skip("root ignores permissions, and there is no setpriv")
    sample_repo(repo)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    inner = [Path(place) for place, _, _ in os.walk(repo.git_dir)]
    for folders, remedy in (([repo.path], "--branch NAME"), ([*inner, repo.path], "git clone")):
        for folder in folders:
            folder.chmod(0o555)
        result, told = (
            Running([*drop, *SOURCE, *words], repo.path, env, hermetic.logs, None).result()
            for words in (RUN, ["doctor", "--format", "json"])
        )
        for folder in folders:
            folder.chmod(0o755)
        refused(repo, result, 3, "cannot write to", "Permission denied", remedy)
        problem = next(row for row in json.loads(told.check(3).out)["findings"] if row["name"] == "writable")
        assert result.err == f"error: {problem['text']}\nhint: {problem['hint']}\n"


def test_a_repository_with_other_hashes_is_refused(stomper: Stomper, repo: GitRepo) -> None:
    shutil.rmtree(repo.git_dir)
    repo.git("init", "--quiet", "--template=", "--object-format=sha256")
    repo.agreed_settings = repo.settings()
    refused(sample_repo(repo), stomper.run(repo, *RUN), 2, "sha256")


@pytest.mark.thorough
def test_a_user_without_a_name_or_home_is_welcome(
    repo: GitRepo, twin: Twin, hermetic: Hermetic, tmp_path: Path
) -> None:
    """As in a container that is run under any number: no entry in the password file, no HOME, no cache folder."""
    nameless = ["unshare", f"--map-user={NAMELESS}", f"--map-group={NAMELESS}"]
    if not shutil.which("unshare") or subprocess.run([*nameless, "true"], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are not permitted here")
    sample_repo(repo)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in ("HOME", "XDG_CACHE_HOME", "USER", "LOGNAME"):
        env.pop(name, None)
    twin.check(repo, Running([*nameless, *SOURCE, *RUN], repo.path, env, hermetic.logs, None).result())
    assert not (repo.path / "~").exists()
