"""A repository's request: one thing that it would have executed on this machine, or sent from it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "environment", "program", "checker", "fixer", "setup", "tests", "plugin", "agent", "template", "protection"
]


@dataclass(frozen=True, slots=True)
class Ask:
    """One ask: of which `kind`, `where` it is said (a file, or a key of one), and `what` it is, in plain words.

    `name` is that of the checker, fixer or agent.

    `digests` stand for the content of what asks: of the words, and of each program of the checkout that they name. An
    ask is agreed to if all of them are.
    """

    kind: Kind
    where: str
    what: str
    digests: frozenset[str]
    name: str = ""


def make_ask(
    kind: Kind, where: str, what: str, said: Iterable[object], contents: Iterable[str] = (), name: str = ""
) -> Ask:
    """An ask by its words (`said`), and by the ids of the contents that it would execute."""
    words = [kind, where, *map(repr, said)]
    return Ask(kind, where, what, frozenset({digest(*words), *(digest(*words, content) for content in contents)}), name)


def digest(*words: str) -> str:
    """A hash in which no two lists of words are the same."""
    whole = hashlib.sha256()
    for word in words:
        content = word.encode("utf-8", "surrogateescape")
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()
