"""What a server's edits make of one file: edits of its text, or why they are not made."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lsprotocol import types

from stomper.fixers.edits import Edit, UnusableFixError
from stomper.language_servers.documents import Document
from stomper.language_servers.positions import PlaceError, Places
from stomper.models import printable

ONE_FILE = (types.CreateFile, types.RenameFile, types.DeleteFile)


@dataclass(frozen=True, slots=True)
class OneFile:
    """The file that may be changed, as the server knows it. `path_of` gives the path that the server's URI means."""

    document: Document
    encoding: str
    path_of: Callable[[str], str | None]

    def edits(self, wanted: types.WorkspaceEdit) -> tuple[Edit, ...]:
        """The edits in the order of places. Raises UnusableFixError for those that are not about this file alone."""
        places = Places(self.document.text, self.encoding)
        edits = sorted((_edit(one, places) for one in self._wanted(wanted)), key=lambda edit: (edit.start, edit.end))
        for edit, following in itertools.pairwise(edits):
            if edit.end > following.start:
                raise UnusableFixError("has edits that overlap each other")
        return _without_empty(edits)

    def _wanted(self, wanted: types.WorkspaceEdit) -> Iterator["types.TextEdit | types.AnnotatedTextEdit"]:
        if wanted.document_changes is None:
            for uri, edits in (wanted.changes or {}).items():
                self._require_mine(uri)
                yield from edits
            return
        for change in wanted.document_changes:
            if isinstance(change, ONE_FILE):
                raise UnusableFixError("creates, renames or deletes a file")
            self._require_mine(change.text_document.uri)
            if change.text_document.version not in (None, self.document.version):
                raise UnusableFixError("is for another version of the file")
            yield from (_plain(edit, wanted) for edit in change.edits)

    def _require_mine(self, uri: str) -> None:
        path = self.path_of(uri)
        if path != self.document.path:
            raise UnusableFixError(f"changes another file: {printable(path or uri)}")


def _plain(
    edit: "types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit", wanted: types.WorkspaceEdit
) -> "types.TextEdit | types.AnnotatedTextEdit":
    """An edit of text that nobody has to be asked about."""
    if isinstance(edit, types.SnippetTextEdit):
        raise UnusableFixError("has places for a person to fill in")
    if isinstance(edit, types.AnnotatedTextEdit):
        annotation = (wanted.change_annotations or {}).get(edit.annotation_id)
        if annotation is not None and annotation.needs_confirmation:
            raise UnusableFixError("asks a person to confirm it")
    return edit


def _edit(edit: "types.TextEdit | types.AnnotatedTextEdit", places: Places) -> Edit:
    try:
        start, end = places.span(edit.range)
    except PlaceError as error:
        raise UnusableFixError(f"names {error}") from None
    return Edit(start, end, _with_line_ends(edit.new_text, places.text))


def _with_line_ends(new: str, text: str) -> str:
    """New text with the line ends of a file that has no others."""
    if "\r\n" in text and "\n" not in text.replace("\r\n", ""):
        return new.replace("\r\n", "\n").replace("\n", "\r\n")
    return new


def _without_empty(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    return tuple(edit for edit in edits if edit.text or edit.start != edit.end)
