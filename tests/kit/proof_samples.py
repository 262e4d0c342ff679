"""Programs that ruff fixes: those that print the same after it, and those by which a fix is found out.

In `tests/data/proof`, each begins with `### CODE`, or `### CODE unsafe` where ruff has to be asked for its fix; other
files of its project begin with `--- PATH`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data/proof"
HEAD = re.compile(r"^### ", re.MULTILINE)
OTHER = re.compile(r"^--- (.*)\n", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """A program that prints something, the code that ruff finds in it, and the other files of its project."""

    code: str
    unsafe: bool
    text: str
    others: tuple[tuple[str, str], ...]


def read_samples(name: str) -> list[Sample]:
    """The samples of a file."""
    return [_sample(part) for part in HEAD.split((FOLDER / name).read_text("utf-8"))[1:]]


def _sample(part: str) -> Sample:
    head, _, rest = part.partition("\n")
    text, *others = OTHER.split(rest)
    code, *words = head.split()
    return Sample(code, words == ["unsafe"], text, tuple(zip(others[::2], others[1::2], strict=True)))


SAME = read_samples("same.txt")
DIFFERENT = read_samples("different.txt")
