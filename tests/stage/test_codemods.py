"""Codemods as fixers: a file's bytes, what is not rewritten, what is loaded; formatting and tidying of places."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from stomper.fixers import FixRequest
from stomper.fixers.codemods import CODEMODS, Codemod, CodemodFixer, Source
from stomper.fixers.codemods.imports import with_statement
from stomper.fixers.codemods.sites import statements
from stomper.fixers.ruff_format import RuffFormatFixer, joined
from stomper.fixers.ruff_text import RuffText
from stomper.fixers.ruff_unsafe import RuffUnsafeFixer
from stomper.fixers.tidy_after import changed_lines, tidied
from stomper.fixers.unsafe_reasons import Doubts
from stomper.models import Diagnostic
from tests.kit.fakes import real_tool

RUFF = real_tool("ruff") or ""
BARE = CodemodFixer(next(codemod for codemod in CODEMODS if codemod.name == "bare-except"))
SOURCE = "try:\n    a = 'é'\nexcept:\n    pass\n"
DONE = SOURCE.replace("except:", "except BaseException:")


def found(code: str, line: int, column: int = 1, message: str = "") -> Diagnostic:
    return Diagnostic("ruff", code, message, "a.py", line, column)


def request(root: Path, content: bytes, *diagnostics: Diagnostic, codes: frozenset[str] | None = None) -> FixRequest:
    """A try at these diagnostics of a file with this content."""
    (root / "a.py").write_bytes(content)
    return FixRequest(root, "a.py", diagnostics, codes, root)


BYTES: dict[str, tuple[Callable[[str], bytes], int]] = {
    "utf-8": (lambda text: text.encode(), 0),
    "byte order mark": (lambda text: b"\xef\xbb\xbf" + text.encode(), 0),
    "windows": (lambda text: text.replace("\n", "\r\n").encode(), 0),
    "latin-1": (lambda text: b"# -*- coding: latin-1 -*-\n" + text.encode("latin-1"), 1),
    "no last line end": (lambda text: text.removesuffix("\n").encode(), 0),
}


@pytest.mark.parametrize("kind", BYTES)
def test_only_the_places_differ_byte_by_byte(tmp_path: Path, kind: str) -> None:
    encode, offset = BYTES[kind]
    asked = request(tmp_path, encode(SOURCE), found("E722", 3 + offset))
    assert BARE.fix(asked).log == ""
    assert asked.file.read_bytes() == encode(DONE)


@pytest.mark.parametrize(
    "content",
    [
        SOURCE.encode().replace(b"\n", b"\r\n", 1),
        SOURCE.encode() + b"\rx = 1\n",
        SOURCE.encode("latin-1"),
        SOURCE.encode() + b"x = (\n",
        b"# -*- coding: nonsense -*-\n" + SOURCE.encode(),
    ],
    ids=["mixed line ends", "old line end", "not what it says it is", "no Python", "unknown encoding"],
)
def test_a_file_that_is_not_understood_stays(tmp_path: Path, content: bytes) -> None:
    asked = request(tmp_path, content, found("E722", 3), found("E722", 4))
    assert asked.file.read_bytes() == content
    assert BARE.fix(asked).log.startswith("a.py cannot be read: ")


@pytest.mark.parametrize(
    "newer",
    ["type A[T] = list[T]", 'A = f"{d["a"]} {d}"', "class A[T = int]: ...", "def a[T](b: T) -> T: ..."],
)
def test_files_of_newer_syntax_are_worked_on(tmp_path: Path, newer: str) -> None:
    text = f"# é\n{newer}\ntry:\n    a = 1\nexcept A:\n    'é'; raise ValueError('x')\n"
    asked = request(tmp_path, text.encode(), found("B904", 6, 10))
    reply = CodemodFixer(next(one for one in CODEMODS if one.name == "raise-from")).fix(asked)
    assert (reply.log, reply.remarks) == ("", ())
    assert asked.file.read_text() == text.replace("A:\n    'é'", "A as err:\n    'é'").replace(
        "('x')", "('x') from err"
    )


def test_names_in_newer_syntax_are_left_with_a_reason(tmp_path: Path) -> None:
    text = "type A[T] = list[T]\ndef f(a):\n    l = a\n    return l\n"
    asked = request(tmp_path, text.encode(), found("E741", 3, 5, "Ambiguous variable name: `l`"))
    reply = CodemodFixer(next(one for one in CODEMODS if one.name == "local-names")).fix(asked)
    if asked.file.read_text() == text:
        assert [remark.partition(" are not known")[1] for remark in reply.remarks] == [" are not known"]
    else:  # this Python knows the syntax
        assert "item = a" in asked.file.read_text()


def test_unsafe_fixes_of_a_text_that_is_no_python_have_no_doubts(tmp_path: Path) -> None:
    assert Doubts("x = (\n", tmp_path, "a.py").why_not({"code": "F401", "location": {"row": 1}}) == ""


def test_one_place_that_cannot_be_done_does_not_lose_the_others(tmp_path: Path) -> None:
    source = "from a import b\n" * 5 + "def f():\n" + "    raise X\n" * 5
    asked = request(tmp_path, source.encode(), *(found("B904", line) for line in range(1, 12)))
    fixer = CodemodFixer(Codemod("stumbling", frozenset({("ruff", "B904")})))
    sys.modules["stomper.fixers.codemods.stumbling"] = cast(ModuleType, Stumbling)
    said = fixer.fix(asked).log.splitlines()
    del sys.modules["stomper.fixers.codemods.stumbling"]
    assert asked.file.read_text() == source.replace("from a import b\n", "import b\n" * 2).replace("raise X", "raise Y")
    assert said == ["codemods/stumbling: no change: line 6: ValueError: a function"]


class Stumbling:
    """A codemod that makes two lines of an import, changes what is raised, and stumbles over functions."""

    @staticmethod
    def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
        lines = source.lines
        for found in reversed(diagnostics):
            words = lines[found.line - 1].split()
            if words[0] == "def":
                raise ValueError("a function")
            new = ["    raise Y"] if words[0] == "raise" else ["import b", "import b"]
            lines[found.line - 1 : found.line] = new
        return "\n".join(lines)


def test_only_codes_that_were_asked_for(tmp_path: Path) -> None:
    asked = request(tmp_path, SOURCE.encode(), found("E722", 3), codes=frozenset({"E501"}))
    BARE.fix(asked)
    assert asked.file.read_text() == SOURCE


def test_takes_what_it_claims() -> None:
    assert BARE.takes([found("E501", 1), found("E722", 1)])
    assert not BARE.takes([found("E501", 1), Diagnostic("mypy", "E722", "", "a.py", 1, 1)])
    re_export = CodemodFixer(next(codemod for codemod in CODEMODS if codemod.name == "re-export"))
    assert [re_export.takes([found("F401", 1, message=text)]) for text in ("use a redundant alias", "remove")] == [
        True, False,
    ]  # fmt: skip


def test_nothing_heavy_is_loaded_before_there_is_something_to_rewrite() -> None:
    code = (
        "import sys; from pathlib import Path; from stomper.fixers import make_fixers; from stomper.settings import *;"
        "from stomper.models import Diagnostic;"
        "chain = make_fixers(Settings(), Path('.'));"
        "taken = [f.name for f in chain if f.takes([Diagnostic('ruff', 'F821', '', 'a.py', 1, 1)])];"
        "print(taken, {'libcst', 'jinja2', 'httpx'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[] set()\n"


def test_statements_of_a_line_that_others_share_come_together() -> None:
    text = "a = 1; b = (\n2)\n@decorated\ndef c():\n    pass\nd = 3\n"
    assert statements(text, {2}) == [(range(1, 3), "a = 1; b = (\n2)\n")]
    assert statements(text, {5, 6}) == [(range(6, 7), "d = 3\n"), (range(3, 6), "@decorated\ndef c():\n    pass\n")]


IMPORTS = {
    "": "import x\n",
    "a = 1\n": "import x\n\na = 1\n",
    '"""Doc."""\n\na = 1\n': '"""Doc."""\nimport x\n\na = 1\n',
    "from __future__ import annotations\n\nimport a\n": "from __future__ import annotations\n\nimport x\nimport a\n",
    "# first\n@a\ndef b(): ...\n": "# first\nimport x\n\n\n@a\ndef b(): ...\n",
    '"""Doc."""; import a\n': '"""Doc."""; import a\nimport x\n',
    '"""Doc."""; a = (\n1)\nimport b\n': '"""Doc."""; a = (\n1)\nimport x\nimport b\n',
    "if a:\n    import b\n": "import x\n\nif a:\n    import b\n",
    "a = 1\nimport b\n": "import x\n\na = 1\nimport b\n",
    "#!/bin/python\n# isort: off\nimport b\nimport a\n# isort: on\n": (
        "#!/bin/python\nimport x\n\n# isort: off\nimport b\nimport a\n# isort: on\n"
    ),
    '"""Doc."""\n# fmt: off\nimport a, b\n': '"""Doc."""\nimport x\n\n# fmt: off\nimport a, b\n',
    "# fmt: off\n# -*- coding: utf-8 -*-\na = 1\n": "# fmt: off\n# -*- coding: utf-8 -*-\nimport x\n\na = 1\n",
    "# isort: skip_file\nimport b\nimport a\n": "import x\n\n# isort: skip_file\nimport b\nimport a\n",
}


@pytest.mark.parametrize("text", IMPORTS)
def test_where_an_import_goes(text: str) -> None:
    assert with_statement(text, "import x") == IMPORTS[text]


def test_ranges_are_of_neighbours() -> None:
    assert joined([7, 3, 4, 1]) == [range(1, 2), range(3, 5), range(7, 8)]


def test_formatter_leaves_other_statements(tmp_path: Path) -> None:
    asked = request(tmp_path, b"a = [ 1 ]\nif a : b = [ 2 ]\nc = [ 3 ]\n", found("E701", 2, 6))
    RuffFormatFixer(RUFF).fix(asked)
    assert asked.file.read_text() == "a = [ 1 ]\nif a:\n    b = [2]\nc = [ 3 ]\n"


def test_formatter_does_not_touch_what_would_stay_too_long(tmp_path: Path) -> None:
    text = f"a = [ '{'x' * 90}' ]\n"
    asked = request(tmp_path, text.encode(), found("E501", 1, 89, "Line too long (102 > 88)"))
    RuffFormatFixer(RUFF).fix(asked)
    assert asked.file.read_text() == text


def test_ruff_without_a_result_is_no_trouble_of_the_file(tmp_path: Path) -> None:
    asked = request(tmp_path, b"a = [ 1 ]\nb = (\n", found("E201", 1, 6), found("C408", 1, 6))
    for fixer in (RuffFormatFixer(RUFF), RuffUnsafeFixer(RUFF)):
        assert fixer.fix(asked).problem == ""
    (tmp_path / "ruff.toml").write_text("no toml")
    asked.file.write_text("a = [ 1 ]\n")
    assert "ruff check: exit code 2" in RuffUnsafeFixer(RUFF).fix(asked).log


def test_unsafe_fixes_of_a_project_that_wants_none(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["C408"]\nlint.unfixable = ["C408"]\n')
    asked = request(tmp_path, b"a = dict(b=1)\n", found("C408", 1, 5))
    RuffUnsafeFixer(RUFF).fix(asked)
    assert asked.file.read_text() == "a = dict(b=1)\n"
    (tmp_path / "ruff.toml").write_text('lint.select = ["C408"]\n')
    asked.file.write_text("a = dict(b=1)\n\n")
    RuffUnsafeFixer(RUFF).fix(asked)
    assert asked.file.read_text() == 'a = {"b": 1}\n\n'


DUCK = """\
def update(mine, other):
    if %s:
        for key in other.keys():
            mine[key] = other[key]
