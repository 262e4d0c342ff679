"""What a model's answer makes of a file: applied as it stands, or refused with a reason, and nothing by half."""

import pytest

from stomper.fixers.agents.answers import UnusableAnswerError, apply_answer
from stomper.fixers.agents.textfile import NotTextError, read_text_file


def applied(content: bytes, answer: str, form: str, python: bool = True) -> bytes:
    return apply_answer(answer, read_text_file(content, python), form).encode()


def refusal(content: bytes, answer: str, form: str) -> str:
    with pytest.raises(UnusableAnswerError) as caught:
        applied(content, answer, form)
    return str(caught.value)


def block(old: str, new: str) -> str:
    return f"<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n"


OLD = b"import os\n\nx = 1\ny = 2\nx = 1\n"
NEW = "\nx = 1\ny = 3\nx = 1\n"


@pytest.mark.parametrize(
    "answer",
    [
        f"```python\n{NEW}```",
        f"Here it is:\n\n```\n{NEW}```\n\nI removed it.",
        f"````\n{NEW}````",
        f"~~~py\n{NEW}~~~",
        f"<think>Is it ```this```?\n```\nno\n```\n</think>\n```python\n{NEW}```",
        f"```python\r\n{NEW}```".replace("\n", "\r\n"),
    ],
)
def test_a_whole_file(answer: str) -> None:
    assert applied(OLD, answer, "whole-file") == NEW.encode()


def test_a_whole_file_with_fences_in_it() -> None:
    new = '"""\n```python\nrun()\n```\n"""\n'
    assert applied(OLD, f"````python\n{new}````", "whole-file") == new.encode()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("I cannot see the file.", "has no fenced block"),
        (f"```python\n{NEW}", "has a fenced block that does not end"),
        (f"```\n{NEW}```\nor\n```\n{NEW}```\n", "has 2 fenced blocks"),
        ('```\n"""\n```python\nrun()\n```\n"""\n```\n', "has a fenced block that does not end"),
        ("```\nx = 1\n# ... rest of the file\n```", "leaves out a part of the file: '# ... rest of the file'"),
        ("```\nx = 1\n    ... (unchanged)\n```", "leaves out"),
        ("```\nx = 1\n# ...\n```", "leaves out"),
        ("```\nx = 1\n# The rest of the class stays the same\n```", "leaves out"),
    ],
)
def test_what_is_not_one_whole_file(answer: str, why: str) -> None:
    assert why in refusal(OLD, answer, "whole-file")


@pytest.mark.parametrize("line", ["# ...", "# the rest of the code is unchanged"])
def test_words_that_were_in_the_file_leave_nothing_out(line: str) -> None:
    assert applied(f"{line}\nx\n".encode(), f"```\n{line}\ny\n```", "whole-file") == f"{line}\ny\n".encode()


@pytest.mark.parametrize(
    "line", ["...", "    ...  # a stub", "# The rest is for later", "x = rest[...]", "print('...')"]
)
def test_what_only_looks_like_a_gap(line: str) -> None:
    assert applied(OLD, f"```\n{line}\n```", "whole-file") == f"{line}\n".encode()


def test_search_and_replace() -> None:
    answer = "First:\n" + block("import os\n", "") + "and\n" + block("y = 2\nx = 1\n", "y = 3\nx = 1\n")
    assert applied(OLD, answer, "search-replace") == NEW.encode()


def test_blocks_may_come_in_any_order_and_in_fences() -> None:
    answer = "```python\n" + block("y = 2\n", "y = 3\n") + "```\n```python\n" + block("import os\n", "") + "```\n"
    assert applied(OLD, answer, "search-replace") == NEW.encode()


def test_white_space_at_the_ends_of_lines_may_differ() -> None:
    assert applied(b"a = 1  \nb\n", block("a = 1\nb  \n", "a\nb\n"), "search-replace") == b"a\nb\n"
    assert applied(b"a = 1  \na = 1\n", block("a = 1\n", "c\n"), "search-replace") == b"a = 1  \nc\n", "exact first"


