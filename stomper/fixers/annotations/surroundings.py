"""The arguments and errors of the judge of rewrites. The judge itself (`safe_rewrite`) takes long to load."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass


class UnsoundError(Exception):
    """A rewrite that must not be written. Its text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The place of a file: the interpreter of the project, and where imports start, from the top of the checkout."""

    python: str = sys.executable
    folders: tuple[str, ...] = (".",)


def around_of(fixers: Iterable[object]) -> Surroundings:
    """Give what fixers of ours are told of the place of their files; where none is told, what can be had anyway."""
    told = (getattr(fixer, "around", None) for fixer in fixers)
    return next((around for around in told if isinstance(around, Surroundings)), Surroundings())
