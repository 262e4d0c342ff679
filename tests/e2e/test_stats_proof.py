"""What tests took out again is recorded by a run, shown by `stats`, and shared with a team."""

import json
from pathlib import Path
from typing import Any

import pytest

from stomper.learning.broken import Broken
from stomper.learning.exchange import read_export, write_export
from stomper.learning.store import Share, Store
from tests.kit.cli import Stomper
from tests.kit.gates import gate_repo
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

# Safe by ruff's word, and yet b.py imports from a.py what nothing in a.py uses.
A = "from json import dumps\n\n\ndef shape() -> str:\n    return 'a'\n"
B = "from a import dumps\n\n\ndef text() -> str:\n    return dumps(1)\n"
TEST = "def test_text():\n    from b import text\n    assert text() == '1'\n"
BROKEN = Broken("ruff", "ruff", "F401", "0.1")


def stats(repo: GitRepo, stomper: Stomper) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(stomper.run(repo, "stats", "--format", "json").check().out)
    return facts


def test_a_fix_that_breaks_a_test_is_remembered(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    gate_repo(repo, 2, files={"a.py": A, "b.py": B, "tests/test_b.py": TEST})
    stomper.run(repo, "fix", "--unproved").check(1)
    (dropped,) = [file["dropped"] for file in report_of(repo)["files"] if "dropped" in file]
    assert [(credit["fixer"], credit["codes"]) for credit in dropped] == [("ruff", {"F401": 1})]
    assert report_of(repo)["summary"]["dropped"] == 1
    facts = stats(repo, stomper)
    (broken,) = facts["broken"]
    assert (broken["fixer"], broken["code"], broken["files"]) == ("ruff", "F401", 1)
    assert broken["version"][0].isdigit()
    counts = facts["fates"]["grades"].values()
    assert (sum(row["landed"] for row in counts), sum(row["dropped"] for row in counts)) == (
        report_of(repo)["summary"]["diagnostics_fixed"],
        1,
    )
    assert facts["fates"]["fixers"] == [
        {"fixer": "ruff", "tool": "ruff", "code": "F401", "fixed": 2, "dropped": 1, "left": 0}
    ]
    text = stomper.run(repo, "stats").check().out
    assert text.startswith("fixers and codes, in 1 run ")
    assert text.splitlines()[1].split() == ["ruff:", "ruff", "F401", "2", "1", "0"]
    assert "nothing learned yet" not in text
    assert "fixes by grade, in 1 run" in text
    assert "ruff F401" in text
    stomper.run(repo, "stats", "export", tmp_path / "team.toml").check()
    (share,) = read_export(tmp_path / "team.toml").values()
    assert [one.code for one in share.broken] == ["F401"]


@pytest.mark.thorough
def test_what_was_taken_back_did_not_land(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")
    gate_repo(repo, 2)
    stomper.run(repo, "fix", "--unproved", "--dry-run").check()
    assert stats(repo, stomper)["fates"]["runs"] == 0
    stomper.run(repo, "fix", "--unproved").check()
    assert stats(repo, stomper)["fates"]["grades"]
    stomper.run(repo, "undo").check()
    assert (stats(repo, stomper)["fates"]["grades"], stats(repo, stomper)["fates"]["runs"]) == ({}, 1)
    assert stats(repo, stomper)["fates"]["fixers"] == []
    assert "fixers and codes" not in stomper.run(repo, "stats").check().out


@pytest.mark.thorough
def test_nothing_is_remembered_where_nobody_wants_it(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 1, files={"a.py": A, "b.py": B, "tests/test_b.py": TEST}, keys="learning = false")
    stomper.run(repo, "fix", "--unproved").check(1)
    assert stats(repo, stomper)["broken"] == []


# --- the store


def test_runs_add_up_and_the_same_run_counts_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for run in ("a", "b", "b"):
        store.add_run(run, [], [BROKEN])
    assert store.load().broken == (Broken("ruff", "ruff", "F401", "0.1", 2),)


def test_an_export_takes_it_along_once(tmp_path: Path) -> None:
    one, other = Store(tmp_path / "one"), Store(tmp_path / "other")
    one.add_run("a", [], [BROKEN])
    other.add_run("a", [], [BROKEN])
    for _ in range(2):
        write_export(tmp_path / "team.toml", one.load())
        other.add_shares(read_export(tmp_path / "team.toml"))
    assert [record.files for record in other.load().broken] == [2]


def test_what_earlier_versions_wrote_is_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.path.write_text('{"origin": "x"}\n{"run": "a", "records": []}\n{"share": "y", "runs": 1, "records": []}\n')
    assert (store.load().runs, store.load().broken) == (2, ())
    old = tmp_path / "team.toml"
    old.write_text('format = 1\n[[shares]]\norigin = "z"\nruns = 3\nrecords = []\n')
    assert read_export(old) == {"z": Share(3, ())}
