"""Find the first of a row of changes that makes the whole red. Pure: it only asks."""

from collections.abc import Callable, Sequence

Probe = Callable[[Sequence[int]], Sequence[bool]]
"""Asked of several lengths at once: is the row cut off after so many changes red?"""
Tell = Callable[[int], None]


def _nobody(_: int) -> None:
    """Tells nobody."""


def first_red(probe: Probe, green: int, red: int, width: int = 1, tell: Tell = _nobody) -> int:
    """The smallest length that is red, between one known to be `green` and one known to be `red`.

    Asks `width` lengths at a time; with one that is a binary search, log2(red - green) questions. Before each it tells
    how many of the changes may be the one.
    """
    while red - green > 1:
        tell(red - green)
        cuts = cut_points(green, red, width)
        answers = probe(cuts)
        reds = [cut for cut, is_red in zip(cuts, answers, strict=True) if is_red]
        red = min(reds, default=red)
        green = max([cut for cut in cuts if cut < red], default=green)
    return red


def cut_points(green: int, red: int, width: int) -> list[int]:
    """Up to `width` lengths strictly between the two that divide the space evenly."""
    parts = min(width, red - green - 1) + 1
    return [green + (red - green) * part // parts for part in range(1, parts)]
