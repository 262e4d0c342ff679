"""Users hear of files that a checker leaves out, and of those that it cannot look at."""

import json
from collections.abc import Callable

import pytest

from tests.kit.cli import Stomper
from tests.kit.fakes import real_tool
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states

UNUSED = "import os\n\nX = 1\n"
PLAIN = "[tool.ruff]\nlint.select = ['F401']\n"


def test_repository_in_a_folder_that_ruff_excludes_is_checked_and_fixed(
    make_repo: Callable[[str], GitRepo], stomper: Stomper
) -> None:
    repo = make_repo("dist")
    repo.write("pyproject.toml", PLAIN)
    repo.commit_file("a.py", UNUSED)
    assert "1:8: F401" in stomper.run(repo, "check").check(1).out
    stomper.run(repo, "fix").check(0)
    assert b"import os" not in repo.read("a.py")


def test_named_file_that_the_project_leaves_out_is_not_silently_clean(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", PLAIN + "exclude = ['old']\n")
    repo.write("old/a.py", UNUSED)
    repo.commit_file("b.py", "X = 1\n")
    said = "ruff by its own configuration leaves out all 1 files: it has checked nothing\n"
    for command in ("check", "fix"):
        result = stomper.run(repo, command, "-f", "old/a.py").check(2)
        assert f"error: no checker looks at old/a.py: {said}" in result.err
    assert "leaves out 1 of 2 files: old/a.py\n" in stomper.run(repo, "fix").check(0).err
    assert repo.read("old/a.py") == UNUSED.encode()


def test_file_that_stops_mypy_costs_no_other_file_its_fixes(repo: GitRepo, stomper: Stomper) -> None:
    mypy = f"[tool.mypy]\n[tool.stomper.tools]\nmypy = '{real_tool('mypy')}'\n"
    repo.write("pyproject.toml", PLAIN + mypy)
    repo.write("bad.py", "print 'x'\n")
    repo.commit_file("good.py", UNUSED)
    stomper.run(repo, "fix").check(1)
    assert states(repo) == {"good.py": "fixed", "bad.py": "unchanged"}


def test_file_that_cannot_be_read_is_named_and_the_others_are_fixed(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", PLAIN)
    repo.write("latin.py", b"# -*- coding: latin-1 -*-\nX = '\xe4'\n")
    repo.commit_file("more.py", UNUSED)
    result = stomper.run(repo, "fix").check(3)
    assert b"import os" not in repo.read("more.py")
    assert [(gap["tool"], gap["path"]) for gap in report_of(repo)["not_checked"]] == [("ruff", "latin.py")]
    assert "not checked by ruff: latin.py: " in result.out
    assert "not checked by ruff: latin.py: " in result.err
    stomper.run(repo, "resume").check(2)  # the run is over


def test_what_was_not_checked_is_never_accepted(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", PLAIN)
    repo.write("latin.py", b"# -*- coding: latin-1 -*-\nX = '\xe4'\n")
    repo.commit_file("good.py", UNUSED)
    found = json.loads(
        stomper.run(repo, "check", "--format", "json", "--ignore", "F,not", "--allow-empty").check(3).out
    )
    assert found["diagnostics"] == []
    (gap,) = found["not_checked"]
    assert gap.keys() == {"tool", "path", "reason"}  # as in the report of `fix`
    assert (gap["tool"], gap["path"]) == ("ruff", "latin.py")
    result = stomper.run(repo, "baseline", "write").check(3)
    assert result.err.startswith("error: not checked by ruff: latin.py: ")
    assert not (repo.path / "stomper-baseline.json").exists()
    assert "not checked by ruff: latin.py: " in stomper.run(repo, "plan").check(3).err


def test_entries_of_a_file_that_cannot_be_looked_at_today_stay_in_the_baseline(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", PLAIN)
    repo.commit_file("a.py", UNUSED)
    stomper.run(repo, "baseline", "write").check(0)
    repo.write("a.py", b"import os\nX = '\xe4'\n")
    assert "0 dropped, 1 diagnostic left" in stomper.run(repo, "baseline", "prune").check(0).out


@pytest.mark.thorough
def test_folder_in_the_place_of_a_tracked_file_is_named(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", PLAIN)
    repo.commit_file("a.py", "X = 1\n")
    (repo.path / "a.py").unlink()
    repo.write("a.py/b.py", UNUSED)
    assert "a.py: it is not a file" in stomper.run(repo, "check").check(3).out
