"""Compare lists as multisets: what occurs twice in one and once in the other is over once."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Countdown(Generic[K]):
    """Keys that can be taken, each as often as it was given."""

    def __init__(self, keys: Iterable[K]) -> None:
        self._left = Counter(keys)

    def take(self, key: K) -> bool:
        """Take one of this key. Return False if none is left."""
        if self._left[key] <= 0:
            return False
        self._left[key] -= 1
        return True


def surplus(items: Iterable[T], known: Iterable[K], key: Callable[[T], K]) -> tuple[T, ...]:
    """Return the items that are over, in their order, when each of the `known` keys has taken one item away."""
    left = Countdown(known)
    return tuple(item for item in items if not left.take(key(item)))


def itself(value: K) -> K:
    """Be the key of a value that is compared whole."""
    return value
