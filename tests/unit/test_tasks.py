"""Diagnostics to tasks: order, what was asked for, and what has to wait. Pure."""

import dataclasses

import pytest

from stomper.models import Diagnostic, Severity
from stomper.plan.select_files import UNCOMMITTED, Selection
from stomper.plan.tasks import FILES_WAITING, WAITING, limited, plan_tasks, wanted, wanted_of
from stomper.settings import IgnoreSettings, Level, ScopeSettings, Settings

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


LIMITS: dict[str, Settings] = {
    "codes": Settings(error_types=("F",)),
    "ignored codes": Settings(ignores=IgnoreSettings(errors=("E9",))),
    "a number": Settings(max_errors=9),
    "a plan's codes": Settings(scope=ScopeSettings(picked=("F401", "F841"))),
    "one code": Settings(strategy="one-type"),
    "one tool": Settings(strategy="by-tool"),
    "a severity": Settings(severity="error"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_task_of_a_run_with_limits_says_which_codes_a_fixer_may_touch(what: str) -> None:
    diagnostics = [found("a.py", "F401"), found("a.py", "F841"), found("a.py", "F401", line=2)]
    (task,) = plan_tasks(diagnostics, SELECTION, LIMITS[what]).tasks
    assert task.codes == frozenset(diagnostic.code for diagnostic in task.diagnostics)
    assert limited(dataclasses.replace(task, codes=None), LIMITS[what]) == task


def test_a_task_says_so_also_where_the_file_has_known_diagnostics() -> None:
    """Without limits a fixer may do all that it can."""
    mine, known = found("a.py", "F401"), found("a.py", "E501")
    (free,) = plan_tasks([mine, known], SELECTION, Settings()).tasks
    (bound,) = plan_tasks([mine, known], SELECTION, Settings(), [known]).tasks
    assert (free.codes, bound.codes) == (None, frozenset({"F401"}))


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


def test_max_files_counts_tasks_and_the_rest_waits() -> None:
    held = dataclasses.replace(SELECTION, held={"a.py": UNCOMMITTED})
    plan = plan_tasks([found(path) for path in ("a.py", "b.py", "c.py")], held, Settings(max_files=1))
    assert [task.path for task in plan.tasks] == ["b.py"]
    assert [(skip.path, skip.reason) for skip in plan.skipped] == [("a.py", UNCOMMITTED), ("c.py", FILES_WAITING)]
    assert plan.before == 3


@pytest.mark.parametrize(
    ("level", "codes"), [("error", "E"), ("warning", "EW"), ("information", "EWI"), ("hint", "EWIH")]
)
def test_severity_is_at_least(level: Level, codes: str) -> None:
    every = [dataclasses.replace(found("a.py", s[0].upper()), severity=s) for s in Severity]
    assert "".join(d.code for d in every if wanted(d, Settings(severity=level))) == codes


def test_one_type_takes_up_the_code_with_the_most() -> None:
    diagnostics = [found("a.py", "E501"), found("a.py", "F401"), found("b.py", "F401"), found("c.py", "E501")]
    ignored = [found("c.py", "I001")] * 9
    chosen = Settings(strategy="one-type", ignores=IgnoreSettings(errors=("I",)))
    plan = plan_tasks([*diagnostics, *ignored], SELECTION, chosen)
    assert [(task.path, [d.code for d in task.diagnostics]) for task in plan.tasks] == [
        ("a.py", ["E501"]),
        ("c.py", ["E501"]),
    ]
    assert [(skip.path, skip.reason) for skip in plan.skipped] == [
        ("b.py", "waits: --strategy one-type takes up E501 only")
    ]
    assert (plan.before, plan.turn) == (4, "E501")
    more = plan_tasks([*diagnostics, found("b.py", "F401", 2)], SELECTION, chosen)
    assert {d.code for task in more.tasks for d in task.diagnostics} == {"F401"}


def test_by_tool_takes_up_the_first_checker_that_has_anything() -> None:
    types = [
        dataclasses.replace(found("a.py", "arg-type"), tool="mypy"),
        dataclasses.replace(found("b.py"), tool="mypy"),
    ]
    both = Settings(strategy="by-tool", checkers=("ruff", "mypy"))
    first = plan_tasks([*types, found("b.py")], SELECTION, both)
    assert [(task.path, {d.tool for d in task.diagnostics}) for task in first.tasks] == [("b.py", {"ruff"})]
    assert [skip.reason for skip in first.skipped] == ["waits: --strategy by-tool takes up ruff only"]
    assert (first.turn, plan_tasks(types, SELECTION, Settings()).turn) == ("ruff", "")
    assert len(plan_tasks(types, SELECTION, both).tasks) == 2
    turned = dataclasses.replace(both, checkers=("mypy", "ruff"))
    assert len(plan_tasks([*types, found("b.py")], SELECTION, turned).tasks) == 2


def test_of_two_equal_diagnostics_the_baseline_may_have_one() -> None:
    plan = plan_tasks([found("a.py"), found("a.py")], SELECTION, Settings(), [found("a.py")])
    (task,) = plan.tasks
    assert (task.diagnostics, task.others) == ((found("a.py"),), (found("a.py"),))
    assert (plan.aside, plan.before) == ((found("a.py"),), 1)