"""


@pytest.mark.parametrize(
    ("asked", "stays"),
    [
        ('hasattr(other, "keys")', True),
        ('getattr(other, "keys", None)', True),
        ('hasattr(mine, "keys")', False),
        ('hasattr(other, "items")', False),
    ],
)
def test_what_is_known_to_have_keys_only_is_iterated_by_them(tmp_path: Path, asked: str, stays: bool) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["SIM118"]\n')
    text = DUCK % asked
    place = request(tmp_path, text.encode(), found("SIM118", 3, 13))
    RuffUnsafeFixer(RUFF).fix(place)
    assert place.file.read_text() == (text if stays else text.replace("other.keys()", "other"))


def test_each_code_is_a_guess_of_its_own() -> None:
    guesses = RuffUnsafeFixer(RUFF).guesses([found("C408", 1), found("B007", 1), found("C408", 2), found("T201", 3)])
    assert guesses == (frozenset({("ruff", "B007")}), frozenset({("ruff", "C408")}))


def test_tidies_what_is_new_on_changed_lines_only(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["E", "I", "UP"]\n')
    ruff = RuffText(RUFF, request(tmp_path, b""))
    old = "import os\n\nb = {}.format(1)\na = 1\n\n\ndef f(x):\n    return 1\n"
    new = "import os\nimport ast\n\nb = {}.format(1)\na = 1\n\n\ndef f(x):\n    return '%s' % x\n"
    made = new.replace("'%s' % x", "'{}'.format(x)")
    expected = new.replace("import os\nimport ast", "import ast\nimport os").replace("'%s' % x", "f'{x}'")
    assert tidied(ruff, old, made) == expected
    assert tidied(ruff, made, made) == made


def test_tidies_imports_that_a_rewrite_leaves_unused_wherever_they_are(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["F401", "I001"]\n')
    ruff = RuffText(RUFF, request(tmp_path, b""))
    old = "import os\nfrom typing import List, Optional\n\n\ndef f(x: List[int]) -> Optional[int]:\n    return x\n"
    made = old.replace("List[int]", "list[int]")
    assert tidied(ruff, old, made) == made.replace("List, ", "")


TIDY = {
    "what was there before, on a changed line": ("a = '{}'.format(b)\n", "a = '{}'.format(b)  # c\n", None),
    "what is new, not its like elsewhere": (
        "a = '{}'.format(b)\n\nc = 1\n",
        "a = '{}'.format(b)\n\nc = '{}'.format(d)\n",
        "a = '{}'.format(b)\n\nc = f'{d}'\n",
    ),
}


@pytest.mark.parametrize("what", TIDY)
def test_tidies_nothing_else(tmp_path: Path, what: str) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["UP"]\n')
    old, new, expected = TIDY[what]
    assert tidied(RuffText(RUFF, request(tmp_path, b"")), old, new) == (expected or new)


ONE_IF = """\
def f(a, b, c):
    if a:
        return 1
    # the reason
    elif b and c:
        return 1
    return 2
