def show(*words: object, sep: str = "") -> None: ...


class Cache:
    def evict(self) -> None: ...

    def trim(self, limit: int, names: list[str], other: list[list[str]]) -> None:
        # as many as that
        for _ in range(limit):
            self.evict()  # one by one
        if limit:
            self.evict()
        if not limit:
            self.evict()  # or not
        if limit and names:
            self.evict()
        if (limit > 3
            and names):
            self.evict()
        if not (limit == 2 or names):
            self.evict()
        seen: set[str] = set()
        for name in names:
            if name not in seen and (limit or names):
                seen.add(name)
        for part_list in other:
            if part_list:
                for part in part_list:
                    seen.add(part)
        if limit:
            for key, value in zip(names, names):
                show(key, value, sep=" ")


async def wait(limit: int) -> None:
    for number in range(limit if limit else 3):
        show(number)
    for item in (
            1,
            2,
        ):
        show(
                item
            )


def inner(limit: int) -> None:
    def inside() -> None:
        if limit:
            show(limit)

    inside()


if bool(1):
    show(1)
