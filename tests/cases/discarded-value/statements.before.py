def show(*words: object, sep: str = "") -> None: ...


class Cache:
    def evict(self) -> None: ...

    def trim(self, limit: int, names: list[str], other: list[list[str]]) -> None:
        # as many as that
        [self.evict() for _ in range(limit)]  # one by one
        limit and self.evict()
        limit or self.evict()  # or not
        limit and names and self.evict()
        (
            limit > 3
            and names
            and self.evict()
        )
        limit == 2 or names or self.evict()
        seen: set[str] = set()
        [seen.add(name) for name in names if name not in seen if limit or names]
        [
            seen.add(part)
            for part_list in other
            if part_list
            for part in part_list
        ]
        if limit:
            [show(key, value, sep=" ") for key, value in zip(names, names)]


async def wait(limit: int) -> None:
    [show(number) for number in range(limit if limit else 3)]
    [
        show(
            item
        )
        for item in (
            1,
            2,
        )
    ]


def inner(limit: int) -> None:
    def inside() -> None:
        limit and show(limit)

    inside()


bool(1) and show(1)
