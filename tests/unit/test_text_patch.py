"""Patches of text, read strictly: whatever is not plainly that is left to git."""

import pytest

from stomper.git.text_patch import TextChange, read_text_patch

OLD, NEW = "1" * 40, "2" * 40
HEAD = f"diff --git a/x.py b/x.py\nindex {OLD}..{NEW} 100644\n--- a/x.py\n+++ b/x.py\n"
PATCH = HEAD + "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"


def only_change(patch: str) -> TextChange:
    changes = read_text_patch(patch.encode())
    assert changes is not None
    (change,) = changes
    return change


def applied(patch: str, content: str) -> str | None:
    made = only_change(patch).applied(content.encode())
    return None if made is None else made.decode()


def test_a_change_is_read_and_applied() -> None:
    change = only_change(PATCH)
    assert (change.path, change.old, change.new, change.mode) == ("x.py", OLD, NEW, "100644")
    assert applied(PATCH, "one\ntwo\nthree\nfour\n") == "one\n2\nthree\nfour\n"


@pytest.mark.parametrize(
    ("hunks", "before", "after"),
    [
        ("@@ -0,0 +1 @@\n+one\n", "", "one\n"),
        ("@@ -1 +0,0 @@\n-one\n", "one\n", ""),
        ("@@ -1,0 +2 @@\n+two\n", "one\nthree\n", "one\ntwo\nthree\n"),
        ("@@ -1 +1 @@ def f():\n-one\n\\ No newline at end of file\n+one\n", "one", "one\n"),
        ("@@ -1 +1 @@\n-one\n+one\n\\ No newline at end of file\n", "one\n", "one"),
        ("@@ -1 +1 @@\n-a\r\n+b\r\n@@ -3 +3 @@\n-c\rc\n+d\n", "a\r\nb\nc\rc\n", "b\r\nb\nd\n"),
        ("@@ -1 +1,2 @@\n--- a/y\n++++ b/y\n+diff --git\n", "-- a/y\n", "+++ b/y\ndiff --git\n"),
    ],
)
def test_hunks(hunks: str, before: str, after: str) -> None:
    assert applied(HEAD + hunks, before) == after


@pytest.mark.parametrize(
    "content",
    ["", "one\n2\nthree\n", "one\ntwo\nthree", "zero\none\ntwo\nthree\n", "one\ntwo\n", "one\r\ntwo\nthree\n"],
)
def test_a_content_that_is_not_what_the_patch_says_is_left_alone(content: str) -> None:
    assert applied(PATCH, content) is None


def test_hunks_that_are_not_in_order_fit_nothing() -> None:
    assert applied(HEAD + "@@ -2 +2 @@\n-two\n+2\n@@ -1 +1 @@\n-one\n+1\n", "one\ntwo\n") is None


@pytest.mark.parametrize(
    "patch",
    [
        PATCH[:-1],
        PATCH.replace(" three\n", ""),
        PATCH + "rest\n",
        PATCH.replace("+2\n", "*2\n"),
        PATCH.replace("@@ -1,3", "@@ -x,3"),
        PATCH.replace("+++ b/x.py", "+++ b/y.py"),
        PATCH.replace("a/x.py b/x.py", "a/x.py b/y.py"),
        PATCH.replace(OLD, OLD[:7]),
        PATCH.replace("index", "old mode 100644\nnew mode 100755\nindex"),
        PATCH.replace("index", "new file mode 100644\nindex"),
        PATCH.replace("x.py", '"x.py"').replace("+++ b/", "+++ "),
        HEAD.replace("--- a/x.py\n+++ b/x.py\n", "GIT binary patch\nliteral 0\nHcmV?d00001\n\n"),
        "x",
    ],
)
def test_what_is_not_plain_is_not_read(patch: str) -> None:
    assert read_text_patch(patch.encode()) is None


def test_nothing_is_no_change() -> None:
    assert not read_text_patch(b"")
