"""Names of a text and of a node: which are used, which are free."""

import functools
import itertools
import re
from collections.abc import Collection, Sequence

WORD = re.compile(r"[^\W\d]\w*")
# What sees local names by their name.
LOOKS_AT_NAMES = frozenset({"locals", "vars", "eval", "exec", "dir"})


@functools.lru_cache(maxsize=2)
def words_of(text: str) -> frozenset[str]:
    """Everything in a text that is, or looks like, a name; in comments and strings too."""
    return frozenset(WORD.findall(text))


def free_name(candidates: Sequence[str], *used: Collection[str]) -> str:
    """The first candidate that none of the collections has; else the first of them with a number."""
    numbered = (f"{candidates[0]}_{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain(candidates, numbered) if not any(name in names for names in used))
