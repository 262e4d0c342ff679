"""A room: the sandbox that all programs of one kind are started in, and what they see of the user's variables.

Whoever has such programs started enters the room around that; every contained program that is started in there is in
it, so that none can be forgotten. Programs that are trusted (git) are started as ever.
"""

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from stomper.process.sandbox.model import Sandbox
from stomper.process.secrets import without_secrets

# In a home of their own these have their defaults; the user's are out of sight.
OF_HOME = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
HOME = "home"


@dataclass(frozen=True, slots=True)
class Room:
    """`variables` are those of the user's that its programs get although they look like secrets.

    With a `home` of its own HOME is an empty folder for temporary files.
    """

    sandbox: Sandbox
    variables: tuple[str, ...] = ()
    home: bool = False

    @contextlib.contextmanager
    def entered(self, root: Path, scratch: Path, sealed: bool = False) -> Iterator[None]:
        """Have all contained programs of a `with` started in here.

        They write in `root`, unless that is `sealed`, and in `scratch`; what is around a worktree is seen.
        """
        places = (scratch,) if sealed else (root, scratch)
        beside = [scratch.parent] if root.is_relative_to(scratch.parent) else [root]
        sandbox = self.sandbox.showing(beside).opened(*places)
        given = {}
        if self.home:
            (scratch / HOME).mkdir(exist_ok=True)
            given["HOME"] = str(scratch / HOME)
        before = _around.set(Inside(sandbox, self.variables, given, self))
        try:
            yield
        finally:
            _around.reset(before)


@dataclass(frozen=True, slots=True)
class Inside:
    """The room that this thread is in."""

    sandbox: Sandbox
    variables: tuple[str, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    room: Room | None = None

    def environment(self, whole: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
        """The environment `whole` without the user's secrets; `own` are the variables that a program is given."""
        shown = {**without_secrets(whole, {*own, *self.variables}), **self.given}
        return {name: value for name, value in shown.items() if not self.given or name not in OF_HOME or name in own}


_around: ContextVar[Inside | None] = ContextVar("room", default=None)


def around() -> Inside | None:
    """The room that this thread is in, None outside of any."""
    return _around.get()


def entered_around(root: Path, scratch: Path) -> contextlib.AbstractContextManager[None]:
    """Enter the room that this thread is in, around another place; outside of any there is nothing to enter."""
    inside = around()
    return contextlib.nullcontext() if inside is None or inside.room is None else inside.room.entered(root, scratch)
