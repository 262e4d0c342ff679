"""A second run right after a first one finds nothing that it could fix: types that the first wrote have proved it."""

import pytest

from tests.kit.cli import Stomper
from tests.kit.fakes import real_tool
from tests.kit.repo import GitRepo

CONFIG = """\
[project]
name = "sample"
version = "1"
requires-python = ">=3.11"
[tool.mypy]
strict = true
disallow_untyped_calls = false
[tool.ruff]
lint.select = ["UP"]
[tool.stomper]
checkers = ["ruff", "mypy"]
[tool.stomper.tools]
mypy = "{mypy}"
"""


@pytest.fixture
def typed(repo: GitRepo) -> GitRepo:
    """A repository whose `UP031` is provable as soon as mypy knows of `name` that it is a text."""
    repo.write("pyproject.toml", CONFIG.format(mypy=real_tool("mypy")))
    repo.write("a.py", "def show(name):\n    return '%s!' % name\n\n\nshow('you')\n")
    repo.commit("sample")
    return repo


def test_what_an_annotation_proves_is_fixed_in_the_same_run(typed: GitRepo, stomper: Stomper) -> None:
    stomper.run(typed, "fix", "--trust").check()
    assert typed.content("a.py").startswith(b"def show(name: str) -> str:\n    return f'{name!s}!'\n")
    assert "nothing to fix" in stomper.run(typed, "fix", "--trust").check().out


def test_what_an_annotation_of_another_file_proves_is_fixed_in_the_same_run(typed: GitRepo, stomper: Stomper) -> None:
    typed.write("b.py", "import a\n\n\ndef greet() -> str:\n    name = a.who(1)\n    return '%s!' % name\n")
    typed.write("a.py", "def who(number):\n    return 'you' * number\n")
    typed.commit("the name comes from elsewhere")
    stomper.run(typed, "fix", "--trust").check()
    assert b"return f'{name!s}!'" in typed.content("b.py")
