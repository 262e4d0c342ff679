"""The checker that asks a language server, on a real repository, with a server that does as it is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.checkers.attempt import attempted
from stomper.errors import CheckerError
from stomper.language_servers.keeping import end_servers, kept_on, taken_notes
from stomper.language_servers.session import Session, Start
from stomper.models import NOT_CHECKED
from stomper.settings import CheckerSettings
from tests.kit.servers import counted, fake_server, logged, server_checker

FOUND = [("a.txt", "bad", 1, 8), ("b.txt", "sad", 2, 1)]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Three files: one with a complaint behind an emoji, one in its second line, one clean."""
    top = tmp_path / "files"
    top.mkdir()
    for name, text in (("a.txt", "é😀 one BAD\n"), ("b.txt", "é\nSAD"), ("c.txt", "fine\n")):
        (top / name).write_text(text)
    return top


def found(top: Path, *flags: str | Path | float, timeout: float = 60.0, quiet: float = 0.1) -> list[tuple[object, ...]]:
    checker = server_checker(*flags, timeout=timeout, quiet=quiet)
    return [(d.path, d.code, d.line, d.column) for d in checker.check(top, ["a.txt", "b.txt", "c.txt"])]


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--encoding", "utf-8"),
        ("--encoding", "utf-16"),
        ("--encoding", "utf-32"),
        ("--cancel",),
        ("--late", 0.2),
        ("--pale",),
        ("--push",),
        ("--push", "--no-version", "--encoding", "utf-8"),
        ("--push", "--old"),
        ("--push", "--last"),
    ],
    ids=lambda flags: " ".join(map(str, flags)) or "pull",
)
@pytest.mark.matrix(every=1)
def test_what_the_server_says_is_found(files: Path, flags: tuple[str, ...]) -> None:
    assert found(files, *flags) == FOUND


def test_a_server_that_pushes_what_is_quickly_found_first_is_waited_for(files: Path) -> None:
    """Its first push is empty. Without a time of quiet that would count."""
    checker = server_checker("--push", "--twice", "--late", 0.2, quiet=1.5)
    assert [d.code for d in checker.check(files, ["a.txt"])] == ["bad"]


FAILURES = {
    ("--crash", "no licence"): "exit code 7: no licence",
    ("--garbage",): "it says something that is no message: Segmentation fault",
    ("--half",): "it has ended in the middle of a message: exit code 7: cut off",
    ("--refuse", "no memory"): "it refuses the diagnostics of a.txt: no memory",
    ("--mute",): "no answer about initialize in time",
    ("--hang-on", "fine"): "no answer about the diagnostics of c.txt in time",
    ("--push", "--hang-on", "fine"): "no answer about c.txt in time",
}


@pytest.mark.parametrize("flags", FAILURES, ids=lambda flags: flags[0])
@pytest.mark.matrix(every=1)
def test_no_answer_is_never_clean(files: Path, flags: tuple[str, ...]) -> None:
    """A crash, garbage, half a message, a refusal, silence and a hang: each in its own words."""
    with pytest.raises(CheckerError) as told:
        found(files, *flags, timeout=1.5)
    assert told.value.message.startswith("fake gave no result: ")
    assert FAILURES[flags] in told.value.message


def test_a_file_that_ends_the_server_is_named_and_the_others_are_looked_at(files: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    looked = server_checker("--crash-on", "SAD", "--log", log).look(files, ["a.txt", "b.txt", "c.txt"])
    assert [(d.path, d.code) for d in looked.found] == [("a.txt", "bad"), ("b.txt", NOT_CHECKED)]
    assert looked.found[1].message == "it has ended: exit code 7: out of cheese"
    assert counted(log)["start"] == 3


def test_a_server_that_dies_of_every_file_gives_no_result(files: Path) -> None:
    for name in "abcde":
        (files / f"{name}.txt").write_text("SAD")
    with pytest.raises(CheckerError, match="out of cheese"):
        server_checker("--crash-on", "SAD").check(files, [f"{name}.txt" for name in "abcde"])


def test_text_that_the_protocol_cannot_hold_is_not_checked(files: Path) -> None:
    (files / "c.txt").write_bytes(b"BAD \xff")
    looked = server_checker().look(files, ["a.txt", "c.txt", "gone.txt"])
    assert [(d.path, d.code, d.message) for d in looked.found[1:]] == [
        ("c.txt", NOT_CHECKED, "is not UTF-8, which the protocol wants"),
        ("gone.txt", NOT_CHECKED, "No such file or directory"),
    ]


def test_a_server_is_told_the_language_and_its_settings(files: Path) -> None:
    settings = CheckerSettings("fake", fake_server(), "lsp", language_id="klingon", settings='{"a": {"b": 1}}')
    session = Session(Start(settings, settings.command, files))
    try:
        assert session.replies._section("a.b") == 1
        assert session.replies._section("c") is None
        session.diagnostics({"a.txt": "x"})
        assert session.documents.language == "klingon"
    finally:
        session.end()


@pytest.fixture
def kept(files: Path, tmp_path: Path) -> Iterator[Path]:
    """A checkout that looks keep their servers on, with other content than `files`."""
    home = tmp_path / "home"
    home.mkdir()
    with kept_on(lambda: (home, tmp_path)):
        yield home
    end_servers()
    taken_notes()


def test_a_server_is_kept_for_attempts_and_told_what_has_changed(files: Path, kept: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    checker = server_checker("--log", log)
    for text in ("BAD", "BAD SAD", "fine", "fine"):
        (files / "a.txt").write_text(text)
        with attempted(files, {"a.txt"}, lambda _: b""):
            assert len(checker.check(files, ["a.txt"])) == len(text.split()) - text.count("fine")
    words = counted(log)
    assert [words[f"textDocument/{word}"] for word in ("didOpen", "didChange", "diagnostic")] == [1, 2, 3]
    with attempted(files, {"b.txt"}, lambda _: b""):
        assert len(checker.check(files, ["b.txt"])) == 1
    assert counted(log)["textDocument/didClose"] == 1
    assert len({pid for pid, _ in logged(log)}) == 1
    assert len(checker.check(files, ["b.txt"])) == 1, "nobody says what is in the checkout: it is looked at from cold"
    assert len({pid for pid, _ in logged(log)}) == 2
    end_servers()
    assert counted(log)["end"] == 2


def test_a_kept_server_that_dies_is_started_anew(files: Path, kept: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    checker = server_checker("--crash-on", "SAD", "--log", log)
    for path, codes in (("a.txt", ["bad"]), ("b.txt", [NOT_CHECKED]), ("a.txt", ["bad"])):
        with attempted(files, {path}, lambda _: b""):
            assert [d.code for d in checker.check(files, [path])] == codes
    assert counted(log)["start"] == 3
    assert any("out of cheese" in note for note in taken_notes())
