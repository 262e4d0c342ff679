"""`setup = "auto"` as a newcomer has it: a fresh clone, and its tests run. Real pip and npm, without a network."""

import json
import os
import shutil
from pathlib import Path

import pytest

from stomper.process import find_sandbox
from tests.kit.cli import Stomper
from tests.kit.environments import shop_repo
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

ENVIRONMENTS = "stomper-environments"


def made(hermetic: Hermetic) -> list[Path]:
    return sorted((hermetic.cache / ENVIRONMENTS).glob("*/made.json"))


def found(told: str) -> dict[str, str]:
    """What the doctor says of the environment."""
    (one,) = [finding for finding in json.loads(told)["findings"] if finding["name"] == "environment"]
    return dict(one)


@pytest.mark.thorough
def test_a_fresh_clone_is_set_up_and_tested(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    variables = shop_repo(repo, tmp_path / "wheels")
    before = repo.checkout_state()
    planned = stomper.run(repo, "plan", "--setup", env=variables).check()
    assert "a run would make it by `python -m pip install --editable .` (pyproject.toml)" in planned.out
    assert not made(hermetic)
    assert repo.checkout_state() == before
    first = stomper.run(repo, "fix", "--setup", env=variables).check()
    assert "environment: python -m pip install --editable ." in first.err
    report = report_of(repo)
    assert report["tests"]["baseline"]["passed"] == 1  # which needs the wheel, metadata and what the build wrote
    assert report["tests"]["final"]["verdict"] == "green"
    assert report["summary"]["files_fixed"] == 1
    assert len(made(hermetic)) == 1
    assert not list(repo.path.rglob("_version.py"))  # the checkout has nothing of it
    again = stomper.run(repo, "fix", "--setup", "--allow-empty", env=variables).check()
    assert "pip install" not in again.err
    told = stomper.run(repo, "doctor", "--format", "json", env={**variables, "STOMPER_ENVIRONMENT_SETUP": "auto"})
    assert found(told.check().out)["text"].startswith("made by `python -m pip install --editable .` (pyproject.toml)")
    cleaned = stomper.run(repo, "cleanup", "--cache").check()
    assert f"removed environment {repo.path.name}-" in cleaned.out
    assert not made(hermetic)


def crate(repo: GitRepo, folder: Path, script: str) -> dict[str, str]:
    """A project that only cargo is started for, and the variables by which this script is cargo."""
    folder.mkdir()
    (folder / "cargo").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "cargo").chmod(0o755)
    repo.write("Cargo.toml", "")
    repo.write("stomper.toml", '[environment]\nsetup = "auto"\n[files]\ninclude = ["**/*.py", "**/*.rs"]\n')
    repo.commit_file("a.py", "import os\n\nONE = 1\n")
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_a_set_up_that_fails_ends_the_run(repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path) -> None:
    variables = crate(repo, tmp_path / "bin", "echo no such crate >&2; exit 101")
    before = repo.checkout_state()
    failed = stomper.run(repo, "fix", "--no-mypy", env=variables).check(3)
    assert "setting the environment up failed: `cargo fetch`: exit code 101: no such crate" in failed.err
    assert "once more from the cache, without a network" in failed.err
    assert not made(hermetic)
    assert repo.checkout_state() == before
    stomper.run(repo, "fix", "--no-mypy", "--no-setup", env=variables).check()


def test_nothing_is_set_up_without_agreement(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    variables = {**crate(repo, tmp_path / "bin", f"touch {tmp_path}/ran"), "STOMPER_TRUST": "0"}
    asked = stomper.run(repo, "check", "--no-mypy", env=variables).check(2)
    assert "stomper.toml: environment.setup" in asked.err
    assert "makes its environment: cargo fetch" in asked.err
    stomper.run(repo, "fix", "--no-mypy", "--untrusted", env=variables).check()
    assert not (tmp_path / "ran").exists()
    assert not (hermetic.cache / ENVIRONMENTS).exists()


def test_one_that_was_killed_is_made_anew(repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path) -> None:
    variables = crate(repo, tmp_path / "bin", f"echo >> {tmp_path}/ran")
    stomper.run(repo, "check", "--no-mypy", env={**variables, "_STOMPER_CRASH_AT": "environment-half"}).check(-9)
    assert not made(hermetic)
    stomper.run(repo, "check", "--no-mypy", env=variables).check(1)
    assert len(made(hermetic)) == 1
    assert (tmp_path / "ran").read_text() == "\n\n"


@pytest.mark.thorough
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not here")
def test_packages_of_node_are_there_for_tests(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    repo.write("one/package.json", '{"name": "one", "version": "1.0.0", "main": "index.js"}')
    repo.write("one/index.js", "module.exports = 1;\n")
    repo.write("package.json", '{"name": "shop", "private": true, "dependencies": {"one": "file:one"}}')
    repo.write("test.js", "if (require('one') !== 1) process.exit(1);\n")
    repo.write("a.py", "import os\n\nONE = 1\n")
    repo.commit("a shop")
    words = ("--setup", "--no-mypy", "--test-command", "node test.js")
    done = stomper.run(repo, "fix", *words).check()
    assert "environment: npm install --no-package-lock" in done.err
    assert report_of(repo)["tests"]["final"]["verdict"] == "green"
    assert not (repo.path / "node_modules").exists()


@pytest.mark.thorough
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not here")
def test_packages_are_there_in_a_sandbox_too(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    """The home, in which caches are, is hidden from tests beside a program that fixes."""
    if find_sandbox(repo.path) is None:
        pytest.skip("no sandbox is here")
    repo.write("one/package.json", '{"name": "one", "version": "1.0.0", "main": "index.js"}')
    repo.write("one/index.js", "module.exports = 1;\n")
    repo.write("package.json", '{"name": "shop", "private": true, "dependencies": {"one": "file:one"}}')
    repo.write("test.js", "if (require('one') !== 1) process.exit(1);\n")
    repo.write("stomper.toml", 'fixers = ["mine"]\n[fixer.mine]\ncommand = ["sed", "-i", "/^import os/d", "{file}"]\n')
    repo.commit_file("a.py", "import os\n\nONE = 1\n")
    env = {"STOMPER_TESTS_SANDBOX": "on", "STOMPER_TOOL_SANDBOX": "on", "XDG_CACHE_HOME": str(hermetic.home / ".cache")}
    words = ("--setup", "--no-mypy", "--proof", "none", "--test-command", "node test.js")
    stomper.run(repo, "fix", *words, env=env).check()
    assert report_of(repo)["tests"]["final"]["verdict"] == "green"
