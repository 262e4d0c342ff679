"""Edits of Python that make sense without each other are told from those that belong together."""

import pytest

from stomper.text.line_edits import apply_edits, edits_between
from stomper.units.separate import separated

CASES = {
    "statements one below the other": (
        "import os\nimport re\nimport sys\n\nx = 1\n",
        "x = 1\n",
        3,
    ),
    "each in the place of one": (
        "a = x == None\nb = y == None\nc = z == None\n",
        "a = x is None\nb = y is None\nc = z is None\n",
        3,
    ),
    "a statement of several lines": (
        "def f():\n    return call(\n        a == None,\n        b,\n        c == None,\n    )\n",
        "def f():\n    return call(\n        a is None,\n        b,\n        c is None,\n    )\n",
        1,
    ),
    "a line of one is added, and one taken away": (
        "x = [\n    1,\n    2,\n    3,\n    4,\n]\n",
        "x = [\n    0,\n    1,\n    2,\n    3,\n]\n",
        1,
    ),
    "heads and bodies": (
        "def f(a=None):\n    if a == None:\n        return a == None\n    return 1\n",
        "def f(a: int = None):\n    if a is None:\n        return a is None\n    return 1\n",
        3,
    ),
    "an else that goes, with what was in it": (
        "def f(a):\n    if a:\n        return 1\n    else:\n        a = 1\n\n        return a\n",
        "def f(a):\n    if a:\n        return 1\n    a = 1\n\n    return a\n",
        1,
    ),
    "two withs that become one": (
        "with a:\n    with b:\n        x = 1\n\n        y = 2\n\nz = q == None\n",
        "with a, b:\n    x = 1\n\n    y = 2\n\nz = q is None\n",
        2,
    ),
    "a with around what was there": (
        "f = open(a)\n\nx = 1\n\ny = 2\n",
        "with open(a) as f:\n\n    x = 1\n\n    y = 2\n",
        1,
    ),
    "imports in another order": (
        "import sys\nimport os\n\nx = y == None\n",
        "import os\nimport sys\n\nx = y is None\n",
        2,
    ),
    "an except of its own": (
        "try:\n    a = b == None\nexcept:\n    c = d == None\n",
        "try:\n    a = b is None\nexcept Exception:\n    c = d is None\n",
        3,
    ),
    "a block that goes": (
        "try:\n    import a\nexcept ImportError:\n    a = None\nimport b\nx = 1\n",
        "x = 1\n",
        2,
    ),
    "a text that is made before it is raised": (
        "if a:\n    raise Error(\n        'x')\nif b:\n    raise Error(\n        'y')\n",
        "if a:\n    msg = 'x'\n    raise Error(\n        msg)\nif b:\n    msg = 'y'\n    raise Error(\n        msg)\n",
        2,
    ),
    "two on one line": ("a = x == None; b = y == None\n", "a = x is None; b = y is None\n", 1),
    "what does not parse": ("a = x == None\n\nb = (\n", "a = x is None\n\nc = (\n", 1),
}


@pytest.mark.parametrize("name", CASES)
def test_groups(name: str) -> None:
    old, new, count = CASES[name]
    before, after = old.encode(), new.encode()
    pieces, groups = separated(before, edits_between(before, after))
    assert apply_edits(before, pieces) == after
    assert sorted(number for group in groups for number in group) == list(range(len(pieces)))
    assert len(groups) == count, (pieces, groups)
