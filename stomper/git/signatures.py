"""Author and committer of a commit, with its date, by git's own rules."""

import re
import time
from pathlib import Path

from stomper import process
from stomper.errors import GitError
from stomper.git.command import git
from stomper.git.commits import NAMELESS

NOT_UTF8 = re.compile("[\udc80-\udcff]")


class Signatures:
    """The author and the committer of the commits of a run in the repository at `top`.

    Where git knows no identity, they are Stomper's: `require_identity` was asked before if that matters.
    """

    def __init__(self, top: Path) -> None:
        self.top = top
        self.names: dict[str, tuple[bytes, bytes]] = {}

    def lines(self) -> bytes:
        """Give the two lines of a commit that is made now."""
        return b"author %s\ncommitter %s\n" % (self._signature("AUTHOR"), self._signature("COMMITTER"))

    def signer(self) -> str:
        """Give the name and address of the committer, as a line Signed-off-by has them."""
        self._signature("COMMITTER")
        name, _ = self.names["COMMITTER"]
        return f"{name.decode()}>"

    def _signature(self, who: str) -> bytes:
        if who not in self.names:
            name, given = _said_by_git(self.top, who)
            # A date that the user has set is for all commits; git's own is for those of this moment.
            self.names[who] = name, given if process.variable(f"GIT_{who}_DATE") else b""
        name, date = self.names[who]
        return name + b"> " + (date or f"{int(time.time())} {time.strftime('%z')}".encode())


def _said_by_git(top: Path, who: str) -> tuple[bytes, bytes]:
    try:
        said = git(top, "var", f"GIT_{who}_IDENT")
    except GitError:
        said = git(top, *NAMELESS, "var", f"GIT_{who}_IDENT")
    name, _, date = _in_utf8(said.rstrip(b"\n")).rpartition(b"> ")
    return name, date


def _in_utf8(said: bytes) -> bytes:
    """Read bytes that are not UTF-8 as Latin-1, as `git commit-tree` does."""
    return NOT_UTF8.sub(lambda found: chr(ord(found[0]) - 0xDC00), said.decode("utf-8", "surrogateescape")).encode()
