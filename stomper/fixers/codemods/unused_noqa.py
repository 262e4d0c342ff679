"""RUF100: codes of a `# noqa` that silence nothing go, the whole of it if none is left.

If the project itself asks for RUF100 that is what ruff would do. Else a bare `# noqa`, and codes that the project
has not switched on, stay: they may be for another tool.
"""

from collections.abc import Sequence

from stomper.checkers.stale_suppressions import codes_in_vain
from stomper.fixers.codemods.base import Source
from stomper.fixers.suppress.comment_lines import with_comments
from stomper.models import Diagnostic
from stomper.suppressions.python_comments import without_noqa


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return with_comments(source, diagnostics, lambda found, comment: _without(found, comment, source.reason))


def _without(found: Diagnostic, comment: str, reason: str) -> str:
    bare = found.fixable and "blanket" in found.message
    return without_noqa(comment, codes_in_vain(found), reason, bare)
