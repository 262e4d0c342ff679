"""Patches as a page has them: hunks with numbers, and nothing in them that acts on the reader."""

import re

import pytest

from stomper.report.html.highlight import marks_of
from stomper.report.html.patch import LONGEST, MOST_LINES, read_patch, shown_text

HEAD = b"diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n"


def test_a_patch_is_read_as_hunks_with_their_places() -> None:
    (file,) = read_patch(
        HEAD + b"@@ -3,2 +3 @@ def f():\n-x = 1\n y\n@@ -9 +8,2 @@\n z\n+--- a\n\\ No newline at end of file\n"
    )
    assert (file.path, file.cut, file.note) == ("a.py", 0, "")
    first, second = file.hunks
    assert (first.old, first.new, first.length, first.head) == (3, 3, 2, "def f():")
    assert first.lines == [("-", "x = 1"), (" ", "y")]
    assert second.lines == [(" ", "z"), ("+", "--- a [no line end]")]
    assert [line for line in range(20) if first.covers(line)] == [3, 4]
    assert second.covers(9)


def test_what_git_says_of_a_file_is_kept() -> None:
    data = b"diff --git a/n b/n\nnew file mode 100644\nGIT binary patch\nliteral 3\nabc\n\n" + HEAD.replace(
        b"a.py", b"o"
    )
    assert [(file.path, file.note, file.hunks) for file in read_patch(data)] == [
        ("n", "binary content", []),
        ("o", "", []),
    ]


def test_long_patches_and_lines_are_cut_and_it_is_said() -> None:
    lines = b"".join(b"+%d\n" % number for number in range(MOST_LINES + 7))
    (file,) = read_patch(HEAD + b"@@ -0,0 +1,9 @@\n" + lines)
    assert (len(file.hunks[0].lines), file.cut) == (MOST_LINES, 7)
    text = shown_text(b"a" * 2_000_000)
    assert text == "a" * LONGEST + f" [{2_000_000 - LONGEST} more bytes]"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"a\tb\r", "a\tb"),
        ("\u202egnp.exe".encode(), "\\u202egnp.exe"),
        (b"\x1b[31mred\x00", "\\x1b[31mred\\x00"),
        (b"caf\xe9", "caf\\xe9"),
        ("é</script>".encode(), "é</script>"),
    ],
)
def test_what_cannot_be_seen_is_an_escape(raw: bytes, shown: str) -> None:
    assert shown_text(raw) == shown


def letters(path: str, lines: list[str]) -> list[str]:
    """The kinds of the pieces of each line that are not plain."""
    return [re.sub(r"[.]\d+|\d", "", marks) for marks in marks_of(path, lines)]


def test_lines_are_coloured_piece_by_piece() -> None:
    assert marks_of("src/a.py", ["def f(x):", '    return "a" + 1', ""]) == ["k3.1f1", ".4k6.1s3.3n1", ""]
    assert marks_of("a.py", ["x = '\U0001f600'  # y"]) == [".4s3.2c3"]


@pytest.mark.parametrize(
    ("lines", "coloured"),
    [
        (["in all of these.", '"""', "x = None"], ["s", "s", "k"]),
        (["ends here.'''", "pass"], ["s", "k"]),
        (['"""Begins here', "for you."], ["s", "s"]),
        (['x = """', "for you."], ["s", "s"]),
        (['"""', "class A:"], ["s", "kf"]),
    ],
)
def test_a_text_that_began_above_a_hunk_is_no_code(lines: list[str], coloured: list[str]) -> None:
    assert letters("a.py", lines) == coloured


def test_a_file_of_an_unknown_kind_has_no_colours() -> None:
    assert marks_of("a.nothing-known", ["def"]) == [""]
    assert marks_of("Makefile", []) == []
