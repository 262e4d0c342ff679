from collections.abc import Iterable


def show(x: object) -> None: ...


def made(names: Iterable[str]) -> None:
    [show(x) for x in map(open, names)]
    print("the last one is closed")
