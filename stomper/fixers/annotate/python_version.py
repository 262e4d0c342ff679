"""The Python that a file is for, as far as annotations go."""

from dataclasses import dataclass
from pathlib import Path

from stomper.fixers.annotations.availability import GENERICS, UNIONS
from stomper.metadata.supported_pythons import read_promise

FUNCTIONS, VARIABLES = (3, 0), (3, 6)


@dataclass(frozen=True, slots=True)
class Target:
    """The syntax that annotations may use where they are evaluated: `X | Y`, and `list[X]`.

    `functions` and `variables`: whether these can be annotated at all.
    """

    unions: bool
    generics: bool
    functions: bool = True
    variables: bool = True


def read_target(root: Path, path: str, text: str | None = None) -> Target:
    """By the oldest Python that the metadata of a project promises for a file."""
    oldest = read_promise(root, path, text).oldest
    return Target(oldest >= UNIONS, oldest >= GENERICS, oldest >= FUNCTIONS, oldest >= VARIABLES)
