"""A function that was to return something."""


def find(x: int) -> int:
    if x:
        return 1
