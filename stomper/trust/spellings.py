"""The spellings in which a configuration can say a word: tools read more of them than people write."""

import re
from collections.abc import Sequence

# As TOML, JSON, JSON5 and YAML have them; of a backslash before anything else at least one of these has that itself.
HEX = "[0-9A-Fa-f]"
ESCAPE = re.compile(rf"\\(?:x({HEX}{{2}})|u({HEX}{{4}})|u\{{({HEX}{{1,6}})\}}|U({HEX}{{8}})|\s*\n\s*|(.))")
KEY = re.compile(r"[\w-]+(?=[\"']?\s*[=:])")
NO_TEXT = re.compile(r"^\s*(?:#.*|//.*|---)?$\n?", re.MULTILINE)
QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", re.DOTALL)
TABLE = re.compile(r"[:=]\s|[:=]$|[=\[{]", re.MULTILINE)
# Beginnings of what is no table in YAML: a block of text, a tag, an anchor, a link, a directive.
OTHER = tuple("|>!&*%")
# Begins a word that is the name of an option: a tool may take a part of it.
OPTION = "--"
# Stands for a configuration that is nothing but a name.
NAME = "<name>"


def says(text: str, words: Sequence[str]) -> bool:
    """Say whether a configuration has one of the words: in letters of any size, with escapes, an option also shortened.

    Keys of an ini file are the same in letters of any size (configparser), and a tool takes `init-h` for its option
    `--init-hook` (argparse).
    """
    plain = [text.casefold(), _unescaped(text).casefold()]
    keys = {key for one in plain for key in KEY.findall(one)}
    return any(is_bare(text) if word == NAME else _is_in(word.casefold(), plain, keys) for word in words)


def shown_words(text: str, words: Sequence[str]) -> str:
    """Name those of the words that a configuration has."""
    there = (word.removeprefix(OPTION) for word in words if says(text, [word]))
    return ", ".join(dict.fromkeys(there))


def _is_in(word: str, plain: Sequence[str], keys: set[str]) -> bool:
    name = word.removeprefix(OPTION)
    return any(name in one for one in plain) or (name != word and any(name.startswith(key) for key in keys))


def _unescaped(text: str) -> str:
    return ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    number = next(filter(None, found.groups()[:4]), "")
    return chr(min(int(number, 16), 0x10FFFF)) if number else found[5] or ""


def is_bare(text: str) -> bool:
    """Say whether a configuration is one text and no table: it then is the name of another, maybe of a program."""
    rest = NO_TEXT.sub("", text).strip()
    return bool(rest) and (bool(QUOTED.fullmatch(rest)) or rest.startswith(OTHER) or not TABLE.search(rest))
