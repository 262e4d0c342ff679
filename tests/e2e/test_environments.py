"""`setup = "auto"` as a newcomer has it: a fresh clone, and its tests run. Real pip and npm, without a network."""

import json
import shutil
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.environments import shop_repo
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.runs import last_report

ENVIRONMENTS = "stomper-environments"


def made(hermetic: Hermetic) -> list[Path]:
    return sorted((hermetic.cache / ENVIRONMENTS).glob("*/made.json"))


def test_a_fresh_clone_is_set_up_and_tested(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    variables = shop_repo(repo, tmp_path / "wheels")
    planned = stomper.run(repo, "plan", "--setup", env=variables).check()
    assert "a run would make it by `python -m pip install --editable .` (pyproject.toml)" in planned.out
    assert not made(hermetic)
    first = stomper.run(repo, "fix", "--setup", env=variables).check()
    assert "environment: python -m pip install --editable ." in first.err
    report = last_report(repo)
    assert report["tests"]["final"]["passed"] == 1
    assert report["summary"]["files_fixed"] == 1
    assert len(made(hermetic)) == 1
    assert not list(repo.path.rglob("_version.py"))  # the checkout has nothing of it
    again = stomper.run(repo, "fix", "--setup", "--no-cache", "--allow-empty", env=variables).check()
    assert "pip install" not in again.err
    told = json.loads(stomper.run(repo, "doctor", "--format", "json", env={"STOMPER_SETUP": "auto"}).check().out)
    (found,) = [one for one in told["findings"] if one["name"] == "environment"]
    assert found["state"] == "ok" and "made by" in found["text"]
    cleaned = stomper.run(repo, "cleanup", "--cache").check()
    assert f"removed environment {made_name(first.err, told)}" in cleaned.out
    assert not made(hermetic)
