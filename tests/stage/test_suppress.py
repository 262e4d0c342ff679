"""The fixer `suppress` on hard files, with the real tools: what it silences is found no more, and nothing is new."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper import process
from stomper.checkers.mypy import MypyChecker
from stomper.checkers.ruff import RuffChecker
from stomper.errors import ConfigError
from stomper.fixers import FixReply, FixRequest, make_fixers
from stomper.fixers.suppress import SuppressFixer
from stomper.fixers.suppress.comments import NOT_OURS
from stomper.fixers.suppress.second_look import BESIDE_STALE
from stomper.fixers.suppress.tools import Tools
from stomper.models import Diagnostic, count_keys
from stomper.python import same_code
from stomper.settings import Settings
from tests.kit.cases import CASES, expected
from tests.kit.fakes import real_tool
from tests.kit.notebooks import STYLES, code, notebook
from tests.kit.warm_mypy import PROGRAM, WarmMypy

RUFF = RuffChecker(real_tool("ruff") or "")
MYPY = WarmMypy(PROGRAM, sys.executable)
STRICT = "[mypy]\nstrict = True\n"
SELECT = 'lint.select = ["E", "F", "RUF100"]\n'


@dataclass(frozen=True)
class Desk:
    """A folder with files to suppress in."""

    root: Path
    scratch: Path

    def write(self, path: str, content: bytes, ruff: str = SELECT) -> None:
        for name, text in {path: content, "ruff.toml": ruff.encode(), "mypy.ini": STRICT.encode()}.items():
            (self.root / name).write_bytes(text)

    def found(self, path: str) -> tuple[Diagnostic, ...]:
        return tuple(d for tool in (RUFF, MYPY) for d in tool.check(self.root, [path], self.scratch))

    def suppress(
        self, path: str, reason: str = "", keep: tuple[str, ...] = (), asked: tuple[Diagnostic, ...] | None = None
    ) -> FixReply:
        """Suppress what is found, all but the codes `keep`; or what is said to have been found."""
        found = self.found(path) if asked is None else asked
        wanted = tuple(d for d in found if d.code not in keep)
        others = tuple(d for d in found if d.code in keep)
        request = FixRequest(self.root, path, wanted, None, self.scratch, others=others)
        return SuppressFixer(Tools(RUFF.program, {"mypy": MYPY}), reason).fix(request)

    def content(self, path: str) -> bytes:
        return (self.root / path).read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "tree").mkdir()
    (tmp_path / "scratch").mkdir()
    return Desk(tmp_path / "tree", tmp_path / "scratch")


def case(desk: Desk, name: str) -> str:
    """A file of tests/cases/suppress under its plain name."""
    source = CASES / "suppress" / name
    desk.write(name.replace(".before", ""), source.read_bytes())
    shutil.copy(source.with_name("ruff.toml"), desk.root)
    return name.replace(".before", "")


def test_comments_go_where_the_tools_read_them(desk: Desk) -> None:
    path = case(desk, "statements.before.py")
    before, found = desk.content(path).decode(), desk.found(path)
    log = desk.suppress(path).log
    assert desk.content(path).decode() == expected("suppress", "statements").decode()
    assert same_code(before, desk.content(path).decode())
    left = desk.found(path)
    assert [(d.line, d.code) for d in left] == [
        (21, "RUF100"), (12, "name-defined"), (14, "name-defined"), (71, "arg-type"),
    ]  # fmt: skip
    assert not count_keys(left) - count_keys(found)
    assert all(f"line {d.line}: {d.code} stays: " in log for d in left)
    # Shown what is left, and even what was there before, it has nothing more to say.
    for again in (None, found):
        desk.suppress(path, asked=again)
        assert desk.content(path).decode() == expected("suppress", "statements").decode()


def test_what_cannot_be_silenced_stays_and_is_named(desk: Desk) -> None:
    path = case(desk, "keep.py")
    before, found = desk.content(path), desk.found(path)
    reply = desk.suppress(path)
    assert desk.content(path) == before
    assert sorted(reply.remarks) == [
        "suppress: E501: a `# noqa` that cannot be read is there",
        "suppress: E501: its place is at another statement",
        "suppress: E501: the line is a comment that a tool reads to its end",
        "suppress: RUF100, unused-ignore: a comment that silences nothing goes with --remove-stale",
        "suppress: attr-defined: the line ends inside of a string, and mypy heeds no comment below",
        "suppress: call-overload: a type comment is there",
    ]
    assert len(reply.log.splitlines()) == len(found)


NOQA = b"  # noqa: F401"
BOTH = b"  # type: ignore[assignment]  # noqa: F841"
BODY = b"def f() -> None:\n    x: int = ''\n"
BYTES: dict[str, tuple[bytes, bytes]] = {
    "no last line end": (b"import os", b"import os" + NOQA),
    "CRLF": (b"import os\r\n\r\n" + BODY.replace(b"\n", b"\r\n"), b"import os" + NOQA + b"\r\n\r\n"
             + BODY.replace(b"''\n", b"''" + BOTH + b"\n").replace(b"\n", b"\r\n")),
    "byte order mark": (b"\xef\xbb\xbfimport os\n", b"\xef\xbb\xbfimport os" + NOQA + b"\n"),
    "tabs": (b"def f() -> None:\n\tx: int = ''\n", b"def f() -> None:\n\tx: int = ''" + BOTH + b"\n"),
    "form feed": (b"\x0cimport os\n", b"\x0cimport os" + NOQA + b"\n"),
    "white space at the end": (b"import os \t\n", b"import os \t" + NOQA + b"\n"),
    "letters beyond": ("x = '🐍'\nimport os\n".encode(), "x = '🐍'\nimport os".encode() + NOQA + b"\n"),
}  # fmt: skip


@pytest.mark.matrix
@pytest.mark.parametrize("what", BYTES)
def test_the_rest_of_a_file_stays_byte_for_byte(desk: Desk, what: str) -> None:
    before, after = BYTES[what]
    desk.write("a.py", before, 'lint.select = ["E702", "F", "RUF100"]\n')
    desk.suppress("a.py")
    assert desk.content("a.py") == after
    assert desk.found("a.py") == ()


def test_a_declared_encoding_is_kept_and_limits_the_reason(desk: Desk) -> None:
    before = "# -*- coding: latin-1 -*-\nx: int = 'ä'\n".encode("latin-1")
    desk.write("a.py", before)
    found = tuple(MYPY.check(desk.root, ["a.py"], desk.scratch))
    (remark,) = desk.suppress("a.py", "слишком старый", asked=found).remarks
    assert "the reason" in remark
    assert desk.content("a.py") == before
    assert desk.suppress("a.py", "à vérifier", asked=found).remarks == ()
    after = "# -*- coding: latin-1 -*-\nx: int = 'ä'  # type: ignore[assignment]  # à vérifier\n"
    assert desk.content("a.py") == after.encode("latin-1")
    assert MYPY.check(desk.root, ["a.py"], desk.scratch) == ()


UNTOUCHED = {
    "does not parse": (b"import os\ndef (\n", "the file cannot be read: '(' is not closed (line 3)"),
    "mixed line ends": (
        b"import os\r\nimport re\n",
        "the file cannot be read: its line ends are mixed",
    ),
}


@pytest.mark.parametrize("what", UNTOUCHED)
def test_files_that_stay(desk: Desk, what: str) -> None:
    before, why = UNTOUCHED[what]
    desk.write("a.py", before)
    found = RUFF.check(desk.root, ["a.py"], desk.scratch)
    assert found
    (remark,) = desk.suppress("a.py", asked=found).remarks
    assert why in remark
    assert desk.content("a.py") == before


def test_a_tool_that_gives_no_result_leaves_the_file_as_it_was(desk: Desk) -> None:
    desk.write("a.py", b"import os\nx: int = ''\n")
    request = FixRequest(desk.root, "a.py", desk.found("a.py"), None, desk.scratch)
    broken = MypyChecker("/bin/false", sys.executable)
    assert SuppressFixer(Tools(RUFF.program, {"mypy": broken})).fix(request).problem.startswith("suppress: mypy ")
    assert desk.content("a.py") == b"import os\nx: int = ''\n"
    no_ruff = MYPY.program  # says that this is no way to call it
    assert SuppressFixer(Tools(no_ruff, {"mypy": MYPY})).fix(request).problem.startswith("suppress: ruff check")


def test_one_that_is_told_to_stop_says_so(desk: Desk) -> None:
    """Else the file would be done with, and a resumed run would not come back to it."""
    desk.write("a.py", b"import os\nx: int = ''\n")
    found = desk.found("a.py")
    process.request_stop(0)
    try:
        reply = desk.suppress("a.py", asked=found)
    finally:
        process.withdraw_stop()
    assert reply.stopped
    assert desk.content("a.py") == b"import os\nx: int = ''\n"


def test_other_checkers_have_comments_of_their_own(desk: Desk) -> None:
    desk.write("a.py", b"import os\n")
    found = (Diagnostic("shellcheck", "SC2034", "x is unused", "a.py", 1, 1),)
    assert desk.suppress("a.py", asked=found).remarks == (f"suppress: SC2034: {NOT_OURS}",)
    assert desk.content("a.py") == b"import os\n"


def test_what_was_not_asked_for_is_not_silenced(desk: Desk) -> None:
    """Two of a code on a line have one comment; where one of them is not to be suppressed, neither is."""
    desk.write("a.py", b"import os, re\nimport sys\n")
    every = RUFF.check(desk.root, ["a.py"], desk.scratch)
    wanted = tuple(d for d in every if d.code == "F401" and "`os`" not in d.message)
    others = tuple(d for d in every if d not in wanted)
    request = FixRequest(desk.root, "a.py", wanted, None, desk.scratch, others=others)
    reply = SuppressFixer(Tools(RUFF.program, {})).fix(request)
    assert desk.content("a.py") == b"import os, re\nimport sys  # noqa: F401\n"
    assert reply.remarks == ("suppress: F401: another one of its code in the same statement is not to be suppressed",)


@pytest.mark.thorough
def test_one_of_two_in_a_line_that_is_heeded_keeps_its_comment(desk: Desk) -> None:
    """The line cannot have a comment; one below is within the second expression, and not within the first."""
    desk.write("a.py", b"print(''.one, ('' \\\n    '').two)\n")
    (remark,) = desk.suppress("a.py").remarks
    assert desk.content("a.py") == b"print(''.one, ('' \\\n    '').two)  # type: ignore[attr-defined]\n"
    assert remark == "suppress: attr-defined: a backslash ends the line, and mypy heeds no comment below"
    assert ["one" in d.message for d in desk.found("a.py")] == [True]


@pytest.mark.thorough
def test_nothing_is_added_to_codes_of_mypy_that_silence_nothing(desk: Desk) -> None:
    """mypy would say so in other words, which are new; those that are of use, and ruff's, are no matter of that."""
    desk.write("a.py", b"x: int = y  # type: ignore[misc]\nz: int = len(q)()  # type: ignore[operator]\n")
    before = desk.found("a.py")
    (remark,) = desk.suppress("a.py", keep=("unused-ignore",)).remarks
    assert desk.content("a.py") == (
        b"x: int = y  # type: ignore[misc]  # noqa: F821\n"
        b"z: int = len(q)()  # type: ignore[operator, name-defined]  # noqa: F821\n"
    )
    assert remark == "suppress: name-defined: " + BESIDE_STALE.format("type: ignore")
    assert not count_keys(desk.found("a.py")) - count_keys(before)


