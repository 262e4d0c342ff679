"""What comments say to ruff and mypy, and how codes get into them and out again."""

import pytest

from stomper.suppressions.dialects import BY_TOOL, IGNORE, NOQA
from stomper.suppressions.python_comments import (
    read_directive,
    read_ignore,
    read_noqa,
    reason_problem,
    why_not,
    with_codes,
    without_ignore,
    without_noqa,
)

# Comment: the codes, None for no directive, and why none can be added.
NOQAS: dict[str, tuple[tuple[str, ...] | None, str]] = {
    "# noqa: F401": (("F401",), ""),
    "#NoQA:F401,E501 why": (("F401", "E501"), ""),
    "# noqa : F401 E501  # why": (("F401", "E501"), ""),
    "# why  # noqa: F401": (("F401",), ""),
    "# noqa: F401, because": (("F401",), ""),
    "# noqa": ((), "a bare `# noqa` is there"),
    "# noqa F401": ((), "a bare `# noqa` is there"),
    "# noqa:": ((), "a `# noqa` that cannot be read is there"),
    "# noqa:F401because": ((), "a `# noqa` that cannot be read is there"),
    "# noqable": (None, ""),
    "# ruff: noqa: F401": (None, ""),
    "": (None, ""),
}
IGNORES: dict[str, tuple[tuple[str, ...] | None, str]] = {
    "# type: ignore[arg-type, misc]  # why": (("arg-type", "misc"), ""),
    "#type:ignore[misc]": (("misc",), ""),
    "# type: ignore": ((), "a bare `# type: ignore` is there"),
    "# type: ignore[]": ((), "a `# type: ignore` that cannot be read is there"),
    "# type: ignore [misc]": (("misc",), ""),
    "# type: ignore[misc] because": ((), "a `# type: ignore` that cannot be read is there"),
    "# type: ignore, because": ((), "a `# type: ignore` that cannot be read is there"),
    "# type: int": (None, "a type comment is there"),
    "# why  # type: ignore[misc]": (None, ""),
    "": (None, ""),
}


# Tool and comment: its codes, the comment with another code, and why there is none.
OTHERS: dict[tuple[str, str], tuple[tuple[str, ...] | None, str, str]] = {
    ("ty", ""): (None, "# ty: ignore[new]", ""),
    ("ty", "# why  # ty: ignore[a-b, c]  # x"): (("a-b", "c"), "# why  # ty: ignore[a-b, c, new]  # x", ""),
    ("ty", "# ty: ignore"): ((), "", "a bare `# ty: ignore` is there"),
    ("ty", "# quality: ignore[a]"): (None, "# quality: ignore[a]  # ty: ignore[new]", ""),
    ("pyright", "# pyright:ignore[reportA]because"): (("reportA",), "# pyright:ignore[reportA, new]because", ""),
    ("pyright", "# pyright: ignore[]"): ((), "", "a `# pyright: ignore` that cannot be read is there"),
    ("pyrefly", "# noqa: E1"): (None, "# noqa: E1  # pyrefly: ignore [new]", ""),
    ("pylint", "# because pylint: disable = W1 , W2 # x"): (
        ("W1", "W2"), "# because pylint: disable = W1 , W2, new # x", ""),
    ("pylint", "# pylint: disable=all"): ((), "", "a bare `# pylint: disable` is there"),
    ("pylint", "# pylint: disable=W1; enable=W2"): ((), "", "a `# pylint: disable` that cannot be read is there"),
    ("pylint", "# pylint: skip-file"): (None, "", "another order to pylint is there"),
    ("pylint", "# pylint: disable-next=W1"): (None, "", "another order to pylint is there"),
    ("bandit", "# nosec B101, assert_used because"): (
        ("B101", "assert_used"), "# nosec B101, assert_used, new because", ""),
    ("bandit", "# nosec because"): ((), "", "a bare `# nosec` is there"),
    ("bandit", "# nosec: B101 # B102"): (("B101",), "# nosec: B101, new # B102", ""),
    ("codespell", "# codespell:ignore teh,wich  # why"): (
        ("teh", "wich"), "# codespell:ignore teh,wich,new  # why", ""),
    ("codespell", "# codespell:ignore"): ((), "", "a bare `# codespell:ignore` is there"),
    ("flake8", "# why"): (None, "# why  # noqa: new", ""),
    ("zuban", "# why"): (None, "# type: ignore[new]  # why", ""),
}  # fmt: skip


@pytest.mark.parametrize("given", OTHERS)
def test_what_the_others_read(given: tuple[str, str]) -> None:
    tool, comment = given
    codes, more, why = OTHERS[given]
    dialect = BY_TOOL[tool]
    found = read_directive(dialect, comment)
    assert (found.codes if found else None, why_not(dialect, comment)) == (codes, why)
    assert why or with_codes(comment, {dialect.words: ["new"]}) == more


