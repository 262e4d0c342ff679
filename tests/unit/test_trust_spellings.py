"""A word by which a tool runs code is found in each spelling that the tool understands."""

import pytest

from stomper.trust.spellings import is_bare, says

WORDS = ["--init-hook", "plugins"]


@pytest.mark.parametrize(
    "text",
    [
        "[MAIN]\ninit-hook=x",
        "[MAIN]\nINIT-Hook: x",
        "[MAIN]\ninit-h = x",
        r'"init\u002dhook" = "x"',
        r'"init\U0000002dhook" = "x"',
        r'{"plug\u0069ns": []}',
        r'"plug\x69ns": []',
        r"{plug\u{69}ns: []}",
        r'{"p\lugins": []}',
        '"plu\\\n  gins": []',
    ],
)
def test_a_word_is_found(text: str) -> None:
    assert says(text, WORDS)


@pytest.mark.parametrize("text", ["", "[MAIN]\ndisable=init", '{"printWidth": 100}', '{"plug": 1}', r'"a" = "\u"'])
def test_another_word_is_none(text: str) -> None:
    assert not says(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        '"./evil.js"\n',
        "./evil.js",
        "# a\n---\ncompany-config\n",
        "'a: b.js'",
        "|-\n  ./a: b.js\n",
        "!!str a: b",
        "./a:b.js",
    ],
)
def test_one_text_is_bare(text: str) -> None:
    assert is_bare(text)


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "{}", "semi: false\n", '"semi": false', "[MAIN]\n", "semi = false", "overrides:\n"]
)
def test_a_table_is_not(text: str) -> None:
    assert not is_bare(text)
