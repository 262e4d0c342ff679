"""The reason of a file names what was taken out again: by codes and lines, or by the fixer if there are no codes."""

from stomper.grades import Dropped
from stomper.worker.dropped_words import reason_of

E711 = Dropped("ruff-unsafe", (("ruff", "E711", 1),), (3,), ())
MANY = Dropped("ruff", (("ruff", "F401", 2), ("ruff", "I001", 1)), (1, 2), ())
NO_CODES = Dropped("ruff-format", (), (), ())


def test_codes_and_lines() -> None:
    assert reason_of([E711], "breaks t") == "dropped E711 (ruff-unsafe, line 3), which breaks t"


def test_others_fall_with_it() -> None:
    assert reason_of([E711, MANY], "breaks t").endswith("which breaks t; with it F401, I001 (ruff, lines 1, 2)")


def test_without_codes_and_lines_the_fixer_is_named() -> None:
    assert reason_of([NO_CODES], "breaks t") == "dropped ruff-format, which breaks t"
