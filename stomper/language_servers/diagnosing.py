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
LONG_QUIET = 1.0  # seconds


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
        first. Others wait until nothing changes any more, and then look at the last file only: they are told of each
        other file once more.
        """
        while silent := self._silent():
            if self.documents.one_by_one:
                self.documents.touch(silent[0])
            self.talk.wait(lambda: self._has_heard(silent[0]) or self._is_stuck(), until, shorten(silent, SHOWN))
            self.documents.one_by_one |= not self._has_heard(silent[0])
        self.talk.wait(lambda: self._is_quiet(self.quiet_time), until, "the work that it reports")

    def _silent(self) -> list[str]:
        return [document.path for document in self.documents.open.values() if document.published is None]

    def _has_heard(self, path: str) -> bool:
        return self.documents.open[path].published is not None

    def _is_stuck(self) -> bool:
        """Say whether it has answered the last that it was told, and nothing since."""
        has_answered = self.documents.last_heard > self.documents.last_told
        return has_answered and self._is_quiet(max(self.quiet_time, LONG_QUIET))

    def _is_quiet(self, seconds: float) -> bool:
        return not self.replies.active and time.monotonic() - self.documents.last_heard >= seconds


def _items(path: str, report: object) -> Sequence[types.Diagnostic]:
    if not isinstance(report, types.RelatedFullDocumentDiagnosticReport):
        raise ServerError(f"it gives no report of {path}")
    return report.items