def test_a_code_that_another_comment_makes_needless_is_not_written(desk: Desk) -> None:
    """ruff does not count what stands behind a `# type: ignore` as a part of the line."""
    desk.write("a.py", b"x: int = ''  # " + b"a comment " * 9 + b"\n")
    assert [d.code for d in desk.found("a.py")] == ["E501", "assignment"]
    assert desk.suppress("a.py").remarks == ()
    assert b"noqa" not in desk.content("a.py")
    assert desk.found("a.py") == ()


@pytest.mark.parametrize("style", STYLES)
def test_a_comment_goes_into_the_line_of_a_cell_of_a_notebook(desk: Desk, style: str) -> None:
    call = code("%time f()\n", "x = [\n", "  undefined,\n", "]\n", "y = other  # old", flat=True)
    desk.write("a.ipynb", notebook([code("import os\n", "undefined()"), code("!ls"), call], style))
    assert desk.suppress("a.ipynb", keep=("F401",)).remarks == ()
    said = "# noqa: F821"
    marked = code("%time f()\n", "x = [\n", f"  undefined,  {said}\n", "]\n", f"y = other  # old  {said}", flat=True)
    written = notebook([code("import os\n", f"undefined()  {said}"), code("!ls"), marked], style)
    assert desk.content("a.ipynb") == written
    assert [d.code for d in desk.found("a.ipynb")] == ["F401"]


