"""`stomper check` and `stomper demo`."""

import json

import pytest

from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.samples import UNFIXABLE_PATH, finding_paths, findings_repo

CONCISE = """\
app/unfixable.py:2:12: F821 Undefined name `undefined_name`
module_000.py:1:1: I001 Import block is un-sorted or un-formatted
module_000.py:2:8: F401 `os` imported but unused
"""
GROUPED = """\
app/unfixable.py
  2:12 F821 Undefined name `undefined_name`
module_000.py
  1:1 I001 Import block is un-sorted or un-formatted
  2:8 F401 `os` imported but unused
"""
FULL = """\
app/unfixable.py:2:12: F821 Undefined name `undefined_name`
  |
2 |     return undefined_name
  |            ^^^^^^^^^^^^^^
  = https://docs.astral.sh/ruff/rules/undefined-name
"""


def test_text(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1, unfixable=True)
    state, refs = repo.checkout_state(), repo.refs()
    result = stomper.run(repo, "check").check(1)
    assert result.out.startswith(f"{CONCISE}\ncount  files  code ")
    rows = [line.split()[:4] for line in result.out.removeprefix(CONCISE).splitlines()[2:5]]
    assert rows == [["1", "1", "F401", "ruff"], ["1", "1", "F821", "none"], ["1", "1", "I001", "ruff"]]
    assert result.out.splitlines()[-2:] == [
        "3 diagnostics in 2 files; `stomper fix` would try 2",
        "looked at: ruff 2 files",
    ]
    assert result.err == ""
    assert (repo.checkout_state(), repo.refs()) == (state, refs)
    assert not (repo.git_dir / "stomper").exists()


@pytest.mark.parametrize(("form", "begin"), [("grouped", GROUPED), ("text", GROUPED), ("full", FULL)])
def test_other_forms(repo: GitRepo, stomper: Stomper, form: str, begin: str) -> None:
    findings_repo(repo, 1, unfixable=True)
    assert stomper.run(repo, "check", "--format", form).check(1).out.startswith(begin)


def test_json(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1, unfixable=True)
    found = json.loads(stomper.run(repo, "check", "--format", "json").check(1).out)
    assert found["codes"] == {"F821": 1, "I001": 1, "F401": 1}
    assert found["diagnostics"][0] == {
        "tool": "ruff", "code": "F821", "message": "Undefined name `undefined_name`", "path": UNFIXABLE_PATH,
        "line": 2, "column": 12, "severity": "error", "fixable": False,
    }  # fmt: skip
    repo.commit_file("pyproject.toml", "[tool.ruff.lint]\nselect = ['W']\n")
    assert json.loads(stomper.run(repo, "check", "--format", "json").check().out) == {
        "diagnostics": [],
        "codes": {},
        "looked_at": {"ruff": 2},
    }


def test_looks_at_the_working_tree_as_it_is(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2)
    app, top = finding_paths(2)
    repo.write(app, "X = 1\n")
    (repo.path / top).unlink()
    repo.write("untracked.py", "import os\n")
    assert stomper.run(repo, "check").check().out == "nothing found\nlooked at: ruff 1 file\n"
    repo.write(app, "import re\n")
    assert ":1:8: F401 `re` imported but unused" in stomper.run(repo, "check").check(1).out


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["--error-type", "F4"], {"F401": 2}),
        (["--ignore", "F4,F8"], {"I001": 2}),
        (["app"], {"F401": 1, "I001": 1, "F821": 1}),
        (["-f", UNFIXABLE_PATH], {"F821": 1}),
    ],
)
def test_selection(repo: GitRepo, stomper: Stomper, words: list[str], codes: dict[str, int]) -> None:
    findings_repo(repo, 2, unfixable=True)
    found = json.loads(stomper.run(repo, "check", "--format", "json", *words).check(1).out)
    assert found["codes"] == codes


@pytest.mark.slow
def test_demo_shows_its_numbers_and_leaves_nothing(stomper: Stomper, hermetic: Hermetic) -> None:
    """Outside of any repository, and on a machine without an identity for git."""
    hermetic.git_config.write_text("")
    result = stomper.run(hermetic.home, "demo", "3", "2").check()
    lines = result.out.splitlines()
    assert "12 of 12 diagnostics fixed in 3 files: 3 cleared" in lines
    assert "peak: 2 files at once (at most 2 allowed)" in lines
    assert lines[-1].endswith(" times as fast as one by one")
    assert list(hermetic.home.iterdir()) == []


@pytest.mark.thorough
@pytest.mark.slow
def test_demo_compares_numbers_of_workers(stomper: Stomper, hermetic: Hermetic) -> None:
    result = stomper.run(hermetic.home, "demo", "2", "--compare").check()
    head, *rows = result.out.splitlines()
    assert head.split()[:3] == ["files", "workers", "peak"]
    assert [row.split()[:2] for row in rows] == [["2", "1"], ["2", "2"], ["2", "4"], ["2", "8"]]
    assert rows[0].split()[2] == "1"
