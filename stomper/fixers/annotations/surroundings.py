"""The arguments and errors of the judge of rewrites. The judge itself (`safe_rewrite`) takes long to load."""

import sys
from dataclasses import dataclass


class UnsoundError(Exception):
    """A rewrite that must not be written. Its text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The place of a file: the interpreter of the project, and where imports start, from the top of the checkout."""

    python: str = sys.executable
    folders: tuple[str, ...] = (".",)