def test_a_notebook_that_cannot_be_read_is_left_alone(desk: Desk) -> None:
    desk.write("a.ipynb", b'{"cells": [{"cell_type": "code", "metadata": {}, "source": ["import os("]}]}')
    found = (Diagnostic("ruff", "F401", "", "a.ipynb", 1, 8),)
    (remark,) = desk.suppress("a.ipynb", asked=found).remarks
    assert remark.startswith("suppress: F401: the file cannot be read: ")


@pytest.mark.thorough
def test_of_two_codes_in_a_comment_the_one_that_is_heeded_stays(desk: Desk) -> None:
    """mypy calls the other one unused as it does one that was there before."""
    desk.write("a.py", b"print(undefined, ('' \\\n    '').two)\n", 'lint.select = ["E702"]\n')
    (remark,) = desk.suppress("a.py").remarks
    assert desk.content("a.py") == b"print(undefined, ('' \\\n    '').two)  # type: ignore[attr-defined]\n"
    assert remark.startswith("suppress: name-defined: a backslash ends the line")


REASONS = {
    b"import os\n": b"import os  # noqa: F401  # legacy, see #12: later\n",
    b"import os, re  # noqa: F401\n": b"import os, re  # noqa: F401, E401  # legacy, see #12: later\n",
    b"import os, re  # noqa: F401  # legacy, see #12: later\n":
        b"import os, re  # noqa: F401, E401  # legacy, see #12: later\n",
    b"x: int = ''; y = 1  # old\n":
        b"x: int = ''; y = 1  # type: ignore[assignment]  # old  # noqa: E702  # legacy, see #12: later\n",
}  # fmt: skip


