"""Quote the lines of source that diagnostics speak of; in a notebook those of its cells."""

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from stomper.disk.regular_files import read_regular
from stomper.models import Diagnostic
from stomper.python import CannotReadError, is_notebook, read_notebook

LINE_END = re.compile(r"\r\n|\r|\n")
Spot: TypeAlias = tuple[str, int, int]
"""The path, the number of the cell (0 in what is no notebook), and the line."""


def spot_of(d: Diagnostic) -> Spot:
    """Give the line that a diagnostic speaks of."""
    cell = d.told.cell if d.told is not None else None
    return (d.path, 0, d.line) if cell is None else (d.path, *cell[:2])


def quoted(root: Path, found: Iterable[Diagnostic]) -> dict[Spot, str]:
    """Read the lines that diagnostics speak of. A file that is no regular one, or is gone, has none."""
    lines: dict[Spot, str] = {}
    for path, same in groupby(found, key=lambda d: d.path):
        with contextlib.suppress(OSError, CannotReadError):
            lines |= dict(_quoted(path, read_regular(root / path), list(same)))
    return lines


def _quoted(path: str, content: bytes, found: Sequence[Diagnostic]) -> Iterator[tuple[Spot, str]]:
    texts = {0: LINE_END.split(content.decode("utf-8", "replace"))}
    if is_notebook(path):
        texts |= {cell.number: LINE_END.split(cell.source) for cell in read_notebook(content).cells}
    for d in found:
        _, cell, line = spot = spot_of(d)
        if line <= len(texts.get(cell, ())):
            yield spot, texts[cell][line - 1]
