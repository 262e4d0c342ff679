class Box:
    @property
    def size(self) -> int:
        return 1

    @size.setter
    def size(self, size: int) -> None: ...


class Sub(Box):
    @property
    def size(self) -> int:
        return 2

    @size.setter
    def size(self, size: int) -> None: ...