def test_indentation_may_not_differ() -> None:
    assert "0 times" in refusal(b"    a = 1\n", block("a = 1\n", "b\n"), "search-replace")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("Nothing to do.", "has no SEARCH/REPLACE block"),
        (block("x = 1\n", "x = 2\n"), "has a SEARCH in block 1 that is in the file 2 times, not once: 'x = 1'"),
        (block("import os\n", "") + block("z = 1\n", ""), "has a SEARCH in block 2 that is in the file 0 times"),
        (block("", "x = 9\n"), "has a SEARCH in block 1 that is in the file 0 times"),
        ("<<<<<<< SEARCH\nimport os\n=======\n", "that does not end"),
        ("<<<<<<< SEARCH\nimport os\n" + block("y = 2\n", ""), "that does not end"),
        ("<<<<<<< SEARCH\nimport os\n>>>>>>> REPLACE\n", "has no ======= in its SEARCH/REPLACE block 1"),
        (block("y = 2\n", "y = 3\n") + block("y = 2\nx = 1\n", ""), "has two blocks that change line 4"),
        (block("y = 2\n", "y = 3\n") * 2, "has two blocks that change line 4"),
    ],
)
def test_blocks_that_cannot_be_applied(answer: str, why: str) -> None:
    assert why in refusal(OLD, answer, "search-replace")


def test_a_divider_in_the_file() -> None:
    """That one divides before which the most is found."""
    title = b"Title\n=======\ntext\n"
    assert applied(title, block("Title\n=======\n", "Name\n=======\n"), "search-replace") == b"Name\n=======\ntext\n"
    assert applied(b"a\nb\n", block("a\n", "a\n=======\n"), "search-replace") == b"a\n=======\nb\n"


def test_an_empty_file_can_be_filled() -> None:
    assert applied(b"", block("", "x = 1\n"), "search-replace") == b"x = 1\n"


@pytest.mark.parametrize("form", ["whole-file", "search-replace"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\r\nold\r\nc\r\n", b"a\r\nnew\r\nmore\r\nc\r\n"),
        (b"\xef\xbb\xbfa\nold\nc\n", b"\xef\xbb\xbfa\nnew\nmore\nc\n"),
        (b"a\nold\nc", b"a\nnew\nmore\nc"),
        (b"a\r\nb\nold\nc\r\nd\n", b"a\r\nb\nnew\nmore\nc\r\nd\n"),
        (b"a\nold", b"a\nnew\nmore"),
        (b"# coding: latin-1\nold # \xe4\n", b"# coding: latin-1\nnew # \xe4\nmore\n"),
        (b"a\x0c\nold\rz\nc\n", b"a\x0c\nnew\nmore\nc\n"),
    ],
)  # fmt: skip
def test_what_a_model_does_not_see_stays(form: str, old: bytes, new: bytes) -> None:
    before, after = (read_text_file(content, python=True).lines for content in (old, new))
    changed = slice(before.index(next(line for line in before if line.startswith("old"))), None)
    tail = len(before) - changed.start - 1
    lines = after[changed.start : len(after) - tail]
    blocks = block(f"{before[changed.start]}\n", "".join(f"{line}\n" for line in lines))
    whole = "```\n" + "".join(f"{line}\n" for line in after) + "```"
    assert applied(old, blocks if form == "search-replace" else whole, form) == new


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a\0b\n", b"# coding: nonsense\n", b"\xe4\n"])
def test_what_is_no_text(content: bytes) -> None:
    with pytest.raises(NotTextError):
        read_text_file(content, python=True)


def test_a_character_that_the_encoding_does_not_have() -> None:
    with pytest.raises(NotTextError, match="iso-8859-1"):
        applied(b"# coding: latin-1\nx\n", "```\n# coding: latin-1\n\N{EURO SIGN}\n```", "whole-file")
