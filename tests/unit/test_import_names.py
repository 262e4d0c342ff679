"""Units of a Python file need each other by the names that imports bind."""

import itertools
from collections.abc import Sequence

from stomper.grades import Grade, Part
from stomper.text.line_edits import edits_between
from stomper.units.division import Division, divide, prefix

OLD = "from typing import Dict, List\n\nx: List[int] = []\n\ny: Dict[int, int] = {}\n\nz = a == None\n"
NEW = "\nx: list[int] = []\n\ny: dict[int, int] = {}\n\nz = a is None\n"


def divided(*texts: str, divisible: bool = True) -> Division:
    contents = [text.encode() for text in texts]
    parts = [
        Part("ruff", Grade.SAFE, (("ruff", "X", 3),), edits_between(a, b), divisible)
        for a, b in itertools.pairwise(contents)
    ]
    found = divide("a.py", contents[0], parts, contents[-1])
    assert found is not None
    return found


def left(division: Division, dropped: int) -> str:
    return division.content(prefix(len(division.units)) - division.fallen(dropped)).decode()


def bringing(division: Division, text: str) -> int:
    """The unit that brings a text."""
    lines: Sequence[tuple[int | None, str]] = [(line.born, line.text) for line in division.weave.lines]
    (edit,) = (born for born, line in lines if born is not None and text in line)
    return next(number for number, unit in enumerate(division.units) if edit in unit.edits)


def test_an_import_comes_back_with_what_uses_it() -> None:
    division = divided(OLD, NEW)
    assert len(division.units) == 4
    first = left(division, bringing(division, "list[int]"))
    assert "import Dict, List" in first
    assert "x: List[int]" in first
    assert "y: dict[int, int]" in first
    assert "z = a is None" in first


def test_what_removes_an_import_is_the_last_to_be_added() -> None:
    division = divided(OLD, NEW)
    assert "import" in division.content(prefix(3)).decode()
    assert left(division, 3) == "from typing import Dict, List\n" + NEW
    assert all("import" in left(division, bringing(division, text)) for text in ("list[int]", "dict[int"))
    assert "import" not in left(division, bringing(division, "is None"))


def test_in_attempts_of_their_own_too() -> None:
    middle = "from typing import Dict, List\n" + NEW
    division = divided(OLD, middle, NEW, divisible=False)
    assert division.fallen(0) == {0, 1}
    assert left(division, 0) == OLD


def test_a_use_falls_with_the_import_that_it_needs() -> None:
    old = "import re\n\nx = re.sub('a', '', b)\n\ny = c == None\n"
    new = "import functools\nimport re\n\nx = functools.reduce(d, b)\n\ny = c is None\n"
    division = divided(old, new)
    brought = bringing(division, "import functools")
    assert division.fallen(brought) == {brought, bringing(division, "functools.reduce")}
    assert left(division, brought) == old.replace("== None", "is None")
    assert left(division, bringing(division, "functools.reduce")) == new.replace(
        "functools.reduce(d, b)", "re.sub('a', '', b)"
    )


def test_an_import_that_is_replaced_is_one_with_all_that_it_is_for() -> None:
    old = "from typing import List\n\nx: List[int] = []\n\ny = c == None\n"
    new = "from collections.abc import Sequence\n\nx: Sequence[int] = []\n\ny = c is None\n"
    division = divided(old, new)
    assert len(division.units) == 2
    assert left(division, bringing(division, "x: Sequence")) == old.replace("== None", "is None")
