"""Parameters that may be None."""


def f(x: int | None = None, *, y: "str | None" = None, z: list[int] | set[int] | None = None, w: int = 1) -> None:
    print(x, y, z, w)
