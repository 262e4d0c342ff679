"""Annotations of one file go on until there are no more: each says more about the rest."""

from pathlib import Path

from tests.stage.test_fixers_annotate import annotate, root

__all__ = ["root"]
LONG = 9  # functions, each of which gives what the next one gives: more than one attempt can see through


def row(to: int) -> str:
    """Each function but the last gives what the next one gives; the ones from `to` on are annotated."""
    calls = (f"def f{n}(){' -> int' if n >= to else ''}:\n    return f{n + 1}()\n\n\n" for n in range(LONG))
    return "".join(calls) + f"def f{LONG}(){' -> int' if to <= LONG else ''}:\n    return 1\n"


def test_what_was_annotated_is_asked_about_again(root: Path) -> None:
    (root / "a.py").write_text(row(to=LONG + 1))
    annotate(root, "a.py")
    assert (root / "a.py").read_text() == row(to=3)
    annotate(root, "a.py")
    assert (root / "a.py").read_text() == row(to=0)
    assert annotate(root, "a.py").log == ""


def test_the_same_text_is_not_asked_about_again(root: Path) -> None:
    (root / "a.py").write_text("def f(x):\n    return x.y\n")
    assert annotate(root, "a.py").log != ""
    assert annotate(root, "a.py").log == ""
