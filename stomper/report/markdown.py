"""Text and tables in Markdown in which nothing of others has any effect.

A job of a CI server shows so much of a summary (GitHub: 1 MiB of a step). So a table has so many rows, a cell so many
characters.
"""

import html
import re
from collections.abc import Sequence

from stomper.text.printable import printable
from stomper.text.redact import hidden

MOST_ROWS = 50
LONGEST = 300
# What is of effect in Markdown, beside what is of effect in HTML.
MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~@:])")


def plain(text: str) -> str:
    """Give a text of others on one line, of no effect in Markdown and HTML."""
    line = printable(hidden(text))[:LONGEST]
    return html.escape(MARKS.sub(r"\\\1", line), quote=False)


def linked(text: str, page: str) -> str:
    """Give a text as a link, if there is a page, whose address must have been looked at before."""
    return f"[{plain(text)}]({page})" if page else plain(text)


def table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Give a table, and how many rows are left out, as parts of a document; nothing without rows.

    Cells are Markdown already. A column whose title ends in a blank is aligned to the right.
    """
    if not rows:
        return []
    lines = ["|---:" if title.endswith(" ") else "|---" for title in titles]
    head = [f"| {' | '.join(title.strip() for title in titles)} |", f"{''.join(lines)}|"]
    shown = [f"| {' | '.join(map(str, row))} |" for row in rows[:MOST_ROWS]]
    more = [f"and {len(rows) - MOST_ROWS} more"] if len(rows) > MOST_ROWS else []
    return ["\n".join([*head, *shown]), *more]


def document(parts: Sequence[str]) -> str:
    """Give headings, paragraphs and tables as one text."""
    return "".join(f"{part}\n\n" for part in parts)
