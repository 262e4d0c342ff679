"""Apply ruff's safe fixes to new findings in a text that a fixer has just written, before it is judged.

A rewrite may be right and make a line too long, leave an import unsorted or a call that has a newer form. The lines
that the rewrite changed are touched, and imports that it left unused or unsorted: these are elsewhere in the file.
"""

import re
from collections import Counter
from collections.abc import Sequence

from stomper.errors import ToolError
from stomper.fixers.codemods.base import Source
from stomper.fixers.kept_layout import ALL, is_layout, kept_lines
from stomper.fixers.ruff_text import Row, RuffText, apply_rows, diagnostic_of
from stomper.models import DiagnosticKey
from stomper.python import CannotReadError
from stomper.python.lexing import read_tokens
from stomper.text.line_diff import changes

ROUNDS = 4
TOOLS = re.compile(r"#\s*(ruff|noqa|type:|pyright:|mypy:)", re.IGNORECASE)
FORMATTED = frozenset({"E501", "E701", "E702", "E703", "W291"})
IMPORTS = frozenset({"F401", "I001"})


def tidied(ruff: RuffText, before: str, after: str) -> str:
    """`after`, with safe fixes of what it has and `before` had not; as it is where ruff gives no result."""
    if before == after:
        return after
    try:
        old = Counter(map(_key, ruff.check(before)))
        for _ in range(ROUNDS):
            text = _round(ruff, old, before, after)
            if text == after:
                break
            after = text
    except ToolError:
        pass
    return after


def _round(ruff: RuffText, old: Counter[DiagnosticKey], before: str, after: str) -> str:
    rows = ruff.check(after)
    more = Counter(map(_key, rows)) - old
    changed = changed_lines(before, after)
    kept = kept_lines(after, ALL)
    free = (row for row in rows if not (is_layout(str(row["code"])) and kept.keys() & set(_lines(row))))
    rows = list(free)
    here = [row for row in rows if changed & set(_lines(row))]
    new = [row for row in rows if more[_key(row)] > 0 and (row in here or _is_unheard(row, old))]
    text = apply_rows(after, [row for row in new if _keeps_comments(after, row)], ("safe",))
    if text == after:
        for line in sorted({row["location"]["row"] for row in here if row["code"] in FORMATTED}, reverse=True):
            text = ruff.format(text, range(line, line + 1))
    return _with_short_strings(ruff, text, here) if text == after else text


def _is_unheard(row: Row, old: Counter[DiagnosticKey]) -> bool:
    """Say whether a row is about imports, and nothing of the kind was found before: it comes of the rewrite."""
    return row["code"] in IMPORTS and not old[_key(row)]


def _with_short_strings(ruff: RuffText, text: str, rows: Sequence[Row]) -> str:
    """Split literals that make a line too long, which no formatter does."""
    long = [diagnostic_of(row) for row in rows if row["code"] == "E501"]
    if not long:
        return text
    from stomper.fixers.codemods.long_strings import rewrite  # LibCST is imported if it is needed

    return rewrite(Source(text, ruff.request.path, ruff.request.root), long) or text


def _keeps_comments(text: str, row: Row) -> bool:
    """Say whether a fix leaves all comments there, but those for tools. ruff's SIM114 drops what is above an `elif`."""
    fixed = apply_rows(text, [row], ("safe",))
    try:
        return not _comments(text) - _comments(fixed)
    except CannotReadError:
        return True  # what does not parse is not kept


def _comments(text: str) -> Counter[str]:
    """The comments of a text, without the marks that a fix of layout may change; not those that tools read."""
    found = (token.text for token in read_tokens(text) if token.kind == "comment")
    return Counter(words.strip("#!: \t") for words in found if not TOOLS.match(words))


def changed_lines(before: str, after: str) -> set[int]:
    """The lines of `after`, counted from 1, that are new or different, and those beside a deletion."""
    found: set[int] = set()
    for change in changes(before.split("\n"), after.split("\n")):
        found.update(range(change.new_first + 1, max(change.new_last, change.new_first + 1) + 1))
    return found


def _lines(row: Row) -> range:
    return range(row["location"]["row"], row["end_location"]["row"] + 1)


def _key(row: Row) -> DiagnosticKey:
    return diagnostic_of(row).key
