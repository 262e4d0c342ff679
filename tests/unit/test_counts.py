"""Numbers with their nouns, and lists that are cut."""

import pytest

from stomper.text.counts import and_more, plural, shorten


@pytest.mark.parametrize(
    ("count", "nouns", "expected"),
    [(0, "", "0 files"), (1, "", "1 file"), (2, "", "2 files"), (1, "mice", "1 file"), (2, "mice", "2 mice")],
)
def test_a_number_has_its_noun(count: int, nouns: str, expected: str) -> None:
    assert plural(count, "file", nouns) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a, b"),
        (["a", "b", "c"], "a, b and 1 more"),
        (list("abcd"), "a, b and 2 more"),
    ],
)
def test_a_list_says_how_many_it_leaves_out(words: list[str], expected: str) -> None:
    assert shorten(words, 2) == expected


def test_nothing_is_said_of_none() -> None:
    assert (and_more(-1), and_more(0), and_more(1)) == ("", "", " and 1 more")
