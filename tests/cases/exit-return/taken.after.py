from typing import Literal as _Literal

Literal = 1


class Plain:
    def __exit__(self, *args: object) -> _Literal[False]:
        return False