@pytest.mark.parametrize("before", REASONS)
def test_a_reason_stands_behind_and_both_tools_still_read_the_codes(desk: Desk, before: bytes) -> None:
    desk.write("a.py", before, SELECT + "line-length = 40\n")
    desk.suppress("a.py", "legacy, see #12: later")
    assert desk.content("a.py") == REASONS[before]
    assert desk.found("a.py") == (), "nor is the line too long now: ruff measures without such comments"


CHAINS = (("suppress", "ruff"), ("ruff", "suppress", "codemods"), ("suppress", "codemods/raise-from"))


@pytest.mark.parametrize("fixers", CHAINS)
def test_it_must_be_the_last_one(tmp_path: Path, fixers: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="'suppress' must be the last one") as caught:
        make_fixers(Settings(fixers=fixers), tmp_path)
    assert '"suppress"]' in (caught.value.hint or "")


def test_it_is_in_no_chain_that_does_not_name_it(tmp_path: Path) -> None:
    assert "suppress" not in [fixer.name for fixer in make_fixers(Settings(), tmp_path)]
    assert [f.name for f in make_fixers(Settings(fixers=("ruff", "suppress")), tmp_path)] == ["ruff", "suppress"]
    with pytest.raises(ConfigError, match="unknown fixer 'codemods/suppress'"):
        make_fixers(Settings(fixers=("codemods/suppress",)), tmp_path)
