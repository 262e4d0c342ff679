"""Context managers that swallow nothing."""

from types import TracebackType


class Plain:
    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> bool:
        print("left")
        return False


class Wide:
    def __enter__(self) -> None: ...

    def __exit__(
        self,
        *args: object,
    ) -> "bool":
        if args:
            return False
        return False
