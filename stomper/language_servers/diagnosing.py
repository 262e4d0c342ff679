"""Get a server's diagnostics of the files that are open: by asking, or by waiting until it has pushed them."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

from stomper.language_servers.conversation import Conversation
from stomper.language_servers.documents import Documents
from stomper.language_servers.failures import ServerError
from stomper.language_servers.replies import Replies
from stomper.text.counts import shorten

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Diagnosing:
    """`quiet_time` is how many seconds a server that pushes has to be quiet before it counts as done."""

    talk: Conversation
    documents: Documents
    replies: Replies
    quiet_time: float

    def pull(self, identifier: str | None, until: float) -> None:
        """Ask about each file; again if the server was not done, or says that its answers are old."""
        while True:
            self.talk.wait(lambda: not self.replies.active, until, "the work that it reports")
            before = self.replies.begun, self.replies.refreshed
            asked = {path: self._question(path, identifier) for path in self.documents.open}
            first = {path: ask() for path, ask in asked.items()}
            for path, future in first.items():
                report = self.talk.insist(future, asked[path], until, f"the diagnostics of {path}")
                self.documents.open[path].pulled = _items(path, report)
            if before == (self.replies.begun, self.replies.refreshed) and not self.replies.active:
                return

    def _question(self, path: str, identifier: str | None) -> "Callable[[], Future[Any]]":
        document = types.TextDocumentIdentifier(self.documents.open[path].uri)
        params = types.DocumentDiagnosticParams(document, identifier=identifier)
        return lambda: self.talk.ask(types.TEXT_DOCUMENT_DIAGNOSTIC, params)

    def await_push(self, until: float) -> None:
        """Wait until it has said something of each file, is at no work that it reports, and has been quiet since.

        A version says what a push is about, and not that it is the last one: some servers push what is quickly found
        first.
        """
        while silent := [d.path for d in self.documents.open.values() if d.published is None]:
            self.talk.wait(lambda: self._has_heard(silent[0]), until, shorten(silent, SHOWN))
        self.talk.wait(self._is_quiet, until, "the work that it reports")

    def _has_heard(self, path: str) -> bool:
        return self.documents.open[path].published is not None

    def _is_quiet(self) -> bool:
        heard = self.documents.last_heard
        return not self.replies.active and time.monotonic() - heard >= self.quiet_time


def _items(path: str, report: object) -> Sequence[types.Diagnostic]:
    if not isinstance(report, types.RelatedFullDocumentDiagnosticReport):
        raise ServerError(f"it gives no report of {path}")
    return report.items
