"""Codemods: fixers of our own, without a model, for what ruff does not fix and mypy reports."""

from stomper.fixers.codemods.base import Codemod, Source
from stomper.fixers.codemods.fixer import PREFIX, CodemodFixer
from stomper.fixers.codemods.registry import CODEMODS, EXACT, LAST, TYPED

__all__ = ["CODEMODS", "EXACT", "LAST", "PREFIX", "TYPED", "Codemod", "CodemodFixer", "Source"]
