"""Names of a text and of a node: which are used, which are free."""

import re
from collections.abc import Sequence

WORD = re.compile(r"[^\W\d]\w*")
# What sees local names by their name.
LOOKS_AT_NAMES = frozenset({"locals", "vars", "eval", "exec", "dir"})


def free_name(candidates: Sequence[str], text: str) -> str:
    """The first candidate that the text does not have anywhere, not even in a comment; else one with a number."""
    used = set(WORD.findall(text))
    numbered = (f"{candidates[0]}_{number}" for number in range(2, len(used) + 3))
    return next(name for name in (*candidates, *numbered) if name not in used)
