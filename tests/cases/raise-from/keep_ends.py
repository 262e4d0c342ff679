"""contextlib takes a RuntimeError that a StopIteration caused for Python's own, and lets the StopIteration through."""

import contextlib


@contextlib.contextmanager
def first():
    try:
        yield
    except StopIteration:
        raise RuntimeError("empty")


@contextlib.contextmanager
def any_of_them():
    try:
        yield
    except Exception:
        raise RuntimeError("empty")


@contextlib.asynccontextmanager
async def later(Gone):
    try:
        yield
    except Gone:
        raise RuntimeError("gone")


def taken(values):
    try:
        return next(values)
    except (KeyError, StopIteration):
        raise RuntimeError("empty")
