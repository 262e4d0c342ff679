"""`stomper fix` in whole with a mypy that stays: a new one looks at the whole, and at nothing else."""

import sys

import pytest

from stomper.errors import EXIT_CLEAN
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

pytestmark = pytest.mark.crew

TOML = """
[project]
name = "p"
requires-python = ">=3.11"
[tool.mypy]
strict = true
[tool.stomper]
checkers = ["ruff", "mypy"]
fixers = ["ruff", "annotate"]
[tool.stomper.tools]
mypy = "{program}"
[tool.stomper.workflow]
test_validation = "none"
"""
# As an installer writes it, with a note of each call.
PROGRAM = """#!{python}
import sys
with open({calls!r}, "a") as file:
    file.write(" ".join(sys.argv[sys.argv.index("--") + 1 :]) + "\\n")
from mypy.__main__ import console_entry
if __name__ == '__main__':
    sys.exit(console_entry())
"""
ALL = "base.py one.py three.py two.py"
TEXT = "import os\nfrom base import base\n\n\ndef show(thing=1):\n    return base(thing)\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_new_mypy_looks_at_the_whole_and_at_nothing_else(stomper: Stomper, repo: GitRepo, jobs: str) -> None:
    calls, program = repo.path.parent / "calls", repo.path.parent / "mypy"
    program.write_text(PROGRAM.format(python=sys.executable, calls=str(calls)))
    program.chmod(0o755)
    repo.write("pyproject.toml", TOML.format(program=program))
    repo.write("base.py", "def base(x: int) -> int:\n    return x\n")
    for name in ("one", "two", "three"):
        repo.write(f"{name}.py", TEXT)
    repo.commit("all")
    stomper.run(repo, "fix", "--trust", "-j", jobs).check(EXIT_CLEAN)
    assert set(calls.read_text().splitlines()) == {ALL}
    assert all("def show(thing: int = 1) -> int:" in repo.content(f"{name}.py").decode() for name in ("one", "two"))
