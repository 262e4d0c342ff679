"""Guards on honesty, one by one: what is cheating, and what only looks like it."""

import dataclasses
from typing import Any

import pytest

from stomper.guards import assertions, judge_change, judge_secrets, skips, suppressions
from stomper.guards import tests as count_tests
from stomper.settings import GuardSettings, Policy
from tests.kit.tricks import CODE, TEST, TRICKS, UNUSED, Trick

STRICT = GuardSettings()


def with_policy(guard: str, policy: Policy) -> GuardSettings:
    changed: dict[str, Any] = {guard: policy}
    return dataclasses.replace(STRICT, **changed)


def said(before: str, after: str, path: str = "a.py", settings: GuardSettings = STRICT) -> list[str]:
    return [refusal.text for refusal in judge_change(path, before.encode(), after.encode(), settings)]


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_a_trick_is_seen_by_its_own_guard(trick: Trick) -> None:
    refusals = judge_change(trick.path, trick.before.encode(), trick.after.encode(), STRICT)
    assert any(trick.words in refusal.text and refusal.policy == "reject" for refusal in refusals)
    others = [refusal.text for refusal in refusals if trick.words not in refusal.text]
    assert not others or trick.name in ("removed", "hidden", "removed_method")
    relaxed = with_policy(trick.guard, "allow")
    assert trick.words not in " ".join(said(trick.before, trick.after, trick.path, relaxed))
    told = with_policy(trick.guard, "warn")
    warned = judge_change(trick.path, trick.before.encode(), trick.after.encode(), told)
    assert [refusal.policy for refusal in warned if trick.words in refusal.text] == ["warn"]


@pytest.mark.parametrize(
    "line",
    [
        'text = "# noqa"',
        "text = '''\n# type: ignore\n# fmt: off\n'''",
        'text = "cast(Any, x)"',
        "x = 1  # no quality assurance, nothing to ignore: pragma",
        "# the type: we ignore it",
        "cast = Any = 1",
        "broadcast(Any, 1)",
        "cast(int, Any)",
        'skip_me = "pytest.mark.skip"',
        "# pytest.mark.skip",
        "skipped = xfailed = 1",
    ],
)
def test_words_that_only_look_like_it(line: str) -> None:
    assert said(CODE, f"{CODE}{line}\n") == []
    assert said(TEST, f"{TEST}{line}\n", "test_a.py") == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# noqa", "# noqa: F401", None),
        ("# noqa: E501, F401", "# noqa: F401", None),
        ("# noqa: E501, F401", "# NOQA:F401,E501", None),
        ("# type: ignore", "# type: ignore[misc]", None),
        ("# noqa: F401", "", None),
        ("# noqa: F401", "# noqa", "noqa"),
        ("# noqa: F401", "# noqa: F401, E501", "noqa[E501, F401]"),
        ("# noqa: F401", "# noqa: E501", "noqa[E501]"),
        ("# type: ignore[misc]", "# type: ignore", "type: ignore"),
        ("# noqa", "# type: ignore", "type: ignore"),
        ("# noqa", "# noqa  # type: ignore", "type: ignore"),
        ("# ty: ignore[a, b]", "# ty: ignore[b]", None),
        ("# ty: ignore[a]", "# ty: ignore[a, b]", "ty: ignore[a, b]"),
        ("# pyright: ignore", "# pyright: ignore[reportCallIssue]", None),
        ("# pyright: ignore[reportCallIssue]", "# pyright: ignore", "pyright: ignore"),
        ("# pyright: ignore[reportCallIssue]", "# pyright: basic", "pyright:"),
        ("# pyrefly: ignore [a]", "# pyrefly: ignore [c]", "pyrefly: ignore[c]"),
        ("# pylint: disable=W1, W2", "# pylint: disable=W2", None),
        ("# pylint: disable=W1", "# pylint: disable=W1,W2", "pylint: disable[W1, W2]"),
        ("# why", "# why pylint: disable=W1", "pylint: disable[W1]"),
        ("# noqa: E1", "# noqa: E1 pylint: disable=W1", "pylint: disable[W1]"),
        ("# nosec B101, B102", "# nosec B101", None),
        ("# nosec B101", "# nosec B101, B102", "nosec[B101, B102]"),
        ("# nosec B101 because", "# nosec because", "nosec"),
        ("# codespell:ignore teh", "# codespell:ignore teh,wich", "codespell:ignore[teh, wich]"),
        ("# why", "# why codespell:ignore teh", "codespell:ignore[teh]"),
    ],
)
def test_a_narrower_suppression_is_not_a_new_one(old: str, new: str, words: str | None) -> None:
    wanted = [f"adds a suppression: {words}"] if words else []
    assert said(f"import os  {old}\n", f"import os  {new}\n") == wanted


