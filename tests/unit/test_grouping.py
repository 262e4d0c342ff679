"""Which shares have a commit in common, and in which order the commits come."""

import pytest

from stomper.landing.grouping import Piece, group
from stomper.landing.shares import Share
from stomper.models import FixTask
from stomper.settings.commits import CommitPer
from tests.kit.words import share


def pieces(*shares: Share) -> tuple[Piece, ...]:
    return tuple(Piece(FixTask(n, share.path, ()), share, f"commit-{n}") for n, share in enumerate(shares))


THREE = pieces(share("a.py", "F1"), share("app/b.py", "m", tool="mypy"), share("app/c.py", "F2"), share("d.py", "F3"))


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("file", [("", [0]), ("", [1]), ("", [2]), ("", [3])]),
        ("code", [("", [0]), ("", [1]), ("", [2]), ("", [3])]),
        ("folder", [(".", [0, 3]), ("app", [1, 2])]),
        ("tool", [("ruff", [0, 2, 3]), ("mypy", [1])]),
        ("run", [("", [0, 1, 2, 3])]),
    ],
)
def test_groups_are_in_the_order_of_their_first_piece(per: CommitPer, expected: list[tuple[str, list[int]]]) -> None:
    assert [(one.name, [piece.task.index for piece in one.pieces]) for one in group(THREE, per)] == expected


def test_what_changes_a_file_again_stays_behind_what_changed_it_before() -> None:
    mine = pieces(
        share("a.py", "m", tool="mypy"), share("b.py", "F1"), share("b.py", "m", tool="mypy"), share("a.py", "F1")
    )
    found = [(one.name, [piece.task.index for piece in one.pieces]) for one in group(mine, "tool")]
    assert found == [("mypy", [0]), ("ruff", [1, 3]), ("mypy", [2])]
