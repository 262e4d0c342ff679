import os, sys
import nothere
from typing import (
    Any,
    List,
)

LONG = """
A line of a string that is a good deal longer than it should be, which only its end can tell ruff.
"""
FORMATTED = f"""
{undefined_in_a_string}
"""
CONTINUED = undefined_left + \
    undefined_right
WRONG: int = """a
b"""
ALSO_WRONG: int = \
    "a"
BOTH: int = undefined_name  # why
THERE: int = "a"  # noqa: E501
MORE: int = os.sep + undefined_name  # type: ignore[name-defined]  # of old
TEXT = "# noqa: F821"; print(undefined_name)  # pragma: no cover
TABS = {
	"a": undefined_name,
	"b": [
		undefined_name,  # noqa: W191 by a hand
	],
}


def add(a: int, b: int) -> int:
    """Add two numbers
    and say so in more than one line"""
    assert a
    return a + b


@undefined_decorator
def many(
    a,
    b=[],
    *c,
):
    if a:
        if b:
            pass
        elif c: return 1
    #print(a)
    return add(
        "1",
        add("2",
            3),
        # A comment in between that is longer than any line of this file has any right to be, isn't it?
    )


class One:
    def size(self, unit: str) -> int:
        return 1


class Two(One):
    def size(
        self,
        unit: int,
    ) -> int:
        return 2


add("""
""", "2" \
    + "3")
for i in 3: print(i)
last = undefined_name