@pytest.mark.parametrize("comment", NOQAS)
def test_what_ruff_reads(comment: str) -> None:
    found = read_noqa(comment)
    assert (found.codes if found else None, why_not(NOQA, comment)) == NOQAS[comment]


@pytest.mark.parametrize("comment", IGNORES)
def test_what_mypy_reads(comment: str) -> None:
    found = read_ignore(comment)
    assert (found.codes if found else None, why_not(IGNORE, comment)) == IGNORES[comment]


ADDED: dict[tuple[str, str], str] = {
    ("", "F401"): "# noqa: F401",
    ("", "misc"): "# type: ignore[misc]",
    ("", "F401 misc"): "# type: ignore[misc]  # noqa: F401",
    ("# why", "F401 misc"): "# type: ignore[misc]  # why  # noqa: F401",
    ("# noqa: E501", "F401 F841"): "# noqa: E501, F401, F841",
    ("# noqa: E501", "misc"): "# type: ignore[misc]  # noqa: E501",
    ("# noqa:E501 why", "F401"): "# noqa:E501, F401 why",
    ("# type: ignore[misc]  # why", "arg-type"): "# type: ignore[misc, arg-type]  # why",
    ("# type: ignore[misc]  # noqa: E501  # why", "F401 arg-type"):
        "# type: ignore[misc, arg-type]  # noqa: E501, F401  # why",
}  # fmt: skip


@pytest.mark.parametrize("given", ADDED)
@pytest.mark.parametrize("reason", ["", "a reason"])
def test_codes_are_added(given: tuple[str, str], reason: str) -> None:
    comment, codes = given
    noqa = [code for code in codes.split() if code.isupper()]
    ignore = [code for code in codes.split() if not code.isupper()]
    after = with_codes(comment, {"noqa": noqa, "type: ignore": ignore}, reason)
    assert after == ADDED[given] + (f"  # {reason}" if reason else "")


def test_a_reason_is_not_repeated() -> None:
    assert with_codes("# noqa: E501  # a reason", {"noqa": ["F401"]}, "a reason") == "# noqa: E501, F401  # a reason"


REMOVED: dict[tuple[str, str], str] = {
    ("# noqa: E501", "E501"): "",
    ("# noqa: E501, F401, F401", "E501"): "# noqa: F401",
    ("# noqa: F401, F401", ""): "# noqa: F401",
    ("# noqa:E501 F401 why", "E501"): "# noqa:F401 why",
    ("# noqa:E501 why", "E501"): "# why",
    ("# noqa: E501  # ours", "E501"): "",
    ("# noqa: E501, F401  # ours", "E501"): "# noqa: F401  # ours",
    ("# why  # noqa: E501  # theirs", "E501"): "# why  # theirs",
    ("# type: ignore[misc]  # noqa: E501", "E501"): "# type: ignore[misc]",
    ("# noqa", "E501"): "# noqa",
    ("# noqa: F401", "E501"): "# noqa: F401",
}


@pytest.mark.parametrize("given", REMOVED)
def test_codes_are_removed(given: tuple[str, str]) -> None:
    comment, codes = given
    assert without_noqa(comment, codes.split(), "ours") == REMOVED[given]


def test_a_bare_directive_goes_where_that_is_meant() -> None:
    assert without_noqa("# why  # noqa", (), bare=True) == "# why"


@pytest.mark.parametrize("reason", ["legacy", "see #12, later", "à vérifier", "a 'quoted' \"one\" \\"])
def test_reasons(reason: str) -> None:
    assert reason_problem(reason) == ""


REFUSED = ["two\nlines", "a\ttab", " blank", "\x1b[31m", "see # noqa", "NOQA", "# type: ignore", "# fmt: off",
           "pragma: no cover", "its coding: utf-7", "nosec"]  # fmt: skip


@pytest.mark.parametrize("reason", REFUSED)
def test_reasons_that_tools_would_obey(reason: str) -> None:
    assert reason_problem(reason).startswith("must ")


@pytest.mark.parametrize(
    ("comment", "gone", "left"),
    [
        ("# type: ignore", set(), ""),
        ("# type: ignore[misc]", set(), ""),
        ("# type: ignore[misc, arg-type]  # why", {"misc"}, "# type: ignore[arg-type]  # why"),
        ("# type: ignore[misc]  # why", {"misc"}, "# why"),
        ("# type: ignore[misc]  # ours", {"misc"}, ""),
        ("# type: ignore[misc]  # noqa: F401", {"misc"}, "# noqa: F401"),
        ("# type: ignore[misc]because", {"misc"}, "# type: ignore[misc]because"),
        ("# noqa: F401", {"misc"}, "# noqa: F401"),
    ],
)
def test_codes_of_mypy_that_go(comment: str, gone: set[str], left: str) -> None:
    assert without_ignore(comment, gone, "ours") == left
