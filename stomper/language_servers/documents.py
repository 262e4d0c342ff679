"""The files that are open in a server, and what it has said of each since it last changed."""

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from stomper.language_servers.conversation import Conversation
from stomper.language_servers.languages import language_of


@dataclass(slots=True)
class Document:
    """One open file. `published` are the diagnostics that were pushed about this version, None if there were none yet.

    `pulled` are those that it was asked for; `settled` says that nothing more is expected about what is open now.
    """

    path: str
    uri: str
    text: str
    version: int
    published: Sequence[types.Diagnostic] | None = None
    pulled: Sequence[types.Diagnostic] | None = None
    settled: bool = False


@dataclass(slots=True)
class Documents:
    """The open files below `root`, by their paths from there. No version is ever used twice.

    `last_told` and `last_heard` are of the monotonic clock: when something was opened or changed, and when diagnostics
    came. `one_by_one`: the server has pushed those of only some of the files that it was told of at once.
    """

    root: Path
    conversation: Conversation
    language: str = ""
    open: dict[str, Document] = field(default_factory=dict)
    last_told: float = 0.0
    last_heard: float = 0.0
    one_by_one: bool = False
    _versions: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def show(self, texts: Mapping[str, str]) -> None:
        """Have just these files open, with these texts."""
        changed = {path for path, text in texts.items() if path not in self.open or self.open[path].text != text}
        gone = [path for path in self.open if path not in texts]
        for path in gone:
            self._close(path)
        for path in sorted(changed):
            self._change(path, texts[path]) if path in self.open else self._open(path, texts[path])
        if changed or gone:  # what is said of one file depends on the others
            for document in self.open.values():
                document.settled, document.pulled = False, None

    def touch(self, path: str) -> None:
        """Tell the server of a file once more."""
        self._change(path, self.open[path].text)

    def hear(self, params: types.PublishDiagnosticsParams) -> None:
        """Remember what was pushed, unless it is about an older version."""
        document = self.open.get(self.path_of(params.uri) or "")
        if document is not None and params.version in (None, document.version):
            document.published, self.last_heard = params.diagnostics, time.monotonic()

    def path_of(self, uri: str) -> str | None:
        """The path of a file from the root; None for one that is elsewhere."""
        scheme, host, path, *_ = urlsplit(uri)
        if scheme != "file" or host not in ("", "localhost"):
            return None
        place = Path(unquote(path, errors="surrogateescape"))
        for root in dict.fromkeys((self.root, self.root.resolve())):
            if place.is_relative_to(root):
                return place.relative_to(root).as_posix()
        return None

    def _open(self, path: str, text: str) -> None:
        uri = (self.root / path).as_uri()
        made = self.open[path] = Document(path, uri, text, next(self._versions))
        self.last_told = time.monotonic()
        item = types.TextDocumentItem(uri, language_of(path, self.language), made.version, text)
        self.conversation.notify(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(item))

    def _change(self, path: str, text: str) -> None:
        """Send the whole text: any server takes that, whichever way it would rather have."""
        document = self.open[path]
        document.text, document.version, document.published = text, next(self._versions), None
        self.last_told = time.monotonic()
        params = types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(document.version, document.uri),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
        self.conversation.notify(types.TEXT_DOCUMENT_DID_CHANGE, params)

    def _close(self, path: str) -> None:
        document = self.open.pop(path)
        params = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(document.uri))
        self.conversation.notify(types.TEXT_DOCUMENT_DID_CLOSE, params)
