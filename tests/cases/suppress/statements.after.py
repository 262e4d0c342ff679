import os, sys  # noqa: D100, E401, F401, I001
import nothere  # type: ignore[import-not-found]  # noqa: F401
from typing import (  # noqa: UP035
    Any,  # noqa: F401
    List,  # noqa: F401
)

LONG = """
A line of a string that is a good deal longer than it should be, which only its end can tell ruff.
"""  # noqa: E501
FORMATTED = f"""
{undefined_in_a_string}
"""  # noqa: F821
CONTINUED = undefined_left + \
    undefined_right  # type: ignore[name-defined]  # noqa: F821
WRONG: int = """a
b"""  # type: ignore[assignment]
ALSO_WRONG: int = \
    "a"  # type: ignore[assignment]
BOTH: int = undefined_name  # type: ignore[name-defined]  # why  # noqa: F821
THERE: int = "a"  # type: ignore[assignment]  # noqa: E501
MORE: int = os.sep + undefined_name  # type: ignore[name-defined]  # of old  # noqa: F821
TEXT = "# noqa: F821"; print(undefined_name)  # type: ignore[name-defined]  # pragma: no cover  # noqa: E702, F821
TABS = {
	"a": undefined_name,  # type: ignore[name-defined]  # noqa: F821, W191
	"b": [  # noqa: W191
		undefined_name,  # type: ignore[name-defined]  # noqa: W191, F821 by a hand
	],  # noqa: W191
}


def add(a: int, b: int) -> int:
    """Add two numbers
    and say so in more than one line"""  # noqa: D205, D400
    assert a  # noqa: S101
    return a + b


@undefined_decorator  # type: ignore[name-defined]  # noqa: F821
def many(  # type: ignore[no-untyped-def]  # noqa: C901, D103
    a,
    b=[],  # noqa: B006
    *c,
):
    if a:
        if b:
            pass
        elif c: return 1  # noqa: E701
    #print(a)  # noqa: ERA001
    return add(
        "1",  # type: ignore[arg-type]
        add("2",  # type: ignore[arg-type]
            3),
        # A comment in between that is longer than any line of this file has any right to be, isn't it?  # noqa: E501
    )


class One:
    def size(self, unit: str) -> int:
        return 1


class Two(One):
    def size(
        self,
        unit: int,  # type: ignore[override]
    ) -> int:
        return 2


add("""
""", "2" \
    + "3")  # type: ignore[arg-type]
for i in 3: print(i)  # type: ignore[attr-defined]  # noqa: E701
last = undefined_name  # type: ignore[name-defined]  # noqa: F821
