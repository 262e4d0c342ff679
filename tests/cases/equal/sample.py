"""One place for each code that several checkers of types have under names of their own."""

from typing import cast

from pk import thing


def default(first: int = None, *, second: "str" = None) -> None:  # é
    print(first, second)


def same(number: int, names: list[str]) -> int:
    print("e", cast(int, number))
    return thing() + len(names)


class Base:
    def run(self) -> None:
        print(self)


class Child(Base):
    def run(self) -> None:
        print(self)


def untyped(
    first, second=1
):
    print("é", first, second)


class Manager:
    def half(self, first: int, *others) -> int:
        print(others)
        return first


empty = []
generic: list = [1]


def nothing() -> None:
    print()


used = nothing()


class Closing:
    def __enter__(self) -> None:
        print(self)

    def __exit__(self, *given: object) -> bool:
        print(self)
        return False
