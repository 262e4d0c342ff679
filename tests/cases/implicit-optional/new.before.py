"""Parameters that may be None."""


def f(x: int = None, *, y: "str" = None, z: list[int] | set[int] = None, w: int = 1) -> None:
    print(x, y, z, w)
