#!/usr/bin/env python3 which is a line that nothing can be put behind, or the kernel will ask for a program of that name
"""What no comment silences, or none that may be written."""

# mypy: disable-error-code="unreachable, redundant-expr, possibly-undefined, truthy-bool, truthy-iterable"

print("".nothing, """
""", """
""".nothing \
      , "")
WIDE = "A string that is a good deal longer than it should be, with a directive for all tools."  #noqa:
TYPED = round("1", 2)  # type: int
STALE = 1  # noqa: E501
STALER = 1  # type: ignore[assignment]