def test_a_second_narrow_one_in_place_of_one_wide_one_is_new() -> None:
    assert said("a = 1  # noqa\nb = 1\n", "a = 1  # noqa: E1\nb = 1  # noqa: E2\n") == ["adds a suppression: noqa[E2]"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (UNUSED + "import sys\nprint(sys)\n", "import sys\nprint(sys)\n"),
        ("def test_a():\n    assert 1 == x and y\n", "def test_a():\n    assert 1 == x\n    assert y\n"),
        ("def test_a():\n    assert False\n", "def test_a():\n    raise AssertionError\n"),
        ("def test_a(self):\n    self.assertEqual(a, 1)\n", "def test_a(self):\n    assert a == 1\n"),
        (
            "@pytest.mark.parametrize(('a'), [(1), (2)])\ndef test_a(a): assert a\n",
            "@pytest.mark.parametrize('a', (1, 2))\ndef test_a(a):\n    assert a\n",
        ),
        ("x = cast(Any, y)\n", 'x = cast("Any", y)\n'),
        ("\n".join(f"import m{n}" for n in range(9)), ""),
        ("".join(f"a{n}\t=1\n" for n in range(50)), "".join(f"a{n} = 1\n" for n in range(50))),
    ],
)
def test_an_honest_fix(before: str, after: str) -> None:
    assert said(before, after, "test_a.py") == []


def test_assertions_outside_of_test_files_are_the_codes_own() -> None:
    assert said("def f(x):\n    assert x\n    return x\n", "def f(x):\n    return x\n") == []


@pytest.mark.parametrize(("kept", "refused"), [(9, False), (8, False), (7, True), (0, True)])
def test_how_much_may_go(kept: int, refused: bool) -> None:
    lines = [f"a{n} = {n}\n" for n in range(20)]
    assert bool(said("".join(lines), "".join(lines[:kept]))) is refused
    assert said("".join(lines), "".join(lines[:kept]), settings=GuardSettings(deletion_percent=100)) == []


def test_a_file_that_is_not_python_is_looked_at_for_its_size() -> None:
    text = "".join(f"{n} # noqa\n" for n in range(30))
    assert said("", text, "a.txt") == []
    assert "deletes" in said(text, "", "a.txt")[0]


@pytest.mark.parametrize(
    ("path", "line", "words"),
    [
        ("a.js", "// eslint-disable-next-line no-var", "eslint-disable-next-line"),
        ("a.ts", "// @ts-expect-error later", "@ts-expect-error"),
        ("a.sh", "# shellcheck  disable=SC2086", "shellcheck disable"),
        ("a.go", "x := f() //nolint:errcheck", "nolint"),
        ("Dockerfile", "# hadolint ignore=DL3008", "hadolint ignore"),
        ("a.rs", "#![allow(dead_code)]", "#![allow("),
    ],
)
def test_suppressions_of_other_languages(path: str, line: str, words: str) -> None:
    assert said("a\n", f"{line}\na\n", path) == [f"adds a suppression: {words}"]
    assert said(f"{line}\n", f"{line}\nb\n", path) == []
    assert said(f"{line}\n", "b\n", path) == []
    assert said("a\n", f"{line}\na\n", path, with_policy("suppressions", "allow")) == []


def test_what_is_counted() -> None:
    assert suppressions("x = 1  # noqa  # pragma: no cover\n") == {"noqa": 1, "pragma: no cover": 1}
    methods = "class A:\n    def test_a(self): pass\n    async def test_b(self): pass\n"
    assert count_tests(f"{methods}def testing(): pass\n") == {"A.test_a": 1, "A.test_b": 1, "testing": 1}
    assert skips("@unittest.expectedFailure\ndef test_a(): skipTest()\n") == {"expectedFailure": 1, "skipTest": 1}
    assert assertions("assert x\nassert True\nfail()\nm.assert_called()\nraise AssertionError\n") == 4


def test_a_secret_that_was_there_before_is_not_the_changes_doing() -> None:
    assert judge_secrets("a.py", b"key = 'sk-12345678'\nimport os\n", b"key = 'sk-12345678'\n", ("sk-12345678",)) == []
    assert judge_secrets("a.py", b"", b"# sk-12345678", ("other-one", "sk-12345678"))


LONG_CALL = b"x = call(\n" + b"".join(b"    argument_%d,\n" % n for n in range(12)) + b")\n"
SHORT = b"y = 1\n"


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        (b"x = call(" + b", ".join(b"argument_%d" % n for n in range(12)) + b")\n", False),
        (b"x = call(argument_0, argument_1)\n", True),
        (LONG_CALL.replace(b"    argument_1,\n", b""), False),
        (b"", True),
    ],
    ids=["on one line", "most of it gone", "a line less", "all of it"],
)
def test_layout_is_no_deletion(after: bytes, refused: bool) -> None:
    found = judge_change("a.py", LONG_CALL + SHORT, after + SHORT, GuardSettings())
    assert [refusal.text.startswith("deletes") for refusal in found] == [True] * refused
