"""A package."""

from .inner import (
    Inner,  # the one
    Outer as Other,
    work,
)
from . import tools

__all__ = ["Other"]
