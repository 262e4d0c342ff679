"""What tools say of comments that silence nothing, and what goes then."""

import pytest

from stomper.suppressions.dialects import BY_TOOL, stale_code
from stomper.suppressions.python_comments import read_directive, without
from stomper.suppressions.unused_words import gone_from, read_unused, unused_message

# Tool and message, with a comment before and after.
SAID = {
    ("ty", "Unused `ty: ignore` directive"): ("# ty: ignore[a, b]  # why", "# why"),
    ("ty", "Unused blanket `ty: ignore` directive"): ("# ty: ignore", ""),
    ("ty", "Unused `ty: ignore` directive: 'a', 'c'"): ("# ty: ignore[a, b, c]", "# ty: ignore[b]"),
    ("basedpyright", 'Unnecessary "# pyright: ignore" rule: "reportB"'): (
        "# pyright: ignore[reportA, reportB]", "# pyright: ignore[reportA]"),
    ("pyright", 'Unnecessary "# type: ignore" comment'): ("# pyright: ignore", ""),
    ("pyrefly", "Unused error code(s) in `# pyrefly: ignore`: b"): (
        "# pyrefly: ignore [a, b]", "# pyrefly: ignore [a]"),
    ("pyrefly", "Unused `# pyrefly: ignore` comment for code(s): a, b"): ("# pyrefly: ignore [a, b]", ""),
    ("pylint", "Useless suppression of 'unused-import'"): ("# pylint: disable=W0611", ""),
    ("pylint", "Useless suppression of 'bare-except'"): (
        "# pylint: disable=W0611,bare-except", "# pylint: disable=W0611"),
    ("mypy", 'Unused "type: ignore[a]" comment'): ("# type: ignore[a, b]", "# type: ignore[b]"),
    ("mypy", 'Unused "type: ignore" comment'): ("# type: ignore", ""),
    ("bandit", unused_message(BY_TOOL["bandit"], ["B102"])): ("# nosec B101, B102  # why", "# nosec B101  # why"),
    ("flake8", unused_message(BY_TOOL["flake8"], ["E1", "E2"])): ("# noqa: E1, E2  # ours", ""),
    ("codespell", unused_message(BY_TOOL["codespell"], ["teh"])): (
        "# codespell:ignore teh,wich", "# codespell:ignore wich"),
    ("zuban", unused_message(BY_TOOL["zuban"], ["a"])): ("# type: ignore[a]  # nosec", "# nosec"),
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_what_is_said_to_silence_nothing_goes(said: tuple[str, str]) -> None:
    tool, message = said
    before, after = SAID[said]
    unused = read_unused(tool, stale_code(tool), message)
    assert unused is not None
    there = read_directive(unused.dialect, before)
    assert there is not None
    gone = gone_from(unused, there.codes)
    assert without(unused.dialect, before, gone, "ours", bare=unused.codes is None) == after


@pytest.mark.parametrize(
    ("tool", "code", "message"),
    [
        ("ty", "invalid-assignment", "Unused `ty: ignore` directive"),
        ("ty", "unused-ignore-comment", "something else"),
        ("ruff", "RUF100", "Unused `noqa` directive (unused: `E1`)"),
        ("shellcheck", "unused-suppression", "Unused `# nosec`: B101"),
    ],
)
def test_other_words_say_nothing_of_that(tool: str, code: str, message: str) -> None:
    assert read_unused(tool, code, message) is None
