"""Lists of requirements, as pip reads them."""

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from stomper.disk.regular_files import read_regular_text
from stomper.metadata.folder_statements import read_requirements

MOST_FILES = 20
OTHER = re.compile(r"^(?:-r|--requirement)[ =]?\s*(\S+)$")


def read_list(file: Path) -> tuple[Requirement, ...]:
    """Give what a list asks for, with the lists that it names."""
    found: list[Requirement] = []
    pending, seen = [file], set[Path]()
    while pending and len(seen) < MOST_FILES:
        one = pending.pop(0)
        if one in seen:
            continue
        seen.add(one)
        for line in _lines(one):
            if other := OTHER.match(line):
                pending.append(one.parent / other[1])
            elif not line.startswith("-"):
                found += read_requirements([line])
    return tuple(found)


def _lines(file: Path) -> Iterator[str]:
    try:
        text = read_regular_text(file, "utf-8-sig")
    except (OSError, ValueError):
        return
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        plain = re.sub(r"(^|\s)#.*$", "", line)
        yield re.sub(r"\s--hash[= ]\S+", "", plain).strip()
