"""Write the manual as one page of the documentation."""

from collections.abc import Iterable, Iterator

from stomper.cli.manual.walk import Entry, Paragraph

ABOUT = """\
# Commands

All commands with all their options, as `stomper help COMMAND` shows them; `stomper man COMMAND` makes a page for `man`.
[usage.md](../usage.md) says what to use when, and what the [exit codes](../usage.md#exit-codes) mean.
`scripts/reference.py` writes this page from the program.
"""


def commands_page(entries: Iterable[Entry]) -> str:
    """Give the page."""
    return ABOUT + "".join(f"\n{line}" for entry in entries for line in _entry(entry))


def _entry(entry: Entry) -> Iterator[str]:
    yield f"## {entry.name}\n"
    yield f"```text\n{entry.usage}\n```\n"
    yield from (_paragraph(one) for one in entry.paragraphs)
    for group in entry.groups:
        yield _table((group.title if len(entry.groups) > 1 else "Option", ""), group.options)
    if entry.commands:
        yield _table(("Command", ""), entry.commands)


def _paragraph(paragraph: Paragraph) -> str:
    return f"```text\n{paragraph.text}\n```\n" if paragraph.kept else f"{in_text(paragraph.text)}\n"


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {_code(a)} | {_cell(b)} |" for a, b in rows)]
    return "".join(f"{line}\n" for line in lines)


def _code(text: str) -> str:
    # A bar ends a cell, also in code.
    return f"`{text}`".replace("|", "\\|")


def _cell(text: str) -> str:
    return in_text(" ".join(text.split())).replace("|", "\\|")


def in_text(text: str) -> str:
    """Write plain words so that Markdown shows them as they are; what is between backquotes is code already."""
    parts = text.split("`")
    for number in range(0, len(parts), 2):
        for character in "\\*_<>[]":
            parts[number] = parts[number].replace(character, f"\\{character}")
    return "`".join(parts)
