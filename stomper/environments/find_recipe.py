"""Find a project's recipe: from files to commands. Nothing is run, and nothing of the machine but PATH is asked."""

from collections.abc import Callable
from dataclasses import dataclass

from stomper.environments.of_others import go_part, make_part, node_part, own_part, rust_part
from stomper.environments.of_python import python_part
from stomper.environments.project_files import ProjectFiles
from stomper.environments.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Wanted:
    """The languages that a run has a use for. Python's environment is wanted where there is none yet."""

    python: bool = True
    node: bool = False
    rust: bool = False
    go: bool = False


def find_recipe(files: ProjectFiles, wanted: Wanted, is_there: Callable[[str], bool]) -> Recipe:
    """What makes the wanted parts; the project's own program stands in the place of all others.

    `is_there` says whether a program is on PATH: a lock file may be of a manager that is not.
    """
    if wanted.python and (own := own_part(files)) is not None:
        return Recipe((own,))
    found = [
        python_part(files, is_there) if wanted.python else None,
        node_part(files, is_there) if wanted.node else None,
        rust_part(files) if wanted.rust else None,
        go_part(files) if wanted.go else None,
    ]
    parts = tuple(part for part in found if part is not None)
    if not parts and wanted.python and (made := make_part(files)) is not None:
        return Recipe((made,))
    return Recipe(parts)
