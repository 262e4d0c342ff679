"""Context managers that swallow nothing."""

from typing import Literal
from types import TracebackType


class Plain:
    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> Literal[False]:
        print("left")
        return False


class Wide:
    def __enter__(self) -> None: ...

    def __exit__(
        self,
        *args: object,
    ) -> Literal[False]:
        if args:
            return False
        return False
