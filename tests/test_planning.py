"""Diagnostics to tasks: order, what was asked for, and what has to wait. Pure."""

import dataclasses

import pytest

from stomper.models import Diagnostic
from stomper.planning import WAITING, plan_tasks, wanted, wanted_of
from stomper.selection import UNCOMMITTED, Selection
from stomper.settings import IgnoreSettings, Settings

SELECTION = Selection(("a.py", "b.py", "c.py"), {}, ())


def found(path: str, code: str = "F401", line: int = 1) -> Diagnostic:
    return Diagnostic("ruff", code, f"message of {code}", path, line, 1)


def settings(*, only: tuple[str, ...] = (), ignored: tuple[str, ...] = (), most: int | None = None) -> Settings:
    return Settings(error_types=only, ignores=IgnoreSettings(errors=ignored), max_errors=most)


@pytest.mark.parametrize(
    ("code", "only", "ignored", "expected"),
    [
        ("F401", (), (), True),
        ("F401", ("F",), (), True),
        ("F401", ("F401",), (), True),
        ("F401", ("E", "I"), (), False),
        ("F401", (), ("F4",), False),
        ("F401", ("F",), ("F401",), False),
        ("F841", ("F",), ("F401",), True),
    ],
)
def test_wanted_is_by_prefix(code: str, only: tuple[str, ...], ignored: tuple[str, ...], expected: bool) -> None:
    assert wanted(found("a.py", code), settings(only=only, ignored=ignored)) is expected


def test_a_task_for_each_file_sorted_by_path_and_counted_from_0() -> None:
    plan = plan_tasks([found("b.py"), found("a.py"), found("b.py", "E501")], SELECTION, Settings())
    assert [(task.index, task.path, len(task.diagnostics)) for task in plan.tasks] == [(0, "a.py", 1), (1, "b.py", 2)]
    assert (plan.before, plan.paths, plan.skipped) == (3, SELECTION.paths, ())


def test_what_was_not_asked_for_is_remembered_as_others() -> None:
    mine, other = found("a.py", "F401"), found("a.py", "E501")
    plan = plan_tasks([other, mine, found("b.py", "E501")], SELECTION, settings(only=("F",)))
    (task,) = plan.tasks
    assert (task.diagnostics, task.others, plan.before) == ((mine,), (other,), 1)


def test_a_held_file_is_skipped_with_its_reason_and_its_diagnostics() -> None:
    selection = dataclasses.replace(SELECTION, held={"a.py": UNCOMMITTED})
    plan = plan_tasks([found("a.py"), found("b.py")], selection, Settings())
    assert [task.path for task in plan.tasks] == ["b.py"]
    assert [(skip.path, skip.reason, len(skip.before)) for skip in plan.skipped] == [("a.py", UNCOMMITTED, 1)]
    assert plan.before == 2


def test_max_errors_is_used_up_file_by_file_and_the_rest_waits() -> None:
    diagnostics = [found(path, line=line) for path in ("a.py", "b.py", "c.py") for line in (1, 2)]
    plan = plan_tasks(diagnostics, SELECTION, settings(most=3))
    assert [(t.path, len(t.diagnostics), len(t.others)) for t in plan.tasks] == [("a.py", 2, 0), ("b.py", 1, 1)]
    assert [(skip.path, skip.reason) for skip in plan.skipped] == [("c.py", WAITING)]
    assert plan.before == 6
    assert sorted(wanted_of(plan, settings(most=3)), key=lambda d: (d.path, d.line)) == diagnostics
