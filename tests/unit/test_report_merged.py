"""One report a file, of all rounds that had it."""

from dataclasses import replace
from typing import Any

import pytest

from stomper.grades import Grade
from stomper.models import Diagnostic
from stomper.report.merged import merged
from stomper.report.model import FileReport

SUPPRESSED = Diagnostic("mypy", "A", "bad", "a.py", 1, 1)


def file(status: Any, reason: str = "", **facts: Any) -> FileReport:
    return replace(FileReport("a.py", status, reason, 3, 1, {}, 1.0, None, (), None, None), **facts)


def test_a_single_report_stays_as_it_is() -> None:
    one, other = file("fixed"), replace(file("partial"), path="b.py")
    assert merged([one, other]) == [one, other]


def test_what_the_rounds_did_adds_up() -> None:
    first = file("partial", "A left", fixed_codes={"B": 1}, commit="c1", commits=("c1",), grades={"B": {Grade.SAFE: 1}})
    second = file(
        "fixed", before=1, fixed_codes={"A": 1, "B": 1}, commit="c2", commits=("c2",), grades={"B": {Grade.TESTED: 1}}
    )
    (one,) = merged([first, second])
    assert (one.status, one.reason, one.before, one.seconds) == ("fixed", "", 3, 2.0)
    assert (one.fixed_codes, one.commit, one.commits) == ({"A": 1, "B": 2}, "c2", ("c1", "c2"))
    assert one.grades == {"B": {Grade.SAFE: 1, Grade.TESTED: 1}}


@pytest.mark.parametrize(
    ("statuses", "status", "reason"),
    [
        (("partial", "unchanged"), "partial", "0; 1"),
        (("partial", "rejected"), "partial", "0; 1"),
        (("unchanged", "fixed"), "fixed", "1"),
        (("unchanged", "rejected"), "rejected", "1"),
        (("rejected", "unchanged"), "rejected", "0; 1"),
        (("rejected", "partial", "failed"), "partial", "1; 2"),
        (("unchanged", "skipped"), "unchanged", "0; 1"),
    ],
)
def test_what_was_changed_stays_so(statuses: tuple[str, ...], status: str, reason: str) -> None:
    (one,) = merged(file(each, str(n)) for n, each in enumerate(statuses))
    assert (one.status, one.reason) == (status, reason)


def test_a_file_with_comments_that_suppress_is_not_fixed() -> None:
    (one,) = merged([file("partial", suppressed=(SUPPRESSED,)), file("fixed")])
    assert (one.status, one.suppressed) == ("suppressed", (SUPPRESSED,))
