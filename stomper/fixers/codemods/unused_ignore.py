"""mypy's unused-ignore: a `# type: ignore` that silences nothing goes, or those of its codes that do not."""

import re
from collections.abc import Sequence

from stomper.fixers.codemods.base import Source
from stomper.fixers.suppress.comment_lines import with_comments
from stomper.models import Diagnostic
from stomper.suppressions.python_comments import without_ignore

UNUSED = re.compile(r'^Unused "type: ignore(?:\[(?P<codes>[^\]]*)\])?" comment$')


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return with_comments(source, diagnostics, lambda found, comment: _without(found, comment, source.reason))


def _without(found: Diagnostic, comment: str, reason: str) -> str:
    codes = unused_codes(found)
    return comment if codes is None else without_ignore(comment, codes, reason)


def unused_codes(found: Diagnostic) -> frozenset[str] | None:
    """The codes of a comment that silence nothing, none for all of it; None if mypy says anything else."""
    match = UNUSED.match(found.message)
    if match is None:
        return None
    return frozenset(code.strip() for code in (match["codes"] or "").split(",") if code.strip())
