"""What the gate tells of its test runs: which one it is, who is suspected, how long one takes, and when it may end."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.disk import jsonl
from stomper.journal.phase_note import PhaseNote, read_phase, write_phase
from stomper.journal.run_folder import RunFolder
from stomper.project_tests.suite import last_seconds
from stomper.run.phase import watched
from stomper.run.test_runs import TestRuns
from stomper.text.times import duration
from tests.kit.wait import eventually

WHOLE = "checking the result as a whole"


def runs(*, begun: int = 0, seconds: float | None = 40.0) -> TestRuns:
    """So many runs of the whole suite have begun; those before the last have ended."""
    made = TestRuns(seconds)
    for _ in range(begun):
        with made.run(partial=False):
            pass
    made.seconds.clear()
    return made


@pytest.mark.parametrize(
    ("made", "suspects", "text"),
    [
        (runs(), (), WHOLE),
        (runs(begun=1), (), f"{WHOLE}: test run 1, about 40 s a run"),
        (runs(begun=1, seconds=None), (), f"{WHOLE}: test run 1"),
        (runs(begun=7), (2,), f"{WHOLE}: test run 7, 2 files suspected, about 40 s a run"),
        (runs(begun=8), (1, 3), f"{WHOLE}: test run 8, 1 file (3 parts of it) suspected, about 40 s a run"),
        (runs(seconds=None), (5,), f"{WHOLE}: 5 files suspected"),
    ],
)
def test_words(made: TestRuns, suspects: tuple[int, ...], text: str) -> None:
    if suspects:
        made.suspect(*suspects)
    assert made.note().text == text
    made.clear()
    assert "suspected" not in made.note().text


@pytest.mark.parametrize(("suspects", "times"), [((), 1), ((8,), 4), ((1, 4), 3), ((1,), 1)])
def test_end_is_guessed_by_halving(suspects: tuple[int, ...], times: int) -> None:
    made = runs()
    assert made.note().ends is None
    before = time.time()
    with made.run(partial=False):
        after = time.time()
        if suspects:
            made.suspect(*suspects)
        ends = made.note().ends
        assert ends is not None
        assert before <= ends - times * 40.0 <= after + 0.01


def test_runs_of_a_part_are_guessed_by_their_like() -> None:
    made = TestRuns(40.0, seconds={False: 30.0, True: 2.0})
    with made.run(partial=True):
        assert made.note().seconds_per_run == 2.0
    with made.run(partial=False):
        assert made.note().seconds_per_run == 30.0
    assert 0 <= made.seconds[False] < 30
    assert made.note().test_runs == 2


def test_last_run_of_the_whole_suite_counts(tmp_path: Path) -> None:
    tally = tmp_path / "tally"
    assert last_seconds(tally) is None
    for entry in ({"seconds": 3.5, "partial": False}, {"seconds": 1, "partial": True}, {"flaky": ["a"]}):
        jsonl.append(tally, entry)
    assert last_seconds(tally) == 3.5


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


class Told:
    """Remembers what is waited for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def waiting(self, text: str) -> None:
        self.texts.append(text)


def test_phase_is_told_again_and_noted_while_it_lasts(tmp_path: Path) -> None:
    told, now = Told(), [PhaseNote("one", 1.0)]
    folder = RunFolder(tmp_path)
    with watched(told, folder, lambda: now[0]):  # type: ignore[arg-type]
        eventually(lambda: read_phase(tmp_path) == now[0])
        now[0] = PhaseNote("two", 1.0, 7, 2, 40.0, 99.0)
        eventually(lambda: read_phase(tmp_path) == now[0])
    assert list(dict.fromkeys(told.texts)) == ["one", "two", ""]
    assert told.texts[-1] == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place: place.write_text("{"),
        lambda place: place.write_text('{"text": "a"}'),
        lambda place: place.write_text("[]"),
        lambda place: place.write_text(
            '{"text": "a", "began": [], "test_runs": 1, "suspects": 1, "seconds_per_run": 1, "ends": 1}'
        ),
        os.mkfifo,
    ],
)
def test_note_that_no_run_wrote_is_none(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    write_phase(tmp_path, PhaseNote("a", 1.0))
    assert read_phase(tmp_path) == PhaseNote("a", 1.0)
    (tmp_path / "phase.json").unlink()
    spoil(tmp_path / "phase.json")
    assert read_phase(tmp_path) is None
