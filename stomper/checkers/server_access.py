"""The way to a language server: one that this process keeps, or one for just now. One that dies is started anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from lsprotocol import types

from stomper.checkers.attempt import attempt_in
from stomper.disk.regular_files import read_regular
from stomper.errors import CheckerError, ToolError
from stomper.language_servers.failures import ServerDied
from stomper.language_servers.keeping import KEPT
from stomper.language_servers.session import Session, Start
from stomper.settings import CheckerSettings

MOST_DEATHS = 3  # of one look: more than that are not the fault of single files
BOM = "\ufeff"


def texts_of(root: Path, paths: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts of files as a server is shown them, and of the others why it cannot be."""
    texts, unread = {}, {}
    for path in paths:
        try:
            texts[path] = read_regular(root / path).decode().removeprefix(BOM)
        except UnicodeDecodeError:
            unread[path] = "is not UTF-8, which the protocol wants"
        except OSError as error:
            unread[path] = error.strerror or str(error)
    return texts, unread


@dataclass(slots=True)
class Access:
    """A server for the files below `root`, for a `with`.

    `beside` are the texts of other files that an attempt has changed, which a kept server has to be shown too.
    """

    settings: CheckerSettings
    command: tuple[str, ...]
    root: Path
    scratch: Path | None
    beside: dict[str, str] = field(default_factory=dict)
    _is_kept: bool = False
    _own: Session | None = None

    def __enter__(self) -> Self:
        told = attempt_in(self.root)
        if told is not None and KEPT.find_place is not None:
            self.beside, gone = texts_of(self.root, sorted(told.changed))
            self._is_kept = not gone
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if self._own is not None:
            self._own.end(politely=kind is None)

    def session(self) -> Session:
        """The server. Raises ToolError if it does not begin."""
        if self._is_kept:
            return KEPT.session(self.settings, self.command)
        if self._own is None:
            self._own = Session(Start(self.settings, self.command, self.root, self.scratch))
        return self._own

    @property
    def encoding(self) -> str:
        return self.session().encoding

    def diagnostics(self, texts: Mapping[str, str]) -> Mapping[str, Sequence[types.Diagnostic]]:
        """What the server says of files. Raises ToolError."""
        shown = {**self.beside, **texts} if self._is_kept else texts
        found = self.session().diagnostics(shown)
        return {path: found[path] for path in texts}

    def drop(self, why: str) -> None:
        """Have another one the next time."""
        if self._is_kept:
            KEPT.drop(self.settings, why)
        elif self._own is not None:
            own, self._own = self._own, None
            own.end(politely=False)


@dataclass(slots=True)
class Questions:
    """Asks about files, and finds out which of them the server does not survive."""

    access: Access
    deaths: int = 0

    def ask(self, texts: Mapping[str, str]) -> dict[str, Sequence[types.Diagnostic] | str]:
        """The diagnostics of each file; of one that ends the server, how it has ended. Raises CheckerError."""
        try:
            return self._asked(texts)
        except ToolError as error:
            self.access.drop(error.message)
            raise CheckerError(f"{self.access.settings.name} gave no result: {error.message}") from None

    def _asked(self, texts: Mapping[str, str]) -> dict[str, Sequence[types.Diagnostic] | str]:
        self.access.session()  # one that does not even begin is no file's fault
        try:
            return dict(self.access.diagnostics(texts))
        except ServerDied as death:
            self.access.drop(death.message)
        return {path: self._alone(path, text) for path, text in texts.items()}

    def _alone(self, path: str, text: str) -> Sequence[types.Diagnostic] | str:
        self.access.session()
        try:
            return self.access.diagnostics({path: text})[path]
        except ServerDied as death:
            self.deaths += 1
            self.access.drop(death.message)
            if self.deaths > MOST_DEATHS:
                raise
            return death.message
