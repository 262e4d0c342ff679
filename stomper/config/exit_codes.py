"""The exit codes that say that a program ran, as users write them: numbers, ranges, or any."""

import re
from collections.abc import Iterator

ANY = "any"
HIGHEST = 255
RANGE = re.compile(r"(\d{1,3})-(\d{1,3})")
_CODE = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": HIGHEST},
        {"type": "string", "pattern": f"^{RANGE.pattern}$"},
    ]
}
EXIT_CODES_SCHEMA = {"anyOf": [{"const": ANY}, {"type": "array", "minItems": 1, "items": _CODE}]}
"""What is taken, as a JSON Schema."""


def read_exit_codes(value: object) -> tuple[int, ...]:
    """Give the codes that `value` stands for, sorted: a list of numbers and of ranges such as "0-31", or "any".

    Raises ValueError, which says what is expected, for anything else.
    """
    if value == ANY:
        return tuple(range(HIGHEST + 1))
    if not isinstance(value, list):
        raise ValueError(f'expected a list of exit codes, as in [0, "2-4"], or "{ANY}"')
    if not value:
        raise ValueError("expected at least one exit code")
    return tuple(sorted({code for number, item in enumerate(value, 1) for code in _codes(item, number)}))


def _codes(item: object, number: int) -> Iterator[int]:
    first, last = _bounds(item, number)
    if not 0 <= first <= last <= HIGHEST:
        raise ValueError(f"item {number}: expected exit codes from 0 to {HIGHEST}, the lower one first")
    yield from range(first, last + 1)


def _bounds(item: object, number: int) -> tuple[int, int]:
    if isinstance(item, int) and not isinstance(item, bool):
        return item, item
    if isinstance(item, str) and (found := RANGE.fullmatch(item)):
        return int(found[1]), int(found[2])
    raise ValueError(f'item {number}: expected a number or a range, as in "2-4"; "{ANY}" stands alone, not in a list')
