"""Comments that several tools read, or that speak of more than one line: with checkers that say what a test wants."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stomper.checkers.completeness import Look, Looking
from stomper.checkers.mypy import MypyChecker
from stomper.checkers.ruff import RuffChecker
from stomper.checkers.tried_without import TriedWithout
from stomper.fixers import FixReply, FixRequest
from stomper.fixers.suppress import SuppressFixer
from stomper.fixers.suppress.comments import NO_CODE, NOT_ASKED
from stomper.fixers.suppress.second_look import NO_ROOM, OTHERS_ASKED, UNNEEDED
from stomper.fixers.suppress.tools import Tools
from stomper.models import Diagnostic
from tests.kit.fakes import real_tool
from tests.kit.tools import tool_checker

Finds = Callable[[str], Iterator[str]]


@dataclass(frozen=True)
class Fake(Looking):
    """A checker that `finds` codes on a line, and counts its looks."""

    name: str
    finds: Finds
    looks: list[str] = field(default_factory=list)

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        self.looks.extend((root / path).read_text() for path in paths)
        found = [
            Diagnostic(self.name, code, f"{code} of {self.name}", path, number, 1)
            for path in paths
            for number, line in enumerate((root / path).read_text().splitlines(), 1)
            for code in self.finds(line)
        ]
        return Look(tuple(paths), tuple(found))


def bad(code: str, *words: str) -> Finds:
    """Find a code on lines with `bad`, unless they have one of these words."""
    return lambda line: iter([code] if "bad" in line and not any(re.search(word, line) for word in words) else [])


def suppress(root: Path, text: str, *checkers: Fake, keep: tuple[str, ...] = ()) -> tuple[str, FixReply]:
    """Suppress what the checkers find in a text but for the lines that have a word of `keep`."""
    (root / "a.py").write_text(text)
    found = [d for one in checkers for d in one.check(root, ["a.py"])]
    lines = text.split("\n")
    wanted = tuple(d for d in found if not any(word in lines[d.line - 1] for word in keep))
    others = tuple(d for d in found if d not in wanted)
    fixer = SuppressFixer(Tools(None, {one.name: one for one in checkers}))
    reply = fixer.fix(FixRequest(root, "a.py", wanted, None, root, others=others))
    return (root / "a.py").read_text(), reply


MYPY = Fake("mypy", bad("misc", r"type: ignore\[misc"))


def test_what_two_tools_read_is_written_once(tmp_path: Path) -> None:
    pyrefly = Fake("pyrefly", bad("bad-return", "type: ignore", "pyrefly: ignore"))
    ty = Fake("ty", bad("invalid-return", r"ty: ignore\[invalid-return"))
    text, reply = suppress(tmp_path, "bad = 1\n", MYPY, pyrefly, ty)
    assert text == "bad = 1  # type: ignore[misc]  # ty: ignore[invalid-return]\n"
    assert reply.remarks == ()
    text, _ = suppress(tmp_path, "bad = 1\n", pyrefly, ty)
    assert text == "bad = 1  # ty: ignore[invalid-return]  # pyrefly: ignore [bad-return]\n"


def test_what_another_tool_calls_needless_is_not_written(tmp_path: Path) -> None:
    def pyright(line: str) -> Iterator[str]:
        yield from ["reportUnnecessaryTypeIgnoreComment"] if "type: ignore" in line else []

    text, reply = suppress(tmp_path, "bad = 1\n", MYPY, Fake("pyright", pyright))
    assert text == "bad = 1\n"
    assert reply.remarks == (f"suppress: misc: {UNNEEDED.format('pyright')}",)


def test_what_another_tool_was_not_to_be_silent_about_is_not_silenced(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad = 1\n")
    pyrefly = Fake("pyrefly", bad("bad-return", "type: ignore"))
    others, wanted = pyrefly.check(tmp_path, ["a.py"]), MYPY.check(tmp_path, ["a.py"])
    fixer = SuppressFixer(Tools(None, {"mypy": MYPY, "pyrefly": pyrefly}))
    # pyrefly looks because it reads the comment, too.
    reply = fixer.fix(FixRequest(tmp_path, "a.py", wanted, None, tmp_path, others=others))
    assert (tmp_path / "a.py").read_text() == "bad = 1\n"
    assert reply.remarks == (f"suppress: misc: {OTHERS_ASKED}",)


BLOCK = "def bad_one(\n    given,\n):\n    return bad_two\n"


def test_pylint_reads_a_comment_at_the_head_of_a_block_for_all_of_it(tmp_path: Path) -> None:
    pylint = Fake("pylint", bad("W0613", r"disable=W0613"))
    text, reply = suppress(tmp_path, BLOCK, pylint, keep=("bad_two",))
    assert text == BLOCK
    assert reply.remarks == (f"suppress: W0613: {NOT_ASKED}",)
    text, reply = suppress(tmp_path, BLOCK, pylint, keep=("bad_one",))
    assert text == BLOCK.replace("bad_two", "bad_two  # pylint: disable=W0613")
    assert reply.remarks == ()
    _, reply = suppress(tmp_path, "x = 1\n# bad\n", pylint)
    assert reply.remarks == (f"suppress: W0613: {NO_CODE}",)


def _long(line: str) -> Iterator[str]:
    yield from ["E501"] if len(line) > 30 and "E501" not in line else []
    yield from ["E225"] if "bad" in line and "E225" not in line else []


@pytest.mark.thorough
def test_a_comment_accepts_that_it_makes_its_line_too_long(tmp_path: Path) -> None:
    flake8 = Fake("flake8", _long)
    text, _ = suppress(tmp_path, "bad =1\nbad_and_longer_than_that =1\n", flake8)
    assert text == "bad =1  # noqa: E225\nbad_and_longer_than_that =1  # noqa: E225, E501\n"


@pytest.mark.thorough
def test_where_it_cannot_say_so_it_is_not_written(tmp_path: Path) -> None:
    text, reply = suppress(tmp_path, "bad = 1  # noqa\n", Fake("flake8", _long), MYPY)
    assert text == "bad = 1  # noqa\n"
    assert f"suppress: misc: {NO_ROOM}" in reply.remarks


STALE = "bad = 1  # nosec B101, B102\ngood = 1  # nosec B101  # why\nplain = 1  # nosec\n"


def test_comments_that_silence_nothing_are_found_by_trial(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(STALE)
    bandit = Fake("bandit", bad("B101", "nosec.*B101"))
    found = TriedWithout(bandit, tmp_path / "elsewhere").check(tmp_path, ["a.py"])
    assert [(d.line, d.code, d.message) for d in found] == [
        (1, "unused-suppression", "Unused `# nosec`: B102"),
        (2, "unused-suppression", "Unused `# nosec`: B101"),
    ]
    assert (tmp_path / "a.py").read_text() == STALE
    assert bandit.looks[-2:] == [
        "bad = 1\ngood = 1  # why\nplain = 1  # nosec\n",
        "bad = 1  # nosec B101\ngood = 1  # why\nplain = 1  # nosec\n",
    ]


def test_they_are_not_tried_in_the_checkout_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(STALE)
    bandit = Fake("bandit", bad("B101", "nosec.*B101"))
    assert TriedWithout(bandit, tmp_path).check(tmp_path, ["a.py"]) == ()
    assert bandit.looks == [STALE]


@pytest.mark.thorough
def test_what_another_reader_needs_is_not_stale(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad = 1  # noqa: F401\n")
    flake8, ruff = Fake("flake8", lambda line: iter(())), Fake("ruff", bad("F401", "F401"))
    assert TriedWithout(flake8, tmp_path / "elsewhere", (ruff,)).check(tmp_path, ["a.py"]) == ()
    assert len(TriedWithout(flake8, tmp_path / "elsewhere").check(tmp_path, ["a.py"])) == 1


@pytest.mark.thorough
def test_a_tool_that_says_more_without_them_speaks_against_all_of_a_file(tmp_path: Path) -> None:
    """What is found anew has no word of the comment's: it is needed all the same."""
    (tmp_path / "a.py").write_text("bad = 1  # nosec B999\n")
    bandit = Fake("bandit", bad("B101", "nosec"))
    assert TriedWithout(bandit, tmp_path / "elsewhere").check(tmp_path, ["a.py"]) == ()


