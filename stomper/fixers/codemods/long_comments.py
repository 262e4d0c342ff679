"""E501 of comments: prose goes on in a line below; a comment behind code moves above it.

Comments that a tool reads, that are drawn, or that hold code are left alone.
"""

import ast
import re
from collections.abc import Sequence

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import READ_BY_TOOLS
from stomper.fixers.codemods.widths import SHORTEST, flowing, limits, wrap
from stomper.models import Diagnostic
from stomper.python import CannotReadError, read_tokens, read_tree

DRAWN = re.compile(r"\S\s{2,}\S|[-=*#~_+|]{4,}|\|$|#$|^\s*[|+]")
CODING = re.compile(r"[ \t\f]*#.*?coding[:=]")
CONTINUES = re.compile(r"\s*(else|elif|except|finally|case)\b")
FIELD = re.compile(r"#:\s+")  # what Sphinx reads as the words about the name below, indented as they are
COMMENT = re.compile(r"(?P<mark>#[:!]?\s*)(?P<bullet>(?:[-*+]|\d+[.)])\s+)?(?P<text>.*)")


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    lines, wanted = source.lines, limits(diagnostics)
    for line, column in sorted(_comments(source.text).items(), reverse=True):
        if line < 2 < len(lines) and CODING.match(lines[1]):
            continue  # Python looks for the encoding in the first two lines only
        behind_backslash = line > 1 and lines[line - 2].endswith("\\")
        if line in wanted and not behind_backslash and (new := _rewritten(lines[line - 1], column, wanted[line])):
            following = lines[line : line + 1] if lines[line - 1][:column].isspace() or not column else []
            if following and READ_BY_TOOLS.match(following[0].strip()):
                following = []
            lines[line - 1 : line + len(following)] = flowing(new, following, wanted[line])
    text = "\n".join(lines)
    return text if text != source.text else None


def _comments(text: str) -> dict[int, int]:
    """The column, counted from 0, of the comment in each line that has one."""
    return {token.start[0]: token.start[1] for token in read_tokens(text) if token.kind == "comment"}


def _rewritten(line: str, column: int, limit: int) -> list[str] | None:
    """The lines that take the place of one, None if it stays."""
    code, comment = line[:column].rstrip(), line[column:]
    if (
        READ_BY_TOOLS.match(comment)
        or DRAWN.search(FIELD.sub("#: ", comment, count=1))
        or (code and (len(code) > limit or CONTINUES.match(code)))
    ):
        return None
    found = COMMENT.match(comment)
    if found is None or _is_code(found["text"]):
        return None
    indent = line[: len(line) - len(line.lstrip())]
    mark, bullet = indent + (found["mark"] if not code else "# "), found["bullet"] or ""
    hanging = mark + " " * len(bullet)
    room = limit - len(hanging)
    words = wrap(found["text"].split(), room, room) if room >= SHORTEST else None
    if words is None:
        return None
    return [mark + bullet + words[0], *(hanging + more for more in words[1:]), *([code] if code else [])]


def _is_code(text: str) -> bool:
    """Return whether a comment is code and not prose."""
    try:
        body = read_tree(text.strip()).body
    except CannotReadError:
        return text.rstrip().endswith((":", "(", "[", "{", ",", "\\")) and bool(re.search(r"[=(\[]", text))
    return not all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Name | ast.Constant) for node in body)
