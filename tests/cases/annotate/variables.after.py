"""Empty containers and attributes that begin as None."""


class Store:
    def __init__(self) -> None:
        self.names: list[str] = []
        self.ages: dict[str, int] = {}
        self.last: str | None = None

    def add(self, name: str, age: int) -> None:
        self.names.append(name)
        self.ages[name] = age
        self.last = name

    def latest(self) -> str | None:
        return self.last


def fill() -> None:
    Store().add("a", 3)
