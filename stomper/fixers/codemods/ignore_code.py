"""mypy's ignore-without-code: a `# type: ignore` says what it silences, which mypy names."""

import re
from collections.abc import Sequence

from stomper.fixers.codemods.base import Source
from stomper.models import Diagnostic
from stomper.python import read_tokens

ADVICE = re.compile(r'\(consider "type: ignore\[(?P<codes>[\w, -]+)\]" instead\)$')
BARE = re.compile(r"(?P<comment>#\s*type:\s*ignore)(?=\s*(?:#|$))")


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    lines = source.lines
    codes = {d.line: match["codes"] for d in diagnostics if (match := ADVICE.search(d.message))}
    for token in read_tokens(source.text):
        line, column = token.start
        if token.kind == "comment" and line in codes:
            said = BARE.sub(rf"\g<comment>[{codes[line]}]", token.text, count=1)
            lines[line - 1] = lines[line - 1][:column] + said
    text = "\n".join(lines)
    return text if text != source.text else None
