"""Change the comments on the lines of diagnostics, and nothing else."""

from collections.abc import Callable, Sequence

from stomper.fixers.codemods.base import Source
from stomper.models import Diagnostic
from stomper.python import same_code
from stomper.suppressions.comment_rows import rows_of


def with_comments(
    source: Source, diagnostics: Sequence[Diagnostic], edit: Callable[[Diagnostic, str], str]
) -> str | None:
    """The text with what `edit` makes of the comment on each diagnostic's line; None if no comment changes.

    Raises CannotReadError.
    """
    lines, rows = source.lines, rows_of(source.text)
    for found in diagnostics:
        row = rows[found.line - 1]
        comment = edit(found, row.comment)
        if comment != row.comment:
            lines[found.line - 1] = (row.code + comment).rstrip()
    text = "\n".join(lines)
    return text if text != source.text and same_code(source.text, text) else None
