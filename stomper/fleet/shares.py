"""Share the files that are worked on at once among repositories.

Large ones get more of them, and small ones never wait for large ones.
"""

from collections.abc import Sequence


class Shares:
    """How many files may still begin, of so many in all. One lane is always for the smallest that waits."""

    def __init__(self, total: int) -> None:
        self.total = self.free = total
        self._large = set[str]()

    def choose(self, waiting: Sequence[tuple[str, int]], more: bool) -> tuple[str, int] | None:
        """Choose the one of `waiting` (names with their numbers of files) that begins now, and its share.

        None if nothing is free or waits. `more` says that others will wait soon.
        """
        if not self.free or not waiting:
            return None
        others = len(waiting) > 1 or more
        lane = self.free > 1 or not self._large  # else the last one is for the small
        large = self.total > 1 and others and lane and len(self._large) < max(1, self.total // 2)
        if self.total == 1:
            name, size = waiting[0]
        else:
            name, size = (max if large else min)(waiting, key=lambda one: one[1])
        share = self._share(size, sum(count for _, count in waiting), large, others)
        self.free -= share
        if large:
            self._large.add(name)
        return name, share

    def _share(self, size: int, all_sizes: int, large: bool, others: bool) -> int:
        """Give the share of one; the last one that begins gets all that it can use."""
        if not others:
            return max(1, min(self.free, size))
        if not large:
            return 1
        fair = round(self.total * size / all_sizes) if all_sizes else 1
        return max(1, min(self.free - 1, fair, size))

    def give_back(self, name: str, share: int) -> None:
        """A repository is over."""
        self.free += share
        self._large.discard(name)
