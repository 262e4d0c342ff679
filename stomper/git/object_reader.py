"""Read objects through one git that stays, instead of one process for each question."""

import hashlib
from pathlib import Path

from stomper.errors import ToolError
from stomper.git.command import companion
from stomper.process.companion import Companion


def object_id(kind: str, content: bytes) -> str:
    """The name that git has for an object of this kind (blob, tree, commit) with this content."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(content)) + content, usedforsecurity=False).hexdigest()


def take_answer(git: Companion) -> tuple[str, bytes] | None:
    """Take the next answer of a `git cat-file --batch`: kind and content of an object, None if it is missing."""
    words = git.line().split()
    if len(words) != 3:
        return None
    return words[1].decode(), git.exactly(int(words[2]) + 1)[:-1]


class ObjectReader:
    """The objects of the repository at `top`, read by a `git cat-file` that is started by the first question."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.git = companion(top, "cat-file", "--batch", env={"GIT_NO_REPLACE_OBJECTS": "1"})

    def read(self, kind: str, *ids: str) -> list[bytes | None]:
        """Give the contents of objects of a kind; None for each that is not here.

        None also for one that is another than its name says: git does not look when it reads. Replacements
        (`git replace`) do not count. If git fails, all of them are None, and the next question starts another.
        """
        try:
            self.git.tell("".join(f"{name}\n" for name in ids).encode())
            return [self._answer(self.git, kind, name) for name in ids]
        except ToolError:
            self.close()
            return [None] * len(ids)

    def _answer(self, git: Companion, kind: str, name: str) -> bytes | None:
        found = take_answer(git)
        return found[1] if found is not None and found[0] == kind and object_id(kind, found[1]) == name else None

    def close(self) -> None:
        """End the git that is asked. Another question starts another."""
        self.git.close()
