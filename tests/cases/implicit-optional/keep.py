"""Defaults and values of the wrong type: which of the two is meant is not known."""


def f(x: int = "a") -> None:
    number: int = "b"
    print(x, number)
