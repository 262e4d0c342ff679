"""Read objects through one git that stays, instead of one process for each question."""

import hashlib
from pathlib import Path

from stomper.errors import ToolError
from stomper.git.command import companion
from stomper.process.companion import Companion


def object_id(kind: str, content: bytes) -> str:
    """The name that git has for an object of this kind (blob, tree, commit) with this content."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(content)) + content, usedforsecurity=False).hexdigest()


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
        words = git.line().split(b" ")
        if len(words) != 3:  # ID missing
            return None
        content = git.exactly(int(words[2]) + 1)[:-1]
        return content if words[1] == kind.encode() and object_id(kind, content) == name else None

    def close(self) -> None:
        """End the git that is asked. Another question starts another."""
        self.git.close()
