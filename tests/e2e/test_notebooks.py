"""Notebooks from finding to commit, with all that is around their code byte for byte as it was."""

import json

import pytest

from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.leaks import Leaks
from tests.kit.notebooks import code, notebook
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states

SETTINGS = '[tool.stomper.files]\ninclude = ["**/*.ipynb"]\n[tool.ruff.lint]\nselect = ["E", "F"]\n'
CELLS = (code("import os\n", "import sys\n", "print(sys.argv, f'é')"), code("%%bash\n", "ls"), code("x == None"))
FIXED = (code("import sys\n", "print(sys.argv, 'é')"), *CELLS[1:])
SUPPRESSED = (*FIXED[:2], code("x == None  # noqa: E711, F821"))


@pytest.fixture
def notebooks(repo: GitRepo) -> GitRepo:
    repo.write("pyproject.toml", SETTINGS)
    repo.write("b.py", "import os\n")
    repo.write("one line.ipynb", notebook(CELLS, "one line"))
    repo.commit_file("sub/a.ipynb", notebook(CELLS, "in ASCII"))
    return repo


def test_fixes_land_in_the_cells(notebooks: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    leaks.expect("ref", "refs/stomper/*/undone", reason="for redo")
    result = stomper.run(notebooks, "fix").check(1)
    assert states(notebooks) == {"one line.ipynb": "partial", "sub/a.ipynb": "partial"}
    assert notebooks.content("sub/a.ipynb") == notebook(FIXED, "in ASCII")
    assert notebooks.content("one line.ipynb") == notebook(FIXED, "one line")
    assert report_of(notebooks)["summary"]["diagnostics_fixed"] == 4
    assert "notebooks are changed by ruff, suppress and commands of yours only" in result.out + result.err
    stomper.run(notebooks, "undo").check(0)
    assert notebooks.content("sub/a.ipynb") == notebook(CELLS, "in ASCII")


def test_what_is_left_is_accepted_in_the_cells(notebooks: GitRepo, stomper: Stomper) -> None:
    stomper.run(notebooks, "fix", "--fixer", "ruff", "--fixer", "suppress").check(0)
    assert states(notebooks) == {"one line.ipynb": "suppressed", "sub/a.ipynb": "suppressed"}
    assert notebooks.content("sub/a.ipynb") == notebook(SUPPRESSED, "in ASCII")
    assert notebooks.content("one line.ipynb") == notebook(SUPPRESSED, "one line")
    stomper.run(notebooks, "check").check(0)


def test_check_counts_lines_in_the_cell(notebooks: GitRepo, stomper: Stomper) -> None:
    said = stomper.run(notebooks, "check", "--format", "concise", "sub/a.ipynb").check(1).out
    assert "sub/a.ipynb:cell 2:1:8: F401 `os` imported but unused\n" in said
    assert "codemods" not in said
    full = stomper.run(notebooks, "check", "--format", "full", "--error-type", "F541").check(1).out
    assert "3 | print(sys.argv, f'é')\n  |                 ^^^^\n" in full
    (row, *_) = json.loads(stomper.run(notebooks, "check", "--format", "json", "sub").check(1).out)["diagnostics"]
    line = notebooks.content("sub/a.ipynb").decode().split("\n")[row["line"] - 1]
    assert line[row["column"] - 1 :].startswith('os\\n"')
    assert (row["cell"], row["cell_line"], row["cell_column"]) == (2, 1, 8)
    github = stomper.run(notebooks, "check", "--format", "concise", "--report", "github", "sub").check(1).out
    assert f"line={row['line']},col={row['column']}" in github
    assert "title=ruff F401 (cell 2%2C line 1)" in github


def test_a_command_that_changes_outputs_is_refused(notebooks: GitRepo, stomper: Stomper) -> None:
    notebooks.write("pyproject.toml", SETTINGS + fixer_table("strip", fake_fixer("--replace", "1 < 2", "")))
    notebooks.commit("a fixer")
    result = stomper.run(notebooks, "fix", "--fixer", "strip", "sub", "--unproved").check(1)
    assert states(notebooks) == {"sub/a.ipynb": "rejected"}
    assert "changes the notebook beyond the code of its cells" in result.out + result.err
