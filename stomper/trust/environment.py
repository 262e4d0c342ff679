"""Asks for the project's own environment: programs that the checkout has, or names, in the place of the user's."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from stomper import process
from stomper.metadata.config_files import read_text
from stomper.project.find_environments import MANAGERS, named_places
from stomper.trust.request import Ask, make_ask
from stomper.trust.tree import Tree, as_words

PYTHONS = ("bin/python", "bin/python3")
PDM = ".pdm-python"


def environment_asks(tree: Tree) -> Iterator[Ask]:
    """The asks of environments beside the project's files, and of those that a file of the project leads to."""
    for name, place in named_places(tree.top):
        what = "programs in it are started: its Python, mypy, ruff"
        yield make_ask("environment", name, what, _identity(tree, name, place))
    if os.path.lexists(tree.top / PDM):
        python = read_text(tree.top / PDM).strip()
        yield make_ask("environment", PDM, f"its Python is started: {python}", [python], tree.contents(PDM))
    for file, command in MANAGERS.items():
        if _is_managed(tree, file) and shutil.which(command[0], path=process.search_path()):
            what = f"{command[0]} is asked for the environment"
            yield make_ask("environment", file, what, command)


def _is_managed(tree: Tree, file: str) -> bool:
    """Say whether a project has an environment that a manager keeps elsewhere."""
    hatch = file == "hatch.toml" and "[tool.hatch.envs" in read_text(tree.top / "pyproject.toml")
    return hatch or os.path.lexists(tree.top / file)


def _identity(tree: Tree, name: str, place: Path) -> list[str]:
    """Words that stay the same as long as an environment does.

    All of one that git has. One of the user's own changes with every package that he installs, and by no commit: of
    that its interpreter, and where it is from.
    """
    inner = (name, f"{name}/pyvenv.cfg", *(f"{name}/{python}" for python in PYTHONS))
    own = [(path, tree.contents(path)) for path in inner if os.path.lexists(tree.top / path)]
    return [str(place.is_symlink()), *as_words([*own, *tree.below(name)])]
