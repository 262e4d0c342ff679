"""`stomper baseline`, and how `check` and `fix` go by it."""

import json
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import held_repo, report_of, stop_now
from tests.kit.samples import FIXABLE, fixed_content

RUFF = '[tool.ruff.lint]\nselect = ["E", "F", "I"]\n'
BASELINE = "stomper-baseline.json"
OLD = "X = 1\n\nif X == None:\n    print(undefined_name)\n"  # E711, which only an unsafe fix takes away, and F821


@pytest.fixture
def known(repo: GitRepo, stomper: Stomper) -> GitRepo:
    """A repository whose four diagnostics are all in its baseline."""
    repo.write("pyproject.toml", RUFF)
    repo.write("old.py", OLD)
    repo.write("two.py", FIXABLE.format(n=2))
    repo.commit("base")
    told = stomper.run(repo, "baseline", "write").check()
    assert told.out.splitlines()[0].startswith(f"4 diagnostics in {BASELINE}: ")
    repo.commit("accept what there is")
    return repo


def codes(stomper: Stomper, repo: GitRepo, *words: str, code: int = 1) -> dict[str, object]:
    found: dict[str, object] = json.loads(stomper.run(repo, "check", "--format", "json", *words).check(code).out)
    return {name: found[name] for name in ("codes", "baseline") if name in found}


def test_check_counts_only_what_is_new(known: GitRepo, stomper: Stomper) -> None:
    assert codes(stomper, known, code=0) == {"codes": {}, "baseline": {"known": 4, "gone": 0}}
    assert stomper.run(known, "check").check().out.splitlines() == [
        "nothing found",
        "4 known diagnostics in the baseline, not counted",
        "looked at: ruff 2 files",
    ]
    assert len(codes(stomper, known, "--no-baseline")["codes"]) == 4  # type: ignore[arg-type]
    known.write("old.py", "import re\n\n" + OLD.replace("X", "Y"))
    known.write("two.py", fixed_content(2))
    # `if Y == None` was edited together with what is above it; `print(undefined_name)` only beside it.
    assert codes(stomper, known) == {"codes": {"F401": 1, "E711": 1}, "baseline": {"known": 1, "gone": 3}}


def test_prune_only_shrinks(known: GitRepo, stomper: Stomper) -> None:
    before = known.read(BASELINE)
    known.write("new.py", "import re\n")
    known.commit("worse")
    assert stomper.run(known, "baseline", "prune").check().out == "0 dropped, 4 diagnostics left\n"
    assert known.read(BASELINE) == before
    known.write("two.py", "# moved\n" + fixed_content(2).decode())
    assert stomper.run(known, "baseline", "prune").check().out == "2 dropped, 2 diagnostics left\n"
    assert {row["path"] for row in json.loads(known.read(BASELINE))["entries"]} == {"old.py"}
    assert codes(stomper, known)["baseline"] == {"known": 2, "gone": 0}


def test_fix_takes_up_only_what_is_new(known: GitRepo, stomper: Stomper) -> None:
    known.write("two.py", "import re\n" + FIXABLE.format(n=2))
    known.write("three.py", FIXABLE.format(n=3))
    known.commit("worse")
    result = stomper.run(known, "fix").check()
    report = report_of(known)
    assert {file["path"]: file["fixed_codes"] for file in report["files"]}["three.py"] == {"F401": 1, "I001": 1}
    assert "old.py" not in {file["path"] for file in report["files"]}
    assert known.content("old.py").decode() == OLD
    assert report["baseline"]["entries"] == 4
    assert "known diagnostics in the baseline, not counted" in result.out
    assert codes(stomper, known, code=0)["codes"] == {}


@pytest.mark.unproved
def test_fix_baseline_works_off_what_is_old(known: GitRepo, stomper: Stomper) -> None:
    assert stomper.run(known, "fix").check().out.splitlines()[0] == "nothing to fix"
    stomper.run(known, "fix", "--fix-baseline", "--unsafe-fixes", "--dry-run").check(1)
    assert report_of(known)["baseline"] == {"entries": 4, "known": 0, "gone": 0}
    result = stomper.run(known, "fix", "--fix-baseline", "--unsafe-fixes").check(1)
    assert report_of(known)["baseline"] == {"entries": 4, "known": 0, "gone": 3}
    assert "3 entries of the baseline gone: stomper baseline prune" in result.out
    assert stomper.run(known, "baseline", "prune").check().out == "3 dropped, 1 diagnostic left\n"
    shown = stomper.run(known, "baseline", "show").check().out.splitlines()
    assert shown[1].split() == ["1", "1", "F821"]


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_baseline_that_cannot_be_read_is_an_error(known: GitRepo, stomper: Stomper, command: str) -> None:
    head, missing = known.head, {"STOMPER_BASELINE": "elsewhere.json"}
    assert "elsewhere.json does not exist" in stomper.run(known, command, env=missing).check(2).err
    known.write(BASELINE, "{")
    assert "stomper baseline write" in stomper.run(known, command).check(2).err
    assert known.head == head


@pytest.mark.thorough
def test_known_stays_known_where_a_run_is_taken_up_on_another_commit(
    repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    held = held_repo(repo, 1, tmp_path)
    repo.commit_file("old.py", OLD)
    stomper.run(repo, "baseline", "write").check()
    document = json.loads(repo.read(BASELINE))
    document["entries"] = [row for row in document["entries"] if row["path"] == "old.py"]
    repo.commit_file(BASELINE, json.dumps(document))
    running = stomper.start(repo, "fix")
    held.wait_for(1)
    stop_now(running)
    running.result().check(130)
    repo.commit_file("notes.txt", "mine\n")
    held.release()
    stomper.run(repo, "resume").check()
    assert report_of(repo)["baseline"] == {"entries": 2, "known": 2, "gone": 0}
    assert repo.content("old.py").decode() == OLD
