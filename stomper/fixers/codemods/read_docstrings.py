"""E501 of docstrings that something may read, and show in other lines then: a line of prose goes on in the next one."""

from collections.abc import Sequence

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.long_docstrings import wrapped
from stomper.models import Diagnostic


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return wrapped(source, diagnostics)
