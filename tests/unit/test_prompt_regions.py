"""Which lines of a big file are shown."""

import itertools
import random

from stomper.fixers.prompts.regions import (
    MOST_IMPORTS,
    NEAR,
    Outline,
    Region,
    choose_regions,
    find_regions,
    read_outline,
)
from stomper.fixers.prompts.source import read_source

CODE = '''\
import os
from sys import (
    path,
)


class Shop:
    """A shop."""

    @property
    def name(self):
        if os:
            return (
                path
            )

        def inner():
            pass

        return inner


async def close():
    return 1
'''


def lines_of(regions: tuple[Region, ...]) -> list[int]:
    return [line for region in regions for line in range(region.first, region.last + 1)]


def test_regions_hold_what_is_wanted_in_order_and_apart() -> None:
    for seed in range(300):
        check_regions(random.Random(seed))


def check_regions(chance: random.Random) -> None:
    total, margin = chance.randint(1, 400), chance.randint(0, 20)
    wanted = [chance.randint(-3, total + 3) for _ in range(chance.randint(1, 12))]
    also = [chance.randint(-3, total + 3) for _ in range(chance.randint(0, 12))]
    regions = find_regions(total, wanted, margin, also)
    shown = lines_of(regions)
    assert shown == sorted(set(shown)), "in order, and no line twice"
    assert 1 <= shown[0] <= shown[-1] <= total
    assert all(b.first - a.last > NEAR + 1 for a, b in itertools.pairwise(regions)), "never near"
    around = {n for w in wanted for n in range(min(max(w, 1), total) - margin, min(max(w, 1), total) + margin + 1)}
    needed = {line for line in around if 1 <= line <= total} | {line for line in also if 1 <= line <= total}
    assert needed <= set(shown)
    spare = set(shown) - needed
    assert all(min(abs(line - n) for n in (*needed, 0, total + 1)) <= NEAR for line in spare), "and hardly more"


def test_regions() -> None:
    cases: list[tuple[int, list[int], int, list[tuple[int, int]]]] = [
        (0, [1], 5, []),
        (100, [], 5, []),
        (100, [50], 0, [(50, 50)]),
        (100, [50, 50], 2, [(48, 52)]),
        (100, [3], 0, [(1, 3)]),
        (100, [98], 0, [(98, 100)]),
        (100, [20, 24], 0, [(20, 24)]),
        (100, [20, 25], 0, [(20, 20), (25, 25)]),
        (9, [0, 10], 0, [(1, 1), (9, 9)]),
        (4, [1], 9, [(1, 4)]),
    ]
    for total, wanted, margin, expected in cases:
        assert [(region.first, region.last) for region in find_regions(total, wanted, margin)] == expected


def test_the_outline_of_python() -> None:
    outline = read_outline(CODE)
    assert [(scope.head, scope.first, scope.last) for scope in outline.scopes] == [
        (7, 7, 20),
        (23, 23, 24),
        (11, 10, 20),
        (17, 17, 18),
    ]
    assert outline.imports == {1, 2, 3, 4}
    assert sorted(outline.heads_around(18)) == [7, 11, 17]
    assert [scope.head for scope in outline.bodies_at(10)] == [11], "a decorator is where some diagnostics are"


def test_a_diagnostic_deep_in_a_class_comes_with_the_heads_around_it() -> None:
    text = "class Big:\n" + "    x = 1\n" * 100 + "    def go(self):\n" + "        y = 1\n" * 100
    regions = choose_regions(202, [190], read_outline(text), margin=1, body=9)
    assert lines_of(regions) == [1, 102, 189, 190, 191]


def test_a_diagnostic_about_a_whole_function_comes_with_its_body() -> None:
    text = "x = 1\n" * 50 + "def go():\n" + "    y = 1\n" * 20 + "x = 1\n" * 50
    outline = read_outline(text)
    assert lines_of(choose_regions(121, [51], outline, margin=0, body=60)) == list(range(51, 72))
    assert lines_of(choose_regions(121, [51], outline, margin=0, body=9)) == list(range(51, 60))
    assert lines_of(choose_regions(121, [51], outline, margin=0, body=0)) == [51]


def test_imports_are_shown_up_to_a_limit() -> None:
    text = "import a\n" * 500 + "b\n"
    assert len(choose_regions(501, [501], read_outline(text), margin=0, body=0)) == 2
    assert len(read_outline(text).imports) == MOST_IMPORTS


def test_what_is_no_python_has_no_outline() -> None:
    for text in ("def (:\n", "x = '\0'\n", "(" * 5000, "x = '\\d'\n", ""):
        assert read_outline(text) == Outline(), text


def test_a_file_is_read_whatever_its_bytes() -> None:
    cases: list[tuple[bytes, list[str], str, int]] = [
        (b"", [], "utf-8", 0),
        (b"a\nb\n", ["a", "b"], "utf-8", 0),
        (b"a\r\nb\r\n", ["a", "b"], "utf-8", 1),
        (b"a\rb", ["a", "b"], "utf-8", 2),
        (b"a\nb\r\nc\n", ["a", "b", "c"], "utf-8", 1),
        (b"a\x0cb\x1cc\xc2\x85d\n", ["a\x0cb\x1cc\x85d"], "utf-8", 0),
        (b"\xef\xbb\xbfa\n", ["a"], "utf-8-sig", 1),
        (b"# -*- coding: cp1252 -*-\n# \x80\n", ["# -*- coding: cp1252 -*-", "# €"], "cp1252", 1),
        (b"# coding: nonsense\n\xc3\xa4\n", ["# coding: nonsense", "ä"], "utf-8", 0),
        (b"a\xff\xfe\n", ["aÿþ"], "latin-1", 1),
    ]
    for content, lines, encoding, remarks in cases:
        source = read_source("a.py", content)
        assert list(source.lines) == lines
        assert source.encoding == encoding
        assert len(source.remarks()) == remarks, content
        bare = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        assert source.text.encode(encoding).replace(b"\r\n", b"\n") == bare
