"""Text that came from elsewhere, made fit to be shown: file names, codes, messages, words of programs and of models.

A terminal obeys what is written to it (colours, its title, the clipboard, the order of letters), and a CI runner obeys
lines that look like its commands. So whatever is printed goes through here on its way out; what is fit already stays
as it is.
"""

import json
import re
from typing import Any

from stomper.text.redact import hidden, hidden_in
from stomper.text.toml import toml_document

# Letters and marks that are drawn as nothing; those that only format or direct are not printable for Python either.
INVISIBLE = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0),
            *range(0xFE00, 0xFE0F),
            *range(0xE0100, 0xE01F0),
        ),
    )
)
# Places of our own colours, for those who print. No text has these code points, and Python calls none printable.
MARKS = frozenset(map(chr, range(0xFDD0, 0xFDF0)))
# `::add-mask::x`: the runner of GitHub Actions looks behind blanks, too. Two colons alone are enough.
COMMAND = re.compile(r"^([\s\ufdd0-\ufdef]*):(?=:)")
# `##[command]`, `##vso[...]`, `##teamcity[...]`: GitHub's, Azure's and TeamCity's are found anywhere in a line.
BRACKET = re.compile(r"##(\w*)\[")
NOT_PLAIN = re.compile(r"[^\n -~]")  # each of the others is printable ASCII, or ends a line
LONGEST_LOG = 2**20  # characters of one text: a program may print 64 MB, at each attempt, for each file
LOST_BYTES = range(0xDC80, 0xDD00)  # how Python keeps a byte that is not UTF-8
SURROGATES = range(0xD800, 0xE000)


def printable(text: str) -> str:
    """Give a text on one line and without effect: what cannot be seen or is not UTF-8 becomes an escape."""
    return text if text.isascii() and text.isprintable() else "".join(map(_seen, text))


def encodable(text: str) -> str:
    """Give a text for a report: as it is, or, if it is no UTF-8 (as a file name can be), as it is shown."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return printable(text)
    return text


def one_line(text: str) -> str:
    """Give a text of several lines as one, with a blank for each line end and what is around it."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


def _is_seen(character: str) -> bool:
    return character.isprintable() and character not in INVISIBLE


def _seen(character: str) -> str:
    return character if _is_seen(character) else _escape(character)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number - 0xDC00:02x}" if number in LOST_BYTES else character.encode("unicode_escape").decode("ascii")


def plain_line(text: str, marks: frozenset[str] = frozenset()) -> str:
    """Give a text as one line of output without secrets, that neither a terminal nor a CI runner takes for an order.

    `marks` stay as they are, for those who make something of them.
    """
    text = hidden(text)
    if not (text.isascii() and text.isprintable()):
        text = "".join(c if c in marks else _seen(c) for c in text)
    return disarmed(text)


def plain_lines(text: str, marks: frozenset[str] = frozenset()) -> list[str]:
    """Give a text of several lines as such lines. Their tabs stay."""
    return [disarmed("\t".join(plain_line(part, marks) for part in line.split("\t"))) for line in text.split("\n")]


def log_text(text: str) -> str:
    """Give a text for a log: without secrets and orders to a terminal, with a line end. Of a long one both ends."""
    return "".join(f"{line}\n" for line in plain_lines(_ends(text.rstrip("\n"))))


def _ends(text: str) -> str:
    """Both ends of a text that is too long, without the lines that are cut: they may be half a secret."""
    if len(text) <= LONGEST_LOG:
        return text
    half = LONGEST_LOG // 2
    first, last = text[:half].rpartition("\n")[0], text[-half:].partition("\n")[2]
    return f"{first}\n[{len(text) - len(first) - len(last)} characters are left out]\n{last}"


def disarmed(line: str) -> str:
    """Give a line in which no CI runner finds a command of its own."""
    return BRACKET.sub(r"##\1\\x5b", COMMAND.sub(r"\1\\x3a", line))


def json_text(value: Any, indent: int | None = None) -> str:
    """Give a value as JSON in plain ASCII. In strings a bracket that a CI runner looks for is an escape, too."""
    return BRACKET.sub(r"##\1\\u005b", json.dumps(hidden_in(value), indent=indent)).replace("\x7f", r"\u007f")


def toml_text(value: dict[str, Any]) -> str:
    """Give a value as TOML in whose strings what cannot be seen is an escape."""
    hidden_value: dict[str, Any] = {key: hidden_in(inner) for key, inner in value.items()}
    return NOT_PLAIN.sub(_toml_seen, toml_document(hidden_value))


def _toml_seen(found: re.Match[str]) -> str:
    character = found[0]
    if _is_seen(character):
        return character
    number = ord(character)
    if number in SURROGATES:  # TOML has none: written as `printable` does
        return "\\" + _escape(character)
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"
