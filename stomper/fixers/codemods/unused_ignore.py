"""mypy's unused-ignore: a `# type: ignore` that silences nothing goes, or those of its codes that do not."""

import io
import re
import tokenize
from collections.abc import Sequence

from stomper.fixers.codemods.base import Source
from stomper.fixers.syntax import same_code
from stomper.models import Diagnostic

UNUSED = re.compile(r'^Unused "type: ignore(?:\[(?P<codes>[^\]]*)\])?" comment$')
IGNORE = re.compile(r"#\s*type:\s*ignore(?:\s*\[(?P<codes>[^\]#]*)\])?[ \t]*(?P<rest>#.*)?$")


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    lines = source.lines
    unused = {d.line: codes for d in diagnostics if (codes := unused_codes(d)) is not None}
    for line, column in _comments(source.text):
        if line in unused:
            lines[line - 1] = _without(lines[line - 1], column, unused[line], source.reason)
    text = "\n".join(lines)
    return text if text != source.text and same_code(source.text, text) else None


def unused_codes(found: Diagnostic) -> frozenset[str] | None:
    """The codes of a comment that silence nothing, none for all of it; None where mypy says anything else."""
    match = UNUSED.match(found.message)
    if match is None:
        return None
    return frozenset(code.strip() for code in (match["codes"] or "").split(",") if code.strip())


def _comments(text: str) -> list[tuple[int, int]]:
    """Where comments begin; a string may have the same words."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.start for token in tokens if token.type == tokenize.COMMENT]


def _without(line: str, column: int, unused: frozenset[str], reason: str) -> str:
    """The line with less of its comment. What else the comment says stays: other codes, another tool's words.

    But a `reason` of ours goes with the last of what it was for.
    """
    found = IGNORE.match(line[column:])
    if found is None:
        return line
    codes = [code.strip() for code in (found["codes"] or "").split(",") if code.strip()]
    gone = unused or set(codes)
    left = [code for code in codes if code not in gone]
    words = [f"# type: ignore[{', '.join(left)}]"] if left else []
    rest = "" if reason and not left and found["rest"] == f"# {reason}" else found["rest"]
    return (line[:column] + "  ".join(filter(None, (*words, rest)))).rstrip()
