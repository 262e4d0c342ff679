"""One server from its start to its end: opened on a checkout, shown files, asked for what it says of them."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types

from stomper import __version__
from stomper.errors import ToolError
from stomper.language_servers.capabilities import capabilities
from stomper.language_servers.conversation import Conversation
from stomper.language_servers.diagnosing import Diagnosing
from stomper.language_servers.documents import Documents
from stomper.language_servers.replies import Replies
from stomper.process.service import Service
from stomper.settings import CheckerSettings

FAREWELL = 2.0  # seconds for a server that is told to end
ENV = {"PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True, slots=True)
class Start:
    """The way to start a server: the `command` of its settings, with the program found, on the checkout `root`."""

    settings: CheckerSettings
    command: tuple[str, ...]
    root: Path
    scratch: Path | None = None

    def service(self) -> Service:
        """Start the program, in the room that this thread is in. Raises ToolError."""
        place = {"TMPDIR": str(self.scratch)} if self.scratch else {}
        return Service(self.command, cwd=self.root, env={**ENV, **place, **dict(self.settings.env)})


class Session:
    """A server that was told to begin. Raises ServerError if it does not, ToolError if it cannot be started."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self._told: dict[str, Any] = json.loads(start.settings.settings or "{}")
        self.service = start.service()
        try:
            self._talk = Conversation(self.service)
            self.documents = Documents(start.root, self._talk, start.settings.language_id)
            self.replies = Replies([types.WorkspaceFolder(start.root.as_uri(), start.root.name)], self._told)
            self._talk.hear(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, self.documents.hear)
            self.replies.listen(self._talk)
            self.able = self._begin()
        except BaseException:
            self.service.end()
            raise

    def _begin(self) -> types.ServerCapabilities:
        """Open the server on the checkout. It gets no process id: in a sandbox it could not find that process."""
        params = types.InitializeParams(
            capabilities=capabilities(),
            process_id=None,
            client_info=types.ClientInfo("stomper", __version__),
            root_path=str(self.start.root),
            root_uri=self.start.root.as_uri(),
            workspace_folders=self.replies.folders,
            initialization_options=self._told or None,
        )
        result: types.InitializeResult = self.ask(types.INITIALIZE, params)
        self._talk.notify(types.INITIALIZED, types.InitializedParams())
        if self._told:
            told = types.DidChangeConfigurationParams(self._told)
            self._talk.notify(types.WORKSPACE_DID_CHANGE_CONFIGURATION, told)
        return result.capabilities

    @property
    def encoding(self) -> str:
        """The unit that this server's positions count."""
        return self.able.position_encoding or types.PositionEncodingKind.Utf16

    @property
    def pulls(self) -> bool:
        """Say whether it is asked for diagnostics, and does not push them."""
        registered = self.replies.has_registered(types.TEXT_DOCUMENT_DIAGNOSTIC)
        return registered or self.able.diagnostic_provider is not None

    def diagnostics(self, texts: Mapping[str, str]) -> dict[str, Sequence[types.Diagnostic]]:
        """What it says of files with these texts. Raises ServerError; `answers` has what it has said by then."""
        self.documents.show(texts)
        if any(not document.settled for document in self.documents.open.values()):
            diagnosing = Diagnosing(self._talk, self.documents, self.replies, self.start.settings.quiet_time)
            if self.pulls:
                provider = self.able.diagnostic_provider
                diagnosing.pull(provider.identifier if provider else None, self._deadline())
            else:
                diagnosing.await_push(self._deadline())
            for document in self.documents.open.values():
                document.settled = True
        return self.answers()

    def answers(self) -> dict[str, Sequence[types.Diagnostic]]:
        """What it has said of the files that are open, without those of which it has said nothing."""
        said = {path: d.pulled if self.pulls else d.published for path, d in self.documents.open.items()}
        return {path: found for path, found in said.items() if found is not None}

    def ask(self, method: str, params: Any) -> Any:
        """Ask something else. Raises ServerError."""
        return self._talk.request(method, params, self._deadline())

    def _deadline(self) -> float:
        return time.monotonic() + self.start.settings.timeout

    def end(self, politely: bool = True) -> None:
        """Tell it to end, and see to it that it has, with all that it has started."""
        until = time.monotonic() + FAREWELL
        try:
            if politely:
                self._talk.request(types.SHUTDOWN, None, until)
                self._talk.notify(types.EXIT, None)
                self._talk.wait(lambda: False, until, types.EXIT)
        except ToolError:
            pass  # it has ended, or is ended now
        finally:
            self.service.end()
