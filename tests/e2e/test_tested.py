"""A run says whether tests judged it, and fixes nothing if tests that are there cannot be run."""

import json
import sys
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.gates import changed_paths, dropped, gate_repo, modules
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

TOUCHED = "import unittest\n\n\nclass Some(unittest.TestCase):\n    def test_{name}(self):\n        import {name}\n"
NEEDS = "        self.assertTrue({name}.dumps)\n"
OWN = "[tool.pytest.ini_options]\npythonpath = ['src']\n"
UNUSED = "from json import dumps\n\nN = 1\n"


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """An interpreter that has nothing installed."""
    program = tmp_path / "bin" / "python3"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {json.dumps(sys.executable)} -S "$@"\n')
    program.chmod(0o755)
    return str(program)


def told(repo: GitRepo) -> tuple[bool, int, str]:
    report = report_of(repo)
    return report["tested"], report["tests_run"], report.get("not_tested", "")


def test_a_module_that_is_missing_ends_the_run_before_anything_is_fixed(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, files={"tests/test_all.py": "import nothere\n\ndef test_a(): pass\n"})
    base, words = repo.head, "No module named 'nothere'"
    refused = stomper.run(repo, "fix").check(3)
    assert "error: not tested: " in refused.err
    assert words in refused.err
    assert "--no-run-tests" in refused.err
    assert (repo.head, repo.status()) == (base, [])
    assert not list((repo.git_dir / "stomper" / "runs").iterdir())
    done = stomper.run(repo, "fix", "--no-tests-required").check()
    assert f"not tested: no test could be run: {words}\n" in done.out
    assert told(repo) == (False, 0, f"no test could be run: {words}")
    repo.git("reset", "--quiet", "--hard", base)
    done = stomper.run(repo, "fix", "--no-run-tests").check()
    assert "\nnot tested: tests are off" in done.out
    assert changed_paths(repo, base) == modules(0, 1)


@pytest.mark.thorough
def test_unittest_is_enough_without_pytest(repo: GitRepo, stomper: Stomper, bare: str) -> None:
    """One test needs what ruff takes away, and lies where no package is; the other in one."""
    files = {
        "tests/test_all.py": TOUCHED.format(name="m00"),
        "tests/test_more.py": TOUCHED.format(name="m01") + NEEDS.format(name="m01"),
        "lib/__init__.py": "",
        "lib/test_lib.py": TOUCHED.format(name="m02"),
    }
    gate_repo(repo, 3, files=files, python=bare)
    base = repo.head
    done = stomper.run(repo, "fix", "--rounds", "1", "-j", "1").check(1)
    assert "tested by 3 tests\n" in done.out
    assert told(repo) == (True, 3, "")
    assert dropped(repo) == {"m01.py": ["tests.test_more.Some::test_m01"]}
    assert changed_paths(repo, base) == modules(0, 2)


@pytest.mark.thorough
def test_projects_in_a_repository_run_their_own_tests_each_once(repo: GitRepo, stomper: Stomper) -> None:
    """Each has a module of the same name, which only its own configuration makes importable."""
    files = {"tests/test_all.py": "def test_top(): pass\n"}
    for name, needs in (("a", "N"), ("b", "dumps")):
        files[f"packages/{name}/pyproject.toml"] = OWN
        files[f"packages/{name}/src/core.py"] = UNUSED
        files[f"packages/{name}/tests/test_core.py"] = f"def test_core():\n    import core\n    assert core.{needs}\n"
    gate_repo(repo, 1, files=files)
    base = repo.head
    done = stomper.run(repo, "fix", "--rounds", "1", "-j", "1").check(1)
    assert "tested by 3 tests\n" in done.out
    assert told(repo) == (True, 3, "")
    assert dropped(repo) == {"packages/b/src/core.py": ["packages.b.tests.test_core::test_core"]}
    assert changed_paths(repo, base) == ["m00.py", "packages/a/src/core.py"]


def test_tests_that_need_what_is_not_there_are_named(repo: GitRepo, stomper: Stomper, bare: str) -> None:
    gate_repo(repo, 1, files={"tox.ini": "[tox]\nenvlist = py\n"}, python=bare)
    refused = stomper.run(repo, "fix").check(3)
    assert "not tested: the project's Python has no pytest" in refused.err
    assert "tox runs the tests (tox.ini); these need it: tests/test_all.py" in refused.err
    clean = stomper.run(repo, "fix", "--error-type", "E9").check()
    assert "not tested: the project's Python has no pytest" in clean.out


@pytest.mark.thorough
def test_no_tests_at_all_is_no_surprise_unless_tests_are_required(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 1, files={"tests/test_all.py": ""}, tests="required = true")
    assert "error: not tested: no tests were found" in stomper.run(repo, "fix").check(3).err
    done = stomper.run(repo, "fix", "--no-tests-required").check()
    assert "not tested: no tests were found\n" in done.out


@pytest.mark.thorough
def test_tests_of_which_none_passes_judge_nothing(repo: GitRepo, stomper: Stomper) -> None:
    """If they run, to make them pass may be what is to be fixed; if they are skipped, it is as if there were none."""
    skipped = "import pytest\n\n@pytest.mark.skip\ndef test_skipped(): pass\n"
    gate_repo(repo, 1, files={"tests/test_all.py": skipped})
    assert "not tested: of 1 test none passes before a fix" in stomper.run(repo, "fix").check(3).err
    repo.commit_file("tests/test_all.py", "def test_red(): assert 0\n")
    assert "\nnot tested: of 1 test none passes before a fix\n" in stomper.run(repo, "fix").check().out
