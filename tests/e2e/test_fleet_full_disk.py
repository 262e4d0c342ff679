"""A fleet on a disk that is too small for one of its repositories."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.cli import ROOT
from tests.kit.fleets import MakeRepo, sample

SMALL_DISK = 'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"'
IN_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Give a folder that a program in a namespace of its own can mount a disk on."""
    (tmp_path / "fleet").mkdir()
    try:
        done = subprocess.run([*IN_NAMESPACE, "sh", "-c", SMALL_DISK, tmp_path / "fleet", "true"], capture_output=True)
    except OSError:
        pytest.skip("there is no program for namespaces")
    if done.returncode:
        pytest.skip("no namespace can be made here")
    return tmp_path / "fleet"


@pytest.mark.thorough
def test_what_has_no_room_is_one_line_and_the_others_are_done(disk: Path, make_repo: MakeRepo, tmp_path: Path) -> None:
    small, large = sample(make_repo, "small"), sample(make_repo, "large")
    large.write("noise.bin", os.urandom(20_000_000))
    large.commit()
    (tmp_path / "list.txt").write_text(f"file://{large.path}\nfile://{small.path}\n")
    words = ["fleet", "run", str(tmp_path / "list.txt"), "--state", str(disk / "state"), "--fix-options", "--no-mypy"]
    words += ["--report", str(tmp_path / "report.json")]
    argv = [*IN_NAMESPACE, "sh", "-c", SMALL_DISK, str(disk), sys.executable, "-P", "-m", "stomper", *words]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, env=env, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    rows = {row["name"]: row for row in json.loads((tmp_path / "report.json").read_text())["repositories"]}
    assert {name: row["status"] for name, row in rows.items()} == {"large": "failed", "small": "fixed"}
    assert "No space left on device" in rows["large"]["reason"]
