"""ty says nothing of the files that it leaves out: they are named as left out, or there is no result."""

import pytest

from stomper.errors import CheckerError
from tests.kit.repo import GitRepo
from tests.kit.tools import tool_checker

WRONG = 'x: int = "a"\n'
FILES = ("a.py", "in/b.py", "dist/c.py", "more/in/d.py")


@pytest.mark.parametrize(
    ("said", "out"),
    [
        ("", {"dist/c.py"}),
        ('exclude = ["in"]', {"in/b.py"}),
        ('exclude = ["**/in", "dist"]', {"in/b.py", "dist/c.py", "more/in/d.py"}),
        ('exclude = ["/in", "dist"]', {"dist/c.py"}),
        ('include = ["in"]', {"a.py", "dist/c.py", "more/in/d.py"}),
    ],
)
def test_what_it_leaves_out_is_named(repo: GitRepo, said: str, out: set[str]) -> None:
    for path in FILES:
        repo.write(path, WRONG)
    repo.write("ty.toml", f"[src]\n{said}\n")
    look = tool_checker(repo.path, "ty").look(repo.path, FILES)
    given = set(FILES) - look.left_out
    assert out <= look.left_out
    assert {found.path for found in look.found} == given - {"dist/c.py"}


def test_one_that_has_looked_at_nothing_has_no_result(repo: GitRepo) -> None:
    repo.write("a.py", WRONG)
    repo.write("ty.toml", '[src]\ninclude = ["."]\n')
    with pytest.raises(CheckerError, match="No python files found"):
        tool_checker(repo.path, "ty").look(repo.path, ["a.py"])
