"""What a run leaves to be read: counts by code on screen and in the report, and `stomper show` afterwards."""

import json

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, report_of
from tests.kit.samples import UNFIXABLE_PATH, finding_paths, findings_repo

pytestmark = pytest.mark.crew


def test_a_run_is_told_by_code_and_shown_again(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2, unfixable=True)
    done = stomper.run(repo, "fix", "--fixer", "ruff", "--report", "-").check(1)
    printed, kept = json.loads(done.out), report_of(repo)
    assert printed == kept
    assert kept["codes"] == [
        {"tool": "ruff", "code": "F401", "before": 2, "fixed": 2, "suppressed": 0, "left": 0},
        {"tool": "ruff", "code": "I001", "before": 2, "fixed": 2, "suppressed": 0, "left": 0},
        {"tool": "ruff", "code": "F821", "before": 1, "fixed": 0, "suppressed": 0, "left": 1},
    ]
    table = ["before  fixed  suppressed  left  code", "     2      2           0     0  F401"]
    assert [line for line in table if line in done.err.splitlines()] == table
    assert "[2/3] cleared " in done.err
    run, path = last_run(repo).run, finding_paths(2)[0]
    told = stomper.run(repo, "show").check().out
    assert [line for line in table if line in told.splitlines()] == table
    assert f"unchanged  {UNFIXABLE_PATH}: no fixer has a fix for F821" in told
    assert stomper.run(repo, "show", run[:-2]).check().out == told
    assert json.loads(stomper.run(repo, "show", run, "--format", "json").check().out) == kept
    story = stomper.run(repo.path / path.split("/")[0], "show", "/".join(path.split("/")[1:])).check().out
    assert story.startswith(f"{path}: fixed\nin run {run}, ")
    for line in (
        "fixed: F401 1, I001 1\n",
        "  1  ruff  kept",
        "commit: git show ",
        "\n-import os\n",
        "\nnot tested",
    ):
        assert line in story
    told = stomper.run(repo, "show", UNFIXABLE_PATH).check().out
    assert "\nleft\n  " in told
    assert "F821" in told.partition("\nleft\n")[2]
    head = stomper.run(repo, "show", "HEAD").check().out
    assert head.startswith(f"{repo.head}  ")
    assert f"of run {run}\n\n{finding_paths(2)[1]}: fixed" in head
    assert "is of no recorded run" in stomper.run(repo, "show", "HEAD~2").check(2).err
    trend = json.loads(stomper.run(repo, "stats", "--trend", "--history", "2", "--format", "json").check().out)
    assert [(point["name"], point["before"], point["left"]) for point in trend["runs"]] == [(run, 5, 1)]
    assert [point["left"] for point in trend["commits"]] == [5, 1]


def test_what_cannot_be_shown_is_refused(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    assert "there is no run that could be shown" in stomper.run(repo, "show").check(2).err
    assert "no recorded run has worked on module_000.py" in stomper.run(repo, "show", "module_000.py").check(2).err
    assert "no run begins with 'nope'" in stomper.run(repo, "show", "nope").check(2).err
    assert "--history is for --trend" in stomper.run(repo, "stats", "--history", "2").check(2).err
