"""The reason of a file says which codes were withheld, what they need, and why fixers did not do more."""

import pytest

from stomper.grades import Withheld
from stomper.models import Diagnostic, FixTask, Patch, Timing, Unchanged
from stomper.worker.conclude import ChainResult, judge

A_TEST = "a test that runs it"


@pytest.mark.parametrize(
    ("codes", "said"),
    [(("E711", "E711"), f"E711 needs {A_TEST}"), (("E711", "B006"), f"B006, E711 need {A_TEST}")],
)
def test_one_code_needs_and_several_need(codes: tuple[str, ...], said: str) -> None:
    left = tuple(Diagnostic("ruff", code, "m", "a.py", line, 1) for line, code in enumerate(codes, 1))
    withheld = tuple(Withheld("ruff-unsafe", "ruff", one.code, one.line, A_TEST) for one in left)
    assert _reason(left, (), withheld) == f"{', '.join(sorted(set(codes)))} left; withheld: {said}"


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "no fixer has a fix for A1"), (3, "A1 left; r0; r1; r2"), (5, "A1 left; r0; r1; r2 and 2 more")],
)
def test_the_first_remarks_and_how_many_more(count: int, said: str) -> None:
    remarks = tuple(f"r{number}" for number in range(count))
    left = (Diagnostic("ruff", "A1", "m", "a.py", 1, 1),)
    assert _reason(left, (*remarks, *remarks), ()) == said


def _reason(left: tuple[Diagnostic, ...], remarks: tuple[str, ...], withheld: tuple[Withheld, ...]) -> str:
    """Give the reason of a file of which all this is left."""
    done = ChainResult(
        content={},
        patch=Patch(b"", ()),
        steps=(),
        left=left,
        suppressed=(),
        attempts=(),
        remarks=remarks,
        held="",
        withheld=withheld,
    )
    outcome = judge(FixTask(0, "a.py", left), done, Timing(0, 1, 1))
    assert isinstance(outcome, Unchanged)
    return outcome.reason
