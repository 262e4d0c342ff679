"""Whole runs on projects that are formatted: what was clean for black and isort is clean afterwards, no more is."""

from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.formatters import program
from tests.kit.repo import GitRepo
from tests.kit.runs import states

pytestmark = pytest.mark.unproved

CONFIG = """\
[tool.black]
line-length = 66
[tool.isort]
profile = "black"
line_length = 66
[tool.ruff]
line-length = 66
lint.select = ["F", "UP"]
lint.ignore = ["UP035"]
"""
HEAD = "from typing import Dict, List, Optional\n\n\n"
CLEAN = f"""\
{HEAD}def f(
    names: Optional[List[str]], ages: Dict[str, Optional[int]]
) -> List[int]:
    return []
"""
FIXED = """\
def f(
    names: list[str] | None, ages: dict[str, int | None]
) -> list[int]:
    return []
"""
UNCLEAN = HEAD + "def f(x: List[str], y: Optional[int],  z: Dict[str, int]) -> List[int]: return []\n"


def test_what_was_formatted_stays_so_and_no_more_is(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    tools = "".join(f'{name} = "{program(tmp_path / "bin", name)}"\n' for name in ("black", "isort"))
    repo.write("pyproject.toml", f"{CONFIG}[tool.stomper.tools]\n{tools}")
    repo.write("clean.py", CLEAN)
    repo.write("unclean.py", UNCLEAN)
    repo.commit()
    stomper.run(repo, "fix", "-j1").check()
    assert states(repo) == {"clean.py": "fixed", "unclean.py": "fixed"}
    assert repo.content("clean.py").decode() == FIXED
    assert (
        repo.content("unclean.py")
        .decode()
        .endswith("def f(x: list[str], y: int | None,  z: dict[str, int]) -> list[int]: return []\n")
    )
    told = stomper.run(repo, "doctor").check().out
    assert "formatter isort" in told
    assert "formatter black" in told
