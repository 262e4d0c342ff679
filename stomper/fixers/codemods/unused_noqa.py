"""RUF100: codes of a `# noqa` that silence nothing go, the whole of it where none is left.

Where the project itself asks for RUF100 that is what ruff would do. Else a bare `# noqa`, and codes that the project
has not switched on, stay: they may be for another tool.
"""

from collections.abc import Sequence

from stomper.checkers.stale import codes_in_vain
from stomper.directives import without_noqa
from stomper.fixers.codemods.base import Source
from stomper.fixers.suppress.places import rows_of
from stomper.fixers.syntax import same_code
from stomper.models import Diagnostic


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    lines, rows = source.lines, rows_of(source.text)
    for found in diagnostics:
        row = rows[found.line - 1]
        bare = found.fixable and "blanket" in found.message
        comment = without_noqa(row.comment, codes_in_vain(found), source.reason, bare)
        if comment != row.comment:
            lines[found.line - 1] = (row.code + comment).rstrip()
    text = "\n".join(lines)
    return text if text != source.text and same_code(source.text, text) else None
