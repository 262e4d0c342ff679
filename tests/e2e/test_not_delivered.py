"""A result that git would not take is in a state of its own, which every command knows, and `resume` delivers it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kit.cli import Stomper
from tests.kit.fakes import fake_tool
from tests.kit.figures import honest_report
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import Held, held_repo, last_run, real_ruff
from tests.kit.samples import FIXABLE, finding_paths, fixed_content

FIRST, SECOND = finding_paths(2)
NUMBERS = {"module_000.py": 0, "app/module_001.py": 1}
WHY = "main has moved during the run"


@pytest.fixture
def held(repo: GitRepo, leaks: Leaks, tmp_path: Path) -> Held:
    leaks.allow("ref", "refs/stomper/*/head", reason="the result that could not be delivered")
    return held_repo(repo, 2, tmp_path, held=Path(SECOND).stem)


def status(repo: GitRepo, stomper: Stomper) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(stomper.run(repo, "status", "--format", "json").check().out)["runs"][-1]
    return run


def test_head_moved(held: Held, stomper: Stomper, tmp_path: Path) -> None:
    """Said with -q, by report and status. A `resume` that fails loses nothing, one that does not delivers."""
    repo = held.repo
    running = stomper.start(repo, "fix", "-j1", "-q")
    held.wait_for(1)
    mine = repo.commit_file("meanwhile.txt", "mine\n")
    held.release()
    result = running.result().check(3)
    ref = f"refs/stomper/{last_run(repo).run}/head"
    assert (
        result.err == f"error: not delivered: {WHY}\nhint: The result is safe on {ref}. To take it: git merge {ref}\n"
    )
    report = honest_report(repo, stomper)
    assert (report["delivered"], report["not_delivered"], report["ref"]) == (False, WHY, ref)
    assert (report["exit_code"], report["ending"]["not_delivered"], report["ending"]["left"]) == (3, 4, 0)
    assert (report["summary"]["files_waiting"], report["summary"]["files_fixed"]) == (2, 0)
    run = status(repo, stomper)
    assert (run["state"], run["delivered"], run["not_delivered"], run["ref"]) == ("not delivered", False, WHY, ref)
    assert run["files_waiting"] == 2
    text = stomper.run(repo, "status").out
    assert "not delivered, exit code 3  2 of 2 files done, 2 waiting to be delivered, " in text
    assert text.endswith(f"\n  not delivered: {WHY}; the result is on {ref}\n")

    result_before = repo.rev(ref)
    broken = fake_tool(tmp_path / "bin", "ruff", "crash", when="--output-format", real=real_ruff())
    stomper.run(repo, "resume", env=broken.on_path()).check(3)
    assert (repo.rev(ref), status(repo, stomper)["state"]) == (result_before, "not delivered")

    stomper.run(repo, "resume").check()
    assert repo.rev("HEAD~2") == mine
    assert repo.refs("refs/stomper") == {}
    run = status(repo, stomper)
    assert (run["state"], run["delivered"], run["files_waiting"]) == ("finished", True, 0)
    report = honest_report(repo, stomper)
    assert report["delivered"]
    assert not {"not_delivered", "ref"} & report.keys()


def test_a_file_in_the_way_that_goes_away(held: Held, stomper: Stomper) -> None:
    """What was in the way is gone: the result comes by a fast-forward, and no fixer works again."""
    repo = held.repo
    running = stomper.start(repo, "fix", "-j1")
    held.wait_for(1)
    base = repo.head
    repo.write(FIRST, FIXABLE.format(n=NUMBERS[FIRST]) + "# mine\n")
    held.release()
    result = running.result().check(3)
    assert f"\nnot delivered: {FIRST} changed during the run\n" in result.out
    assert (
        "0 of 4 diagnostics fixed in 2 files: 0 cleared, 2 waiting\n2 files are fixed and wait for `stomper resume`\n"
        in (result.out)
    )
    assert result.out.endswith("nothing left, 4 not delivered: exit code 3\n")
    repo.git("checkout", "--", FIRST)
    begun = held.begun()
    stomper.run(repo, "resume").check()
    assert held.begun() == begun
    assert repo.rev("HEAD~2") == base
    assert {path: repo.read(path) for path in NUMBERS} == {path: fixed_content(n) for path, n in NUMBERS.items()}
