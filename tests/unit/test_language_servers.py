"""Pure parts of speaking to language servers: messages, positions, languages, edits."""

import json

import pytest
from lsprotocol.types import (
    CodeAction,
    Command,
    DeleteFile,
    InitializeResponse,
    OptionalVersionedTextDocumentIdentifier,
    Position,
    Range,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from stomper.fixers.edits import UnusableFixError, apply_edits
from stomper.fixers.server_actions import is_kind
from stomper.fixers.server_edits import OneFile
from stomper.language_servers.converter import ACTION, converter
from stomper.language_servers.documents import Document
from stomper.language_servers.failures import ServerDied
from stomper.language_servers.languages import language_of
from stomper.language_servers.messages import Messages
from stomper.language_servers.positions import PlaceError, Places

TEXT = "é😀x\r\n\fsecond\rthird\n"


@pytest.mark.parametrize(
    ("encoding", "units"), [("utf-8", (0, 2, 6, 7)), ("utf-16", (0, 1, 3, 4)), ("utf-32", range(4))]
)
def test_positions_count_the_units_of_the_encoding(encoding: str, units: tuple[int, ...]) -> None:
    places = Places(TEXT, encoding)
    assert [places.offset(Position(0, unit)) for unit in units] == [0, 1, 2, 3]
    assert [places.position(1, column).character for column in (1, 2, 3, 4)] == list(units)
    assert [places.line_and_column(Position(0, unit)) for unit in units] == [(1, 1), (1, 2), (1, 3), (1, 4)]


def test_only_the_protocols_line_ends_end_a_line() -> None:
    """A form feed does for Python's `splitlines`."""
    places = Places(TEXT)
    assert [TEXT[places.offset(Position(line, 0)) :][:3] for line in (1, 2)] == ["\fse", "thi"]
    assert places.offset(Position(0, 99)) == TEXT.index("\r")
    assert places.offset(Position(4, 0)) == places.offset(Position(3, 0)) == len(TEXT)


@pytest.mark.parametrize(
    ("encoding", "place"), [("utf-8", (0, 1)), ("utf-8", (0, 3)), ("utf-16", (0, 2)), ("utf-16", (9, 0))]
)
def test_a_place_within_a_character_or_outside_is_none(encoding: str, place: tuple[int, int]) -> None:
    with pytest.raises(PlaceError):
        Places(TEXT, encoding).offset(Position(*place))


def test_messages_come_out_whole_wherever_they_are_cut() -> None:
    body = json.dumps({"jsonrpc": "2.0", "method": "é"}, ensure_ascii=False).encode()
    data = b"Content-Length: %d\r\nContent-Type: x\r\n\r\n%s" % (len(body), body) * 2
    for cut in range(len(data)):
        messages = Messages()
        found = [*messages.feed(data[:cut]), *messages.feed(data[cut:])]
        assert [message["method"] for message in found] == ["é", "é"]
        assert not messages.has_half


@pytest.mark.parametrize(
    "data",
    [
        b"Killed\n",
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: 3\r\n\r\n[1]",
        b"Content-Length: 3\r\n\r\n{1}",
        b"content-" * 999,
    ],
)
def test_what_is_no_message_is_named(data: bytes) -> None:
    with pytest.raises(ServerDied, match="it says something that is no message: "):
        list(Messages().feed(data))


def test_languages_are_those_of_the_protocol() -> None:
    assert [language_of(path) for path in ("a/b.py", "b.TSX", "run.sh", "Makefile", "x")] == [
        "python",
        "typescriptreact",
        "shellscript",
        "makefile",
        "plaintext",
    ]
    assert language_of("a.py", "xonsh") == "xonsh"


def test_what_real_servers_say_is_read() -> None:
    """lsprotocol takes a code action with a command for a command, and cannot read the selector of ruff's notebooks."""
    action = {"title": "a", "kind": "quickfix", "command": {"title": "", "command": "fix", "arguments": []}}
    read: object = converter().structure(action, ACTION)  # type: ignore[arg-type]
    assert isinstance(read, CodeAction)
    assert read.command is not None
    assert read.command.command == "fix"
    assert isinstance(converter().structure(action["command"], ACTION), Command)  # type: ignore[arg-type]
    able = {"notebookDocumentSync": {"notebookSelector": [{"cells": [{"language": "python"}]}]}}
    converter().structure({"jsonrpc": "2.0", "id": 1, "result": {"capabilities": able}}, InitializeResponse)


def test_kinds_have_kinds_of_their_own() -> None:
    assert is_kind("source.fixAll.eslint", "source.fixAll")
    assert not is_kind("source.fixAllOfIt", "source.fixAll")


def one_file(text: str = "one two\n") -> OneFile:
    document = Document("a.txt", "file:///a.txt", text, version=3)
    return OneFile(document, "utf-16", lambda uri: uri.removeprefix("file:///"))


def text_edit(start: int, end: int, text: str) -> TextEdit:
    return TextEdit(Range(Position(0, start), Position(0, end)), text)


def test_edits_of_the_file_are_made_in_the_order_of_places() -> None:
    edits = [text_edit(4, 7, "2\n"), text_edit(0, 3, "1")]
    assert apply_edits("one two\n", one_file().edits(WorkspaceEdit(changes={"file:///a.txt": edits}))) == "1 2\n\n"
    crlf = one_file("one two\r\n").edits(WorkspaceEdit(changes={"file:///a.txt": edits}))
    assert apply_edits("one two\r\n", crlf) == "1 2\r\n\r\n"


REFUSED = {
    "changes another file": WorkspaceEdit(changes={"file:///b.txt": [text_edit(0, 1, "x")]}),
    "overlap": WorkspaceEdit(changes={"file:///a.txt": [text_edit(0, 3, "x"), text_edit(2, 4, "y")]}),
    "another version": WorkspaceEdit(
        document_changes=[TextDocumentEdit(OptionalVersionedTextDocumentIdentifier("file:///a.txt", 2), [])]
    ),
    "deletes a file": WorkspaceEdit(document_changes=[DeleteFile("file:///a.txt")]),
    "not in the file": WorkspaceEdit(changes={"file:///a.txt": [TextEdit(Range(Position(9, 0), Position(9, 1)), "x")]}),
    "ends before it begins": WorkspaceEdit(changes={"file:///a.txt": [text_edit(4, 2, "x")]}),
}


@pytest.mark.parametrize("words", REFUSED)
def test_other_edits_are_refused(words: str) -> None:
    with pytest.raises(UnusableFixError, match=words):
        one_file().edits(REFUSED[words])
