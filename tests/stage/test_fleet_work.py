"""The work on a fleet, with a program that stands in for `stomper fix`: states, order, budgets, limits, stops."""

import dataclasses
import os
import signal
import threading
from pathlib import Path

import pytest

from stomper.errors import EXIT_INTERRUPTED, UsageError
from stomper.fleet.model import Fleet
from tests.kit.fleets import FakeFleet, MakeRepo, behaving
from tests.kit.wait import eventually


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeFleet:
    place = tmp_path / "fleet"
    (place / "log").mkdir(parents=True)
    monkeypatch.setenv("FAKE_FIX_LOG", str(place / "log"))
    return FakeFleet(place)


def test_every_end_of_a_run_is_a_state_with_its_reason(fleet: FakeFleet, make_repo: MakeRepo) -> None:
    ends: dict[str, dict[str, object]] = {
        "fixed": {"fixed": 3, "flaky": ["test_a"]},
        "clean": {},
        "partial": {"fixed": 2, "left": 1, "cost": 0.25},
        "unchanged": {"left": 4},
        "untrusted": {"fixed": 1, "exit": 3},
        "refused": {"error": "a merge is under way", "exit": 2},
        "crashed": {"error": "", "exit": -9, "seconds": 0},
    }
    repos = {name: behaving(make_repo, name, **behave) for name, behave in ends.items()}
    repos["crashed"].commit_file("behave.json", "no JSON")
    done = fleet.run([repo.path for repo in repos.values()], max_parallel_files=3)
    assert done.code == 1
    failed = ("untrusted", "refused", "crashed")
    assert done.states == {name: "failed" if name in failed else name for name in ends}
    assert done.of("refused")["reason"] == "a merge is under way"
    assert "exit code" in done.of("crashed")["reason"]
    assert done.report["flaky"] == [{"name": "fixed", "tests": ["test_a"]}]
    assert done.report["most_expensive"] == [{"name": "partial", "cost_estimate": 0.25, "tokens": 10}]
    assert done.report["codes"][0] == {
        "tool": "ruff",
        "code": "F401",
        "repositories": 5,
        "before": 11,
        "gone": 6,
        "left": 5,
    }
    assert max(call["at_once"] for call in fleet.calls) <= 3
    assert fleet.run([repos["clean"].path]).code == 0


def test_one_that_hangs_is_ended_and_holds_no_other(fleet: FakeFleet, make_repo: MakeRepo) -> None:
    hangs = behaving(make_repo, "hangs", seconds=600)
    others = [behaving(make_repo, name, fixed=1) for name in ("a", "b", "c")]
    done = fleet.run([hangs.path, *(o.path for o in others)], max_parallel_files=2, repository_minutes=6 / 60)
    assert done.states == {"hangs": "failed", "a": "fixed", "b": "fixed", "c": "fixed"}
    assert "still at work after" in done.of("hangs")["reason"]
    assert fleet.done[-1] == "hangs"


def test_money_is_divided_and_what_it_is_not_enough_for_can_be_resumed(fleet: FakeFleet, make_repo: MakeRepo) -> None:
    repos = [behaving(make_repo, name, fixed=1, cost=3.0) for name in ("a", "b", "c")]
    done = fleet.run([repo.path for repo in repos], max_parallel_files=1, max_cost=4.0)
    assert sorted(done.states.values()) == ["fixed", "fixed", "skipped"]
    (left,) = (name for name, state in done.states.items() if state == "skipped")
    assert "stomper fleet resume" in done.of(left)["reason"]
    limits = [call["words"][call["words"].index("--max-cost") + 1] for call in fleet.calls]
    assert limits == ["1.333333", "0.500000"]

    def richer(fleet: Fleet) -> Fleet:
        return dataclasses.replace(fleet, terms=dataclasses.replace(fleet.terms, max_cost=10.0))

    assert fleet.resume(change=richer).states == dict.fromkeys("abc", "fixed")
    assert [fleet.called(name) for name in "abc"] == [1, 1, 1]
    with pytest.raises(UsageError, match="no repository is left"):
        fleet.resume()


def test_an_interrupted_fleet_ends_its_repositories_and_goes_on_later(fleet: FakeFleet, make_repo: MakeRepo) -> None:
    quick = behaving(make_repo, "quick", fixed=1)
    slow = [behaving(make_repo, name, seconds=600) for name in ("slow", "later")]

    def interrupt() -> None:
        eventually(lambda: len(fleet.calls) == 3 and fleet.done == ["quick"], "the slow ones at work")
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    done = fleet.run([quick.path, *(repo.path for repo in slow)], max_parallel_files=3, repository_minutes=1)
    thread.join()
    assert (done.code, done.report["exit_code"]) == (EXIT_INTERRUPTED, EXIT_INTERRUPTED)
    assert done.states == {"quick": "fixed", "slow": "skipped", "later": "skipped"}
    for repo in slow:
        repo.commit_file("behave.json", "{}")
    with pytest.raises(UsageError, match=r"not at its end: (slow|later)"):
        _begin_again(fleet, slow[0].path)
    again = fleet.resume()
    assert (again.code, again.states) == (0, {"quick": "fixed", "slow": "clean", "later": "clean"})
    assert fleet.called("quick") == 1


def _begin_again(fleet: FakeFleet, source: Path) -> None:
    from stomper.fleet.gather import Options, fleet_of_list
    from stomper.fleet.session import Telling, begin

    listed = fleet_of_list(f"{source}\n", fleet.place, Options())
    begin(fleet.folder, listed, False, Telling(print, lambda *_: None))
