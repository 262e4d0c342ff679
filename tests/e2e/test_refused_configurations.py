"""A configuration that a tool refuses costs the files under it, and no others."""

import json

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

# A tool that finds each file, and gives no result where its configuration says so.
TOOL = """
checkers = ["mine"]
[checker.mine]
command = ["sh", "-c", '''
grep -q bad mine.cfg && { echo "cannot read mine.cfg" >&2; exit 2; }
for f; do echo "$f:1: found"; done; exit 1''', "sh"]
format = "pattern"
pattern = '^(?P<path>[^:]+):(?P<line>\\d+): (?P<message>.*)$'
configured_by = ["mine.cfg"]
"""


@pytest.fixture
def nested(repo: GitRepo) -> GitRepo:
    repo.write("stomper.toml", TOOL)
    for folder, said in (("", "good"), ("in/", "bad"), ("ok/", "good")):
        repo.write(f"{folder}mine.cfg", f"{said}\n")
        repo.write(f"{folder}a.py", "")
    repo.commit("three projects")
    return repo


def test_the_files_of_others_are_checked(nested: GitRepo, stomper: Stomper) -> None:
    done = stomper.run(nested, "check").check(3)
    assert "a.py:1" in done.out
    assert "ok/a.py:1" in done.out
    assert "in/a.py:1" not in done.out
    assert "not checked by mine: in/a.py: mine gave no result (exit code 2)" in done.out + done.err
    assert "looked at: mine 2 files" in done.out + done.err
    program = stomper.run(nested, "check", "--format", "gitlab").check(3)
    assert len(json.loads(program.out)) == 2
    assert "not checked by mine: in/a.py" in program.err, "the format has no place for that"


def test_without_any_answer_there_is_no_result(nested: GitRepo, stomper: Stomper) -> None:
    done = stomper.run(nested, "check", "in/a.py").check(3)
    assert "error: mine gave no result (exit code 2)" in done.err


@pytest.mark.parametrize("said", ["3", "{}"])
def test_a_setting_of_files_that_is_no_list_leaves_nothing_out(repo: GitRepo, stomper: Stomper, said: str) -> None:
    repo.write("stomper.toml", TOOL.replace('mine.cfg"]', 'mine.toml"]\nselects = ["files"]'))
    repo.write("mine.toml", f"files = {said}\n")
    repo.write("mine.cfg", "good\n")
    repo.write("a.py", "")
    repo.commit("a setting")
    assert "a.py:1" in stomper.run(repo, "check").check(1).out
