"""Fixes what a project's linters, type checkers and tests complain about, one file per worker."""

__version__ = "0.1.0"
