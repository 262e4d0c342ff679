"""The files of a report as the user has them, when the run has come to more."""

from stomper.landing.lander import Landed
from stomper.models import Attempt, Diagnostic, FixTask, Patch, Plan, Skipped, Timing
from stomper.models import Fixed as FixedOutcome
from stomper.report.model import FileReport
from stomper.run.report_files import count_waiting, files_now, remaining_of
from stomper.settings import Settings

A, B, C = (Diagnostic("ruff", code, "x", "a.py", line, 1) for line, code in enumerate(("F401", "I001", "F821"), 1))
OTHER = Diagnostic("ruff", "F401", "x", "b.py", 1, 1)
LEFT_ALONE = Diagnostic("ruff", "F401", "x", "c.py", 1, 1)
PLAN = Plan(
    (FixTask(0, "a.py", (A, B), (C,)), FixTask(1, "b.py", (OTHER,))),
    (Skipped(path="c.py", before=(LEFT_ALONE,), reason="x"),),
    ("a.py", "b.py", "c.py"),
    5,
)
TRIED: tuple[Attempt, ...] = ()


def file(status: str, path: str = "a.py", **codes: int) -> FileReport:
    return FileReport(path, status, "", 3, 1, codes, 0.5, "c" * 40, TRIED, None, None)  # type: ignore[arg-type]


def test_who_has_nothing_has_all_that_was_found() -> None:
    assert remaining_of(PLAN, Settings(), ()) == (A, B, C, OTHER, LEFT_ALONE)


def test_who_has_one_file_has_what_its_worker_left_of_it() -> None:
    outcome = FixedOutcome(
        path="a.py", before=(A, B), after=(), patch=Patch(b"", ()), attempts=TRIED, timing=Timing(0, 1, 1)
    )
    had = [Landed(PLAN.tasks[0], outcome, "c" * 40)]
    assert remaining_of(PLAN, Settings(), had) == (C, OTHER, LEFT_ALONE)


def test_a_changed_file_that_the_user_does_not_have_is_skipped() -> None:
    fixed, unchanged = file("fixed", F401=2), file("unchanged", "b.py")
    now, same = files_now([fixed, unchanged], (), dry_run=False)
    assert same is unchanged
    assert now.outcome is fixed
    assert (now.status, now.reason) == ("skipped", "fixed, and waits for `stomper resume`")
    assert (now.fixed_codes, now.commit, now.suppressed, now.grades) == ({}, None, (), {})
    (dry,) = files_now([fixed], (), dry_run=True)
    assert dry.reason == "dry run: it would be fixed"


def test_a_file_of_an_earlier_session_is_as_that_left_it() -> None:
    had = file("partial", F401=1)
    (same,) = files_now([file("partial", F401=1)], [had], dry_run=False)
    assert same is had
    (more,) = files_now([whole := file("fixed", F401=1, I001=1)], [had], dry_run=False)
    assert (more.status, more.fixed_codes, more.outcome) == ("partial", {"F401": 1}, whole)


def test_what_waits_is_measured_or_else_the_workers_word() -> None:
    remaining, files = (A, B, C), files_now([file("fixed", F401=2)], (), dry_run=False)
    assert count_waiting(files, remaining, (C,)) == 2
    assert count_waiting(files, remaining, (A, B, C, OTHER)) == 0
    assert count_waiting(files, remaining, None) == 2
    assert count_waiting(files, (A,), None) == 1  # never more than there is
