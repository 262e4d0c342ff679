"""RUF002 and RUF003: typographic punctuation of comments and docstrings becomes the plain kind.

Letters stay, of whatever alphabet: who writes them means them. So do characters that a comment is about.
"""

import re
from collections.abc import Sequence

from stomper.fixers.annotations.docs import DocReaders
from stomper.fixers.codemods.base import Source
from stomper.models import Diagnostic

PLAIN = {
    **dict.fromkeys("\u2018\u2019\u201b\u2032\u00b4\u02bc", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u2043", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f", " "),
    **dict(zip("\u2044\u2215\u2217\u223c\u2236\u201a\u00d7", "//*~:,x", strict=True)),
    **dict(zip("\uff08\uff09\uff0c\uff1a\uff1b\uff01", "(),:;!", strict=True)),
}
# What stands between spaces without being what the line is about.
BETWEEN = "\u2044\u2215\u2217\u2013\u2212\u00d7\u00a0"
IN_DOCSTRING = "RUF002"
NAMED = re.compile(r"contains ambiguous `(.)`")
ABOUT = re.compile(r"\\[uUxN]|U\+[0-9A-Fa-f]{4}|\b[A-Z]{3,} [A-Z]{3,}\b|&#?\w+;")


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    lines, readers = source.lines, DocReaders(source.root, source.path, source.text)
    for found in diagnostics:
        character = NAMED.search(found.message)
        line, at = lines[found.line - 1], found.column - 1
        if character is None or line[at : at + 1] != character[1] or character[1] not in PLAIN:
            continue
        if _about_it(line, at) or _shown(source.lines, found):
            continue
        if found.code == IN_DOCSTRING and (reader := readers.at(found.line)):
            source.leave(found, reader)
        else:
            lines[found.line - 1] = line[:at] + PLAIN[character[1]] + line[at + 1 :]
    text = "\n".join(lines)
    return text if text != source.text else None


def _about_it(line: str, at: int) -> bool:
    """Return whether the line explains characters: it names one, or shows this one alone."""
    character = line[at]
    alone = line[at - 1 : at].isspace() and line[at + 1 : at + 2] in ("", " ") and character not in BETWEEN
    return alone or ABOUT.search(line) is not None or character in line.partition("#")[0][:at]


def _shown(lines: Sequence[str], found: Diagnostic) -> bool:
    """Return whether code reads a docstring, or the docstring shows a program's output near this line."""
    if found.code != IN_DOCSTRING:
        return False
    if any("__doc__" in line for line in lines):
        return True
    above = lines[max(0, found.line - 12) : found.line]
    return any(">>>" in line or "::" in line for line in above)
