"""A package."""

from .inner import (
    Inner as Inner,  # the one
    Outer as Other,
    work as work,
)
from . import tools as tools

__all__ = ["Other"]
