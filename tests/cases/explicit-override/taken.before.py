override = 1


class Sub(list[int]):
    def append(self, item: int, /) -> None:
        print(item)
