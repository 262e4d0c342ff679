"""Comments for mypy, or for another tool but ruff, that silence nothing go, or those of their codes that do not."""

from collections.abc import Sequence

from stomper.fixers.codemods.base import Source
from stomper.fixers.suppress.comment_lines import with_comments
from stomper.models import Diagnostic
from stomper.suppressions.python_comments import read_directive, without
from stomper.suppressions.unused_words import gone_from, read_unused


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return with_comments(source, diagnostics, lambda found, comment: _without(found, comment, source.reason))


def _without(found: Diagnostic, comment: str, reason: str) -> str:
    unused = read_unused(found.tool, found.code, found.message)
    there = read_directive(unused.dialect, comment) if unused else None
    if unused is None or there is None:
        return comment
    return without(unused.dialect, comment, gone_from(unused, there.codes), reason, bare=unused.codes is None)
