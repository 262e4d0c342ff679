"""Comments that keep a layout: which lines they are about, and that nothing that only lays out touches these."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.fixers import Fixer, FixRequest
from stomper.fixers.codemods import CODEMODS, CodemodFixer
from stomper.fixers.kept_layout import ALL, free_to_move, keeps, kept_lines
from stomper.fixers.ruff_format import RuffFormatFixer
from stomper.fixers.ruff_text import RuffText
from stomper.fixers.ruff_unsafe import RuffUnsafeFixer
from stomper.fixers.tidy_after import tidied
from stomper.models import Diagnostic
from tests.kit.fakes import real_tool

RUFF = real_tool("ruff") or ""

# Each with the lines that are kept.
KEPT = {
    "off and on": ("# fmt: off\na = 1\nb = [\n1,\n]\n# fmt: on\nc = 1\n", range(1, 7)),
    "to the end of the file": ("a = 1\n# fmt: off\nb = 1\n\nc = 2\n", range(2, 7)),
    "to the end of the block": ("class A:\n    # fmt: off\n    a = 1\n    b = 2\n\nc = 1\n", range(2, 6)),
    "to the next branch": ("if a:\n    # fmt: off\n    b = 1\nelse:\n    c = 1\n", range(2, 4)),
    "without a blank": ("#fmt:off\na = 1\n#fmt:on\nb = 1\n", range(1, 4)),
    "behind code": ("a = 1  # fmt: skip\nb = 1\n", range(1, 2)),
    "behind the end of a statement": ("a = [\n    1,\n]  # fmt: skip\nb = 1\n", range(1, 4)),
    "beside another order": ("a = 1  # noqa: F401  # fmt: skip\nb = 1\n", range(1, 2)),
    "behind a head": ("if a:  # fmt: skip\n    b = 1\n", range(1, 2)),
    "within a statement": ("a = [\n    # fmt: off\n    1,\n    # fmt: on\n    2,\n]\nb = 1\n", range(1, 7)),
    "yapf": ("# yapf: disable\na = 1\n# yapf: enable\nb = 1\n", range(1, 4)),
    "yapf behind code": ("a = 1  # yapf: disable\nb = 1\n", range(1, 2)),
    "yapf and black": ("# yapf: disable\na = 1\n# fmt: on\nb = 1\n", range(1, 4)),
    "autopep8": ("# autopep8: off\na = 1\n# autopep8: on\nb = 1\n", range(1, 4)),
    "autopep8 is not ended by others": ("# autopep8: off\na = 1\n# fmt: on\nb = 2\n", range(1, 6)),
    "two of them": ("# fmt: off\na = 1\n# fmt: on\nb = 1\n# fmt: off\nc = 1\n# fmt: on\n", (1, 2, 3, 5, 6, 7)),
    "in a text": ("a = '''\n# fmt: off\n'''\nb = 1\n", ()),
    "what only sounds so": ("# fmt: offside\na = 1  # fmt skip\n", ()),
    "no Python": ("# fmt: off\na = (\n", ()),
    "newer syntax": ('a = f"{b["#"]}"  # fmt: skip\nc = 1\n', range(1, 2)),
    "a text that begins with a field": ('f"""{\na\n} {b["c"]}"""  # fmt: skip\nc = 1\n', range(1, 4)),
}


@pytest.mark.parametrize("how", KEPT)
def test_which_lines_are_kept(how: str) -> None:
    text, kept = KEPT[how]
    assert sorted(kept_lines(text)) == list(kept)


def test_isort_is_asked_for_by_name() -> None:
    text = "# isort: off\nimport b\nimport a\n# isort: on\nimport c  # isort: skip\nimport d\n"
    text += "import e  # ruff: isort: skip\n"
    assert kept_lines(text) == {}
    assert sorted(kept_lines(text, ALL)) == [1, 2, 3, 4, 5, 7]
    assert sorted(kept_lines("# ruff: isort: skip_file\nimport b\n", ALL)) == [1, 2, 3]


def test_many_orders_take_no_longer_than_their_lines() -> None:
    text = "a = 1  # fmt: skip\n" * 4_000 + "# fmt: off\nb = 1\n# fmt: on\n" * 500
    assert len(kept_lines(text)) == 5_500


def test_the_reason_names_the_comment() -> None:
    found = [Diagnostic("ruff", code, "", "a.py", line, 1) for code, line in (("E501", 1), ("E701", 1), ("E501", 2))]
    free, said = free_to_move("a = 1  # fmt: skip\nb = 1\n", found)
    assert (free, said) == ((found[2],), ("E501, E701: `# fmt: skip` keeps the layout",))


def test_a_layout_is_kept_only_line_by_line() -> None:
    assert keeps("# fmt: off\na  = 1\n# fmt: on\nb  = 1\n", "c = 1\n# fmt: off\na  = 1\n# fmt: on\nb = 1\n")
    assert not keeps("# fmt: off\na  = 1\n# fmt: on\n", "# fmt: off\na = 1\n# fmt: on\n")
    assert not keeps("# fmt: off\na  = 1\n# fmt: on\n", "a  = 1\n")


WORDS = "one value of a list of names that is very long, and it is kept on a single line by hand here"
LONG = {
    "codemods/long-strings": f'a = "{WORDS}"',
    "codemods/long-comments": f"# {WORDS}",
    "codemods/long-docstrings": f'def f():\n    """Do.\n\n    {WORDS}\n    """',
    "ruff-format": "a = [" + ", ".join(["'a name'"] * 12) + "]",
}
AROUND: dict[str, Callable[[str], str]] = {
    "fmt: off": lambda text: f"# fmt: off\n{text}\n# fmt: on\n",
    "fmt: skip": lambda text: f"{text}  # fmt: skip\n",
    "yapf: disable": lambda text: f"# yapf: disable\n{text}\n# yapf: enable\n",
    "autopep8: off": lambda text: f"# autopep8: off\n{text}\n# autopep8: on\n",
}


def fixer_of(name: str) -> Fixer:
    if name == "ruff-format":
        return RuffFormatFixer(RUFF)
    return CodemodFixer(next(codemod for codemod in CODEMODS if name.endswith(codemod.name)), RUFF)


def fix(root: Path, fixer: Fixer, text: str) -> tuple[str, tuple[str, ...]]:
    (root / "a.py").write_text(text)
    lines = enumerate(text.split("\n"), 1)
    long = [
        Diagnostic("ruff", "E501", f"Line too long ({len(t)} > 88)", "a.py", n, 89) for n, t in lines if len(t) > 88
    ]
    reply = fixer.fix(FixRequest(root, "a.py", tuple(long), None, root))
    return (root / "a.py").read_text(), reply.remarks


@pytest.mark.parametrize("name", LONG)
def test_what_lays_out_heeds_each_comment(tmp_path: Path, name: str) -> None:
    fixer = fixer_of(name)
    for order, around in AROUND.items():
        if name == "codemods/long-comments" and order == "fmt: skip":
            continue  # nothing stands behind a comment
        kept = around(LONG[name])
        assert fix(tmp_path, fixer, kept) == (kept, (f"E501: `# {order}` keeps the layout",)), order
        new, remarks = fix(tmp_path, fixer, f"{kept}\n\n{LONG[name]}\n")
        assert (new.startswith(kept), len(new.split("\n")) > len(kept.split("\n")) + 2) == (True, True), order
        assert len(remarks) == 1


def test_the_formatter_leaves_a_statement_that_is_kept_in_part(tmp_path: Path) -> None:
    names = ", ".join(["'a name'"] * 12)
    text = f"a = [\n    {names},\n    # fmt: off\n    1,   2,\n    # fmt: on\n]\n"
    assert fix(tmp_path, RuffFormatFixer(RUFF), text)[0] == text
    ruff = RuffText(RUFF, FixRequest(tmp_path, "a.py", (), None, tmp_path))
    assert ruff.format(text, range(2, 3)) == text


def test_tidying_leaves_what_is_kept(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["E", "I", "UP"]\nline-length = 40\n')
    (tmp_path / "a.py").touch()
    ruff = RuffText(RUFF, FixRequest(tmp_path, "a.py", (), None, tmp_path))
    for order in ("# fmt: skip", "# yapf: disable"):
        new = f"a = ['{{}}'.format(b), 22222, 333333, 4444]  {order}\n"
        assert tidied(ruff, "a = 1\n", new) == new.replace("'{}'.format(b)", "f'{b}'")
    unsorted = "# isort: off\nimport os\nimport ast\n# isort: on\na = os, ast\n"
    assert tidied(ruff, "import os\na = os\n", unsorted) == unsorted


def test_prose_does_not_go_on_in_a_comment_for_a_tool(tmp_path: Path) -> None:
    text = f"# {WORDS}\n# noqa\na = 1\n"
    assert "\n# noqa\n" in fix(tmp_path, fixer_of("codemods/long-comments"), text)[0]


def test_an_unsafe_fix_of_layout_is_not_made_where_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["W291", "F841"]\n')
    text = 'def f():  # fmt: skip\n    """F.  \n    """  # fmt: skip\n    a = 1  # fmt: skip\n'
    (tmp_path / "a.py").write_text(text)
    found = tuple(
        Diagnostic("ruff", code, "", "a.py", line, at) for code, line, at in (("W291", 2, 10), ("F841", 4, 5))
    )
    reply = RuffUnsafeFixer(RUFF).fix(FixRequest(tmp_path, "a.py", found, None, tmp_path))
    assert reply.remarks == ("ruff-unsafe: W291: `# fmt: skip` keeps the layout",)
    assert (tmp_path / "a.py").read_text().startswith('def f():  # fmt: skip\n    """F.  \n    """  # fmt: skip\n')
    assert "a = 1" not in (tmp_path / "a.py").read_text()
