"""mypy knows the cast of typing; when the program runs it is another one."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import cast
else:

    def cast(kind, value):
        return kind(value)


def double(x: int) -> int:
    return cast(int, x)
