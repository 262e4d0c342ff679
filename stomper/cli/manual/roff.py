"""Write the manual as pages for `man`, in the macros of man(7)."""

from collections.abc import Iterator

from stomper.cli.manual.walk import Entry, Paragraph

SECTION = "1"
EXIT_STATUS = (
    ("0", "Nothing is left to fix."),
    ("1", "Something is left, or a file failed or was rejected."),
    ("2", "Wrong usage or configuration; nothing was done."),
    ("3", "The result cannot be trusted, or was not delivered."),
    ("130", "Interrupted."),
)


def page_name(entry: Entry) -> str:
    """Give the name of a command's page: stomper-baseline-write."""
    return entry.name.replace(" ", "-")


def man_page(entry: Entry, version: str) -> str:
    """Give the page of a command."""
    lines = [
        f'.TH "{page_name(entry).upper()}" "{SECTION}" "" "stomper {escaped(version)}" "Stomper"',
        ".SH NAME",
        rf"{escaped(page_name(entry))} \- {escaped(entry.summary[:1].lower() + entry.summary[1:])}",
        ".SH SYNOPSIS",
        rf"\fB{escaped(entry.name)}\fR {escaped(entry.usage.removeprefix(entry.name).strip())}".rstrip(),
        ".SH DESCRIPTION",
        *(line for number, one in enumerate(entry.paragraphs) for line in _paragraph(one, number)),
        *_options(entry),
        *_commands(entry),
        ".SH EXIT STATUS",
        *_list(EXIT_STATUS),
        ".SH SEE ALSO",
        _see_also(entry),
    ]
    return "".join(f"{line}\n" for line in lines)


def _paragraph(paragraph: Paragraph, number: int) -> Iterator[str]:
    if not paragraph.kept:
        yield from ([".PP"] if number else [])
        yield escaped(paragraph.text)
        return
    yield from (".PP", ".nf", ".RS 4")
    yield from map(escaped, paragraph.text.splitlines())
    yield from (".RE", ".fi")


def _options(entry: Entry) -> Iterator[str]:
    if entry.groups:
        yield ".SH OPTIONS"
    for group in entry.groups:
        if len(entry.groups) > 1:
            yield f'.SS "{escaped(group.title)}"'
        yield from _list(group.options)


def _commands(entry: Entry) -> Iterator[str]:
    if entry.commands:
        yield ".SH COMMANDS"
        yield from _list(entry.commands)


def _list(rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, words in rows:
        yield from (".TP", rf"\fB{escaped(name)}\fR", escaped(" ".join(words.split())))


def _see_also(entry: Entry) -> str:
    pages = [f"{page_name(entry)}-{name}" for name, _ in entry.commands] or [entry.name.split()[0]]
    return ",\n".join(rf"\fB{escaped(page)}\fR({SECTION})" for page in pages)


def escaped(text: str) -> str:
    """Write a text so that roff shows it as it is: hyphens are minus signs, and no line begins a request."""
    shown = (
        text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha").replace("`", "\\(ga")
    )
    shown = shown.replace("'", "\\(aq").replace('"', "\\(dq")
    return rf"\&{shown}" if shown.startswith(".") else shown
