"""The annotations that mypy misses: inferred from what mypy itself says of a file, and checked by it."""

from stomper.fixers.annotate.fixer import AnnotateFixer

__all__ = ["AnnotateFixer"]
