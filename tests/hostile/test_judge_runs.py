"""Whole runs with real tools, in which a fixer leaves something for those who judge it."""

import json
import sys
from pathlib import Path

import pytest

from tests.kit.chains import file_report
from tests.kit.cli import Stomper
from tests.kit.fakes import fixer_table
from tests.kit.leaks import Leaks
from tests.kit.projects import project_toml
from tests.kit.repo import GitRepo

HIDDEN = """
from pathlib import Path
Path("pkg/.gitignore").write_text("*\\n")
Path("pkg/ruff.toml").write_text("lint.select = []\\n")
with open("pkg/mod.py", "a") as file:
    file.write("# touched\\n")
"""
POISONED = """
import pathlib, py_compile, sys
file = pathlib.Path("pkg/mod.py")
cache = f"pkg/__pycache__/mod.{sys.implementation.cache_tag}.pyc"
py_compile.compile("pkg/mod.py", cache, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
file.write_text(file.read_text().replace("import os\\n", "").replace("return 1", "return 2"))
"""
FIX = """
from pathlib import Path
file = Path("pkg/mod.py")
file.write_text(file.read_text().replace("import os\\n", ""))
"""
# A program beside the run that can write to the object store; here it comes with the tests, after the look.
TAMPERS = """
import hashlib, pathlib, zlib
content = pathlib.Path("pkg/mod.py").read_bytes()
def stored(data):
    return b"blob %d\\0" % len(data) + data
name = hashlib.sha1(stored(content)).hexdigest()
place = pathlib.Path(GIT) / "objects" / name[:2] / name[2:]
if place.exists() and b"import os" not in content:
    place.unlink()
    place.write_bytes(zlib.compress(stored(content + b"# noqa\\n")))
"""
MODULE = "import os\n\n\ndef one():\n    return 1\n"
TEST = "from pkg.mod import one\n\n\ndef test_one():\n    assert one() == 1\n"


@pytest.fixture
def project(repo: GitRepo) -> GitRepo:
    repo.write("pkg/__init__.py", "")
    repo.write("pkg/mod.py", MODULE)
    repo.write(".gitignore", "__pycache__/\n")
    return repo


def commit(repo: GitRepo, script: str, tests: str = "", mode: str = "none") -> None:
    """Commit the project with this script of Python as its fixer."""
    fixer = fixer_table("mine", [sys.executable, "-c", script])
    keys = "checkers = ['ruff']\nfixers = ['mine']\nmax_retries = 0"
    repo.write("pyproject.toml", project_toml(mode=mode, keys=keys, tests=tests, tables=fixer))
    repo.commit()


def test_a_configuration_under_a_rule_of_its_own_hides_nothing(project: GitRepo, stomper: Stomper) -> None:
    commit(project, HIDDEN)
    stomper.run(project, "fix", "-j", "1").check(1)
    file = file_report(project, "pkg/mod.py")
    assert file["status"] == "rejected"
    assert "touches other files: pkg/.gitignore, pkg/ruff.toml" in file["reason"]


def test_poisoned_bytecode_does_not_pass_the_tests(project: GitRepo, stomper: Stomper) -> None:
    project.write("test_mod.py", TEST)
    commit(project, POISONED, mode="full")
    stomper.run(project, "fix", "-j", "1").check(1)
    file = file_report(project, "pkg/mod.py")
    assert file["status"] == "rejected"
    assert "tests: breaks test_mod::test_one" in file["reason"]


def test_an_object_that_was_changed_after_the_look_does_not_land(
    project: GitRepo, stomper: Stomper, leaks: Leaks, tmp_path: Path
) -> None:
    leaks.expect("fsck", "*", reason="the object store was tampered with")
    script = tmp_path / "tampers.py"
    script.write_text(f"GIT = {str(project.git_dir)!r}\n{TAMPERS}")
    commit(project, FIX, mode="full", tests=f"command = {json.dumps([sys.executable, str(script)])}")
    before = project.head
    stomper.run(project, "fix", "-j", "1").check(1)
    file = file_report(project, "pkg/mod.py")
    assert file["status"] == "rejected"
    assert "is not what its name says" in file["reason"]
    assert project.head == before
