"""When no more workers are given files; one always is (`test_pool.py`)."""

import os

import psutil
import pytest

from stomper.process.machine_load import Pressure, free_memory, load, too_much
from stomper.settings import WorkflowSettings
from tests.kit.wait import eventually


@pytest.mark.parametrize(
    ("load", "free", "expected"),
    [(1.0, 500, False), (4.0, 100, False), (4.1, 500, True), (1.0, 99, True)],
)
def test_load_and_memory_have_limits(load: float, free: int, expected: bool) -> None:
    assert too_much(WorkflowSettings(max_load=4.0, min_free_memory=100), load, free) is expected


def test_a_limit_of_0_is_none() -> None:
    assert not too_much(WorkflowSettings(max_load=0.0, min_free_memory=0), 1000.0, 0)


def test_the_machine_is_looked_at() -> None:
    cpus = os.cpu_count() or 1
    eventually(
        lambda: load() * cpus == pytest.approx(os.getloadavg()[0]), "the system's own figure"
    )  # a new one is out every 5 s
    eventually(lambda: free_memory() == pytest.approx(psutil.virtual_memory().available / 2**20, rel=0.05))
    assert Pressure(WorkflowSettings(min_free_memory=10**9)).high
    assert not Pressure(WorkflowSettings(max_load=0.0, min_free_memory=0)).high
