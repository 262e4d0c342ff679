"""The record of a fleet elsewhere: an issue for each repository, or a program that is told; it holds nobody up."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.errors import UsageError
from stomper.fleet.gather import Options, fleet_of_file
from stomper.fleet.session import Telling, begin, go_on
from stomper.fleet.tracking.chosen import check_tracker
from stomper.forges.hosts import known_hosts
from tests.fakes.forge.state import TOKEN
from tests.kit.cli import Stomper
from tests.kit.fleets import FAKE, MakeRepo
from tests.kit.forges import VARIABLE, OnForge, on_forge

pytestmark = pytest.mark.matrix(every=6)  # of the forges, some run each

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["github", "gitea", "gitlab"])
def on(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    stomper: Stomper,
    make_repo: MakeRepo,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[OnForge]:
    monkeypatch.setenv("FAKE_FIX_LOG", str(tmp_path / "fleet" / "log"))
    monkeypatch.setenv(VARIABLE, TOKEN)
    with on_forge(request.param, tmp_path, make_repo, stomper) as made:
        yield made


def run(on: OnForge, tracker: str, again: bool = False, only: tuple[str, ...] = ()) -> int:
    """Have a fleet run with a tracker; what it says is in `on.told`."""
    on.write()
    fleet = fleet_of_file(on.place / "fleet.toml", Options(terms={"tracker": tracker}))
    telling = Telling(lambda _: None, lambda *_: None, on.told.append)
    if again:
        return go_on(on.folder, only, lambda one: one, telling, FAKE)  # type: ignore[arg-type]
    return begin(on.folder, fleet, True, telling, FAKE)


def test_each_repository_has_one_issue_that_follows_its_work(on: OnForge) -> None:
    good, bad = on.add("good") + on.add("bad", fixed=0, left=2)
    assert run(on, on.forge.host) == 1
    (done,), (left,) = good.issues, bad.issues
    assert (done.title, done.open, left.title, left.open) == (
        *("Stomper: good (fixed)", False),
        *("Stomper: bad (unchanged)", False),
    )
    assert done.states == ["Stomper: good (at work)", "Stomper: good (fixed)"]
    assert "| `F401` | `ruff` | 1 | 0 |" in done.body
    assert run(on, "", again=True, only=("unchanged",)) == 1
    assert [one.number for one in bad.issues] == [501]
    assert left.states[2:] == ["Stomper: bad (at work)", "Stomper: bad (unchanged)"]
    assert len(done.states) == 2


def test_all_issues_can_be_in_one_place(on: OnForge) -> None:
    on.add("one", "two")
    (tasks,) = on.add("tasks")
    run(on, f"{on.forge.host}:team/tasks")
    assert sorted(one.title for one in tasks.issues) == [f"Stomper: {name} (fixed)" for name in ("one", "tasks", "two")]


APART = """
import sys
from pathlib import Path
from stomper.fleet.folder import FleetFolder
from stomper.fleet.gather import Options, fleet_of_file
from stomper.fleet.session import Telling, begin
from tests.kit.fleets import FAKE
place = Path(sys.argv[1])
fleet = fleet_of_file(place / "fleet.toml", Options(terms={"tracker": sys.argv[2]}))
begin(FleetFolder(place / "stomper-fleet"), fleet, True, Telling(print, lambda *_: None), FAKE)
"""


@pytest.mark.parametrize("point", ["track-making", "track-made"])
def test_whatever_kills_it_there_is_one_issue_for_each(on: OnForge, point: str) -> None:
    repos = on.add("one", "two")
    on.write()
    killed = subprocess.run(
        [sys.executable, "-c", APART, str(on.place), on.forge.host],
        env={**os.environ, "_STOMPER_CRASH_AT": f"{point}:2"},
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL
    run(on, "", again=True)
    assert [[one.title for one in repo.issues] for repo in repos] == [
        ["Stomper: one (fixed)"],
        ["Stomper: two (fixed)"],
    ]


def test_a_tracker_that_fails_fails_no_run(on: OnForge) -> None:
    on.add("one", "two", "three", "four")
    on.forge.state.token = "one-that-has-expired"
    assert run(on, on.forge.host) == 0
    assert sum("does not take the token" in line for line in on.told) == 3
    assert any("it is told no more" in line for line in on.told)


PROGRAM = """\
import sys, time, json, pathlib
time.sleep({seconds})
pathlib.Path({out!r}).open("a").write(sys.stdin.read())
sys.exit({code})
"""


def command(place: Path, seconds: float = 0, code: int = 0) -> str:
    """Write a program that keeps what it is told, slowly or with a bad end."""
    file = place / "tell.py"
    file.write_text(PROGRAM.format(seconds=seconds, out=str(place / "told.jsonl"), code=code))
    return f"command:{sys.executable} {file}"


def test_a_program_is_told(on: OnForge) -> None:
    on.add("one")
    assert run(on, command(on.place)) == 0
    begun, finished = map(json.loads, (on.place / "told.jsonl").read_text().splitlines())
    assert (begun["event"], begun["name"], begun["state"]) == ("begun", "one", "at work")
    assert (finished["event"], finished["state"]) == ("finished", "fixed")
    assert finished["result"]["figures"]["diagnostics_after"] == 0
    assert begun["source"] == on.forge.address("team/one")


def test_a_program_that_fails_is_said_and_a_slow_one_holds_no_repository(on: OnForge) -> None:
    on.add("one", "two")
    assert run(on, command(on.place, seconds=1, code=3)) == 0
    assert any("ended with 3" in line for line in on.told)
    assert len(on.folder.history().results) == 2


@pytest.mark.parametrize("text", ["jira", "bitbucket", "github:team", "command:", "command:'x", "github.com:a b/c"])
def test_what_is_no_tracker_is_said_before_anything_is_done(text: str) -> None:
    with pytest.raises(UsageError):
        check_tracker(text, known_hosts([]))


@pytest.mark.parametrize("text", ["github", "gitlab.com", "gitlab:group/inner/tasks", "command:tell --all"])
def test_trackers_have_these_names(text: str) -> None:
    check_tracker(text, known_hosts([]))
