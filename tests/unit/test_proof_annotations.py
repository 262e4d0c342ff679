"""Changes of annotations beside changes of other code: a type that is a value is another object for whoever has it."""

from pathlib import Path

import pytest

from stomper.proof.annotation_checks import of_annotations
from stomper.proof.by_evaluation import VALUE
from stomper.proof.change import Change

LIST, PAIRS, OTHER = "from typing import List\n", "from typing import Generator\n", "y = str('a')\n"
READ = "def f(x: List[int]): return 1\nprint(f.__annotations__)\n"


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (LIST + "def f(x: List[int]): return 1\n", "def f(x: list[int]): return 1\n", ""),
        (LIST + "X = List[int]\n", "X = list[int]\n", VALUE),
        (LIST + "X = List\n", "X = list\n", VALUE),
        (PAIRS + "X = Generator[int, None, None]\n", PAIRS + "X = Generator[int]\n", VALUE),
        ("X = int | int\n", "X = int\n", VALUE),
        (LIST + READ, READ.replace("List", "list"), "may be read"),
    ],
)
def test_beside_another_fix(tmp_path: Path, before: str, after: str, why: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'p'\nversion = '1'\nrequires-python = '>=3.11'\n")
    before, after = before + OTHER, after + OTHER.replace("str('a')", "'a'")
    (root / "m.py").write_text(before)
    said = of_annotations(Change("ruff", root, "m.py", before, after, tmp_path))
    assert why in said
    assert bool(why) == bool(said)
