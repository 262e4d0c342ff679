"""The reason of a file says which codes were withheld, and what they need."""

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
    empty = Patch(b"", ())
    done = ChainResult(
        content={},
        patch=empty,
        steps=(),
        left=left,
        suppressed=(),
        attempts=(),
        remarks=(),
        held="",
        withheld=withheld,
    )

    outcome = judge(FixTask(0, "a.py", left), done, Timing(0, 1, 1))

    assert isinstance(outcome, Unchanged)
    assert outcome.reason == f"{', '.join(sorted(set(codes)))} left; withheld: {said}"