"""
COMMENTED = {
    "a comment is lost": (ONE_IF, ONE_IF),
    "none is lost": (
        ONE_IF.replace("    # the reason\n", ""),
        "def f(a, b, c):\n    if a or b and c:\n        return 1\n    return 2\n",
    ),
}


@pytest.mark.parametrize("what", COMMENTED)
def test_tidying_loses_no_comment(tmp_path: Path, what: str) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["SIM114"]\n')
    new, expected = COMMENTED[what]
    old = new.replace("    elif b and c:\n", "    elif b:\n").replace(
        "        return 1\n    return 2", "        pass\n    return 2"
    )
    assert tidied(RuffText(RUFF, request(tmp_path, b"")), old, new) == expected


def test_tidying_drops_comments_that_tools_have_no_more_use_for(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["F401", "RUF100"]\n')
    old, new = "import os  # noqa: F401\n", "import os, sys  # noqa: F401\n\nprint(os, sys)\n"
    assert tidied(RuffText(RUFF, request(tmp_path, b"")), old, new) == new.replace("  # noqa: F401", "")


def test_which_lines_differ() -> None:
    assert changed_lines("a\nb\nc\nd", "a\nB\nc\nx\nd") == {2, 4}
    assert changed_lines("a\nb\nc", "a\nc") == {2}
