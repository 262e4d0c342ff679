"""The times of a run's stages."""

import pytest

from stomper.run.stopwatch import Stopwatch


def test_a_stage_that_is_entered_again_adds_up() -> None:
    stopwatch = Stopwatch({"survey": 5.0})
    with stopwatch.measure("survey"):
        pass
    with stopwatch.measure("fix"):
        pass
    assert list(stopwatch.report()) == ["survey_seconds", "fix_seconds"]
    assert stopwatch.report()["survey_seconds"] >= 5.0 > stopwatch.report()["fix_seconds"]
    assert stopwatch.total >= stopwatch.report()["fix_seconds"]


def test_a_stage_that_fails_has_its_time_too() -> None:
    stopwatch = Stopwatch()
    with pytest.raises(KeyError), stopwatch.measure("gate"):
        raise KeyError
    assert list(stopwatch.report()) == ["gate_seconds"]
