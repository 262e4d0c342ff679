"""Finds the files that are to blame if a tool that is given many gets through none: by trying with fewer."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from stomper.errors import CheckerError


@dataclass(frozen=True, slots=True)
class Trial:
    """Tries `tool` with some of the files: '' if it gets through, else its own words.

    Together they take no longer than `timeout` seconds; then CheckerError is raised.
    """

    tool: str
    attempt: Callable[[Sequence[str]], str]
    timeout: float
    began: float = field(default_factory=time.monotonic)

    def __call__(self, paths: Sequence[str]) -> str:
        if time.monotonic() - self.began > self.timeout:
            raise CheckerError(
                f"some files stop {self.tool}, and {self.timeout:.0f} s were not enough to find out which",
                f"See what {self.tool} says of the project by hand, or raise checker_timeout.",
            )
        return self.attempt(paths)


def culprits(paths: Sequence[str], trial: Callable[[Sequence[str]], str]) -> Iterator[tuple[str, str]]:
    """The files without which the tool gets through, each with the words that it brings about.

    The shortest beginning of the list that stops the tool ends with one of them. Without any file the tool must get
    through.
    """
    rest = list(paths)
    while words := trial(rest):
        good, bad = 0, len(rest)
        while bad - good > 1:
            middle = (good + bad) // 2
            if said := trial(rest[:middle]):
                bad, words = middle, said
            else:
                good = middle
        yield rest.pop(bad - 1), words
