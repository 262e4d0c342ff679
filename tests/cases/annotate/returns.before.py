"""What functions return, as far as they say."""

import collections


class Shelf:
    def __init__(self):  # a comment stays
        self.count = 0

    def __repr__(self):
        return f"{self.count}"

    def __eq__(self, other):
        return isinstance(other, Shelf) and self.count == other.count

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.count = 0

    def clear(
        self,
    ):
        self.count = 0

    def twin(self):
        return Shelf()

    async def wait(self):
        return [self.count, 1]

    def parts(self):
        yield self.count
        yield 2

    def size(self, *, full=False, name="x", ratio=1.5):
        if full:
            return len(name) * ratio
        return None


def find(limit=3):
    if limit > 3:
        return "a"
    if limit > 2:
        return


def tally():
    return collections.OrderedDict([("a", 1)])


def pick():
    for shelf in (Shelf(),):
        if shelf.count:
            return shelf
