"""Which files of a plan are clean for ruff's formatter is found out by one call, or else file by file."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from stomper.formatters import Formatters
from stomper.models import Diagnostic, FixTask, Plan
from stomper.progress import make_progress
from stomper.run.known_layouts import with_clean_files
from stomper.run.session import new_run
from stomper.run.set_up import SetUp
from stomper.settings import Settings
from tests.kit.repo import GitRepo

FILES = {
    "a.py": "x = 1\n",
    "b.py": "x=1\n",
    "c.py": "def f():\n  return 1\n",
    "d/e.py": "y = 1\n",
    "left/out.py": "x=1\n",
    "notes.txt": "x=1\n",
    "z.py": "z = 1\n",
}
CLEAN = frozenset({"a.py", "d/e.py", "left/out.py", "z.py"})


def plan_of(*paths: str) -> Plan:
    tasks = tuple(FixTask(n, path, (Diagnostic("t", "C", "m", path, 1, 1),)) for n, path in enumerate(paths))
    return Plan(tasks, (), paths, len(paths))


@pytest.fixture
def made(repo: GitRepo) -> Iterator[SetUp]:
    repo.write("ruff.toml", "extend-exclude = ['left']\n")
    for path, text in FILES.items():
        repo.write(path, text)
    repo.commit("files")
    settings = Settings(checkers=("ruff",), fixers=("ruff",))
    with new_run(repo.opened(), settings, (), make_progress(quiet=True, verbose=False)) as run:
        yield run.set_up


def test_the_clean_files_are_known(made: SetUp) -> None:
    (ruff,) = with_clean_files(made, plan_of(*FILES))
    assert ruff.clean == CLEAN
    with made.trees.open("again", made.base) as tree:
        assert (tree.root / "b.py").read_text() == FILES["b.py"], "the worktree is as the base commit again"


def test_a_file_that_does_not_parse_leaves_it_to_each_file(repo: GitRepo, made: SetUp) -> None:
    repo.write("b.py", "def (\n")
    (ruff,) = with_clean_files(replace(made, base=repo.commit("broken")), plan_of(*FILES))
    assert ruff.clean is None


def test_few_files_are_asked_about_one_by_one(made: SetUp) -> None:
    assert with_clean_files(made, plan_of("a.py", "b.py", "notes.txt")) == made.formatters.found
    assert [one.clean for one in with_clean_files(made, plan_of("a.py"))] == [None]


def test_another_formatter_is_asked_file_by_file(made: SetUp) -> None:
    (ruff,) = made.formatters.found
    others = Formatters((replace(ruff, stands_for="black"),))
    assert [one.clean for one in with_clean_files(replace(made, formatters=others), plan_of(*FILES))] == [None]
