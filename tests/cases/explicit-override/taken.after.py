from typing import override as _override

override = 1


class Sub(list[int]):
    @_override
    def append(self, item: int, /) -> None:
        print(item)