REAL = {"ty": "ty", "pyrefly": "pyrefly", "basedpyright": "basedpyright", "flake8": "flake8", "pylint": "pylint"}
SEVERAL = """\
import os
x: int = "a"
y: int = undefined_name
z=1


def g(a: int = None) -> int:
    return a


v: int = (
    "a"
)
print(os)
"""
ACCEPTED = """\
import os
x: int = "a"  # type: ignore[assignment]  # ty: ignore[invalid-assignment]
y: int = undefined_name  # type: ignore[name-defined]  # ty: ignore[unresolved-reference]  # pylint: disable=E0602  # noqa: E501, F821
z=1  # noqa: E225


def g(a: int = None) -> int:  # type: ignore[assignment]  # ty: ignore[invalid-parameter-default]  # noqa: E501
    return a


v: int = (  # ty: ignore[invalid-assignment]
    "a"  # type: ignore[assignment]
)
print(os)
"""  # noqa: E501


@pytest.mark.thorough
def test_seven_real_tools_share_a_line(tmp_path: Path) -> None:
    files = {
        "a.py": SEVERAL,
        "pyproject.toml": "",
        "mypy.ini": "[mypy]\nstrict = True\n",
        "ruff.toml": 'lint.select = ["F"]\n',
        "pyrightconfig.json": '{"typeCheckingMode": "standard", "enableTypeIgnoreComments": true}\n',
        "pyrefly.toml": 'preset = "default"\n',
        "pylintrc": "[MESSAGES CONTROL]\ndisable=C\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "scratch").mkdir()
    ruff = RuffChecker(real_tool("ruff") or "")
    tools = {"mypy": MypyChecker(real_tool("mypy") or "", sys.executable)}
    others = {name: tool_checker(tmp_path, name) for name in REAL}
    found = [d for one in (ruff, *tools.values(), *others.values()) for d in one.check(tmp_path, ["a.py"])]
    assert {d.tool for d in found} == {"ruff", "mypy", *REAL}
    request = FixRequest(tmp_path, "a.py", tuple(found), None, tmp_path / "scratch")
    assert SuppressFixer(Tools(ruff.program, {**tools, **others})).fix(request).remarks == ()
    assert (tmp_path / "a.py").read_text() == ACCEPTED
    left = [d for one in (ruff, *tools.values(), *others.values()) for d in one.check(tmp_path, ["a.py"])]
    assert left == []
