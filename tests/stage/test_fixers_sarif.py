"""The fixes of SARIF logs: where they are made, which are made together, and which are left."""

import sysconfig
from pathlib import Path
from typing import Any

import pytest

from stomper.errors import ConfigError
from stomper.fixers import FixRequest, make_fixers
from stomper.fixers.edits import Text, UnusableFixError, apply_edits, edits_of
from stomper.fixers.sarif import SarifFixer
from stomper.models import Diagnostic
from stomper.settings import Settings
from tests.kit.own import fix, log, own_checker, printing, replace, result

RUFF = str(Path(sysconfig.get_path("scripts")) / "ruff")
UTF16, POINTS = "utf16CodeUnits", "unicodeCodePoints"
CRLF = "abcd\r\nefg\r\nhijk\r\nlmn\r\n"

# Text, unit of columns, region, what it holds. The first ones are those of section 3.30.2 of the standard.
REGIONS: list[tuple[str, str, dict[str, int], str]] = [
    (CRLF, POINTS, {"startLine": 1, "startColumn": 2, "endLine": 1, "endColumn": 4}, "bc"),
    (CRLF, POINTS, {"charOffset": 1, "charLength": 2}, "bc"),
    (CRLF, POINTS, {"startLine": 1, "startColumn": 2, "endColumn": 4}, "bc"),
    (CRLF, POINTS, {"startLine": 2}, "efg"),
    (CRLF, POINTS, {"startLine": 1, "startColumn": 3}, "cd"),
    (CRLF, POINTS, {"startLine": 1, "endLine": 2}, "abcd\r\nefg"),
    (CRLF, POINTS, {"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1}, "efg\r\n"),
    (CRLF, POINTS, {"startLine": 5, "startColumn": 1, "endColumn": 1}, ""),
    (CRLF, POINTS, {"charOffset": 0}, ""),
    ("a\rb\nc", POINTS, {"startLine": 2}, "c"),
    ('"😀" x', POINTS, {"startLine": 1, "startColumn": 5, "endColumn": 6}, "x"),
    ('"😀" x', UTF16, {"startLine": 1, "startColumn": 6, "endColumn": 7}, "x"),
    ('"😀" x', UTF16, {"charOffset": 5, "charLength": 1}, "x"),
    ('"😀" x', POINTS, {"byteOffset": 7, "byteLength": 1}, "x"),
    ('"ä" x', "", {"startLine": 1, "startColumn": 5, "endColumn": 6}, "x"),
    ('y "😀"', "", {"startLine": 1, "startColumn": 1, "endColumn": 2}, "y"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "kind", "region", "expected"), REGIONS)
def test_where_a_region_is(content: str, kind: str, region: dict[str, int], expected: str) -> None:
    start, end = Text(content, kind).span(region)
    assert content[start:end] == expected


NOWHERE: list[tuple[str, str, dict[str, int]]] = [
    (CRLF, POINTS, {}),
    (CRLF, POINTS, {"startLine": 0}),
    (CRLF, POINTS, {"startLine": 6}),
    (CRLF, POINTS, {"startLine": 1, "startColumn": 8}),
    (CRLF, POINTS, {"startLine": 1, "startColumn": 0}),
    (CRLF, POINTS, {"startLine": 2, "startColumn": 1, "endLine": 1, "endColumn": 1}),
    (CRLF, POINTS, {"charOffset": 20, "charLength": 9}),
    ('"😀" x', UTF16, {"startLine": 1, "startColumn": 3, "endColumn": 7}),
    ('"😀" x', POINTS, {"byteOffset": 2, "byteLength": 1}),
    ('"😀" x', "", {"startLine": 1, "startColumn": 5, "endColumn": 6}),
]


@pytest.mark.parametrize(("content", "kind", "region"), NOWHERE)
def test_a_region_that_is_nowhere_or_could_be_elsewhere_is_refused(
    content: str, kind: str, region: dict[str, int]
) -> None:
    with pytest.raises(UnusableFixError):
        Text(content, kind).span(region)


def edited(content: str, *replacements: dict[str, Any]) -> str:
    return apply_edits(content, edits_of(replacements, Text(content, POINTS)))


def test_several_replacements_are_made_as_if_at_once() -> None:
    first, second = replace("[", charOffset=0), replace("]", charOffset=3, charLength=1)
    assert edited("abcd", first, second) == edited("abcd", second, first) == "[abc]"
    assert edited("abcd", replace("1", charOffset=2), replace("2", charOffset=2)) == "ab12cd"
    assert edited("abcd", {"deletedRegion": {"charOffset": 1, "charLength": 2}}) == "ad"
    binary = {"deletedRegion": {"byteOffset": 0, "byteLength": 2}, "insertedContent": {"binary": "w6Q="}}
    assert edited("öbc", binary) == "äbc"
    assert edited("a\r\nb\r\n", replace("x\ny\r\n", startLine=2, startColumn=1, endColumn=1)) == "a\r\nx\r\ny\r\nb\r\n"
    assert edited("a\r\nb\n", replace("x\n", startLine=1, startColumn=1, endColumn=1)) == "x\na\r\nb\n"


def test_replacements_that_overlap_each_other_are_refused() -> None:
    with pytest.raises(UnusableFixError, match="overlap"):
        edited("abcd", replace("x", charOffset=0, charLength=3), replace("y", charOffset=2, charLength=2))


def asked(root: Path, content: bytes, *codes: str, only: frozenset[str] | None = None) -> FixRequest:
    (root / "a.js").write_bytes(content)
    found = tuple(Diagnostic("mine", code, "m", "a.js", 1, 1, fixable=True) for code in codes)
    return FixRequest(root, "a.js", found, only, root)


def word(code: str, new: str, start: int, length: int, **facts: Any) -> dict[str, Any]:
    return result(ruleId=code, fixes=[fix(replace(new, charOffset=start, charLength=length))], **facts)


def run(root: Path, request: FixRequest, *results: dict[str, Any]) -> tuple[bytes, str]:
    """What becomes of the file, and what is said of it. The tool always proposes the same, so it is asked once."""
    fixer = SarifFixer((printing(root, "sarif", log(*results, columnKind=POINTS)),), rounds=1)
    assert fixer.takes(request.diagnostics)
    said = fixer.fix(request).log
    return request.file.read_bytes(), said


def test_only_the_codes_asked_for_and_what_is_not_suppressed(tmp_path: Path) -> None:
    results = [word("A", "1", 0, 1), word("B", "2", 1, 1), word("A", "3", 2, 1, suppressions=[{"kind": "inSource"}])]
    assert run(tmp_path, asked(tmp_path, b"abc", "A", "B"), *results)[0] == b"12c"
    assert run(tmp_path, asked(tmp_path, b"abc", "A"), *results)[0] == b"1bc"
    assert run(tmp_path, asked(tmp_path, b"abc", "A", "B", only=frozenset("B")), *results)[0] == b"a2c"


def test_the_first_of_several_fixes_and_a_byte_order_mark(tmp_path: Path) -> None:
    both = result(ruleId="A", fixes=[fix(replace("1", startLine=1, endColumn=2)), fix(replace("2", startLine=1))])
    assert run(tmp_path, asked(tmp_path, b"\xef\xbb\xbfabc", "A"), both)[0] == b"\xef\xbb\xbf1bc"


def test_fixes_that_meet_wait_and_those_of_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b.js").write_text("abc")
    other = result(ruleId="A", fixes=[fix(replace("9", charOffset=0), path="b.js")])
    content, said = run(
        tmp_path,
        asked(tmp_path, b"abcd", "A"),
        word("A", "12", 0, 2),
        word("A", "x", 1, 2),
        word("A", "4", 3, 1),
        other,
    )
    assert content == b"12c4"
    assert "the fix for A in line 3 waits for another one in the same place" in said
    assert "changes another file: b.js" in said
    assert (tmp_path / "b.js").read_text() == "abc"


def test_what_cannot_be_placed_is_said(tmp_path: Path) -> None:
    content, said = run(tmp_path, asked(tmp_path, b"ab", "A"), word("A", "x", 5, 1), result(ruleId="A", fixes=[{}]))
    assert content == b"ab"
    assert "changes a place that is not in the file" in said
    assert "cannot be read: 'artifactChanges'" in said
    assert "is not UTF-8" in run(tmp_path, asked(tmp_path, b"\xff", "A"), word("A", "x", 0, 1))[1]


def test_it_needs_a_checker_that_writes_sarif(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the fixer 'sarif' has nothing to apply"):
        make_fixers(Settings(fixers=("sarif",)), tmp_path)


def test_ruffs_own_sarif_fixes_until_nothing_is_proposed(tmp_path: Path) -> None:
    """I001 and the two F401 want the same lines: each waits for the one before. `undefined` has no fix."""
    (tmp_path / "ruff.toml").write_text('[lint]\nselect = ["F", "I"]\n')
    checker = own_checker("sarif", RUFF, "check", "--no-cache", "--output-format", "sarif", name="mine")
    (tmp_path / "ä b.py").write_text('import sys\nimport os\nx = "😀"; import re\nprint(undefined, sys)\n')
    found = checker.check(tmp_path, ["ä b.py"])
    assert {(d.code, d.fixable) for d in found} >= {("F401", True), ("I001", True), ("F821", False)}
    request = FixRequest(tmp_path, "ä b.py", found, None, tmp_path)
    said = SarifFixer((checker,)).fix(request)
    assert "waits for another one" in said.log
    assert request.file.read_text() == 'import sys\n\nx = "😀"; import re\nprint(undefined, sys)\n'
    assert "does not say how" in said.log
