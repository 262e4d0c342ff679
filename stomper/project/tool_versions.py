"""Read the version of an installed program from what its installer has noted beside it. Nothing is started."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from stomper.disk.regular_files import read_regular_text

MOST_PARENTS = 4


def noted_version(program: str, package: str) -> str:
    """The version of the package that a program or an interpreter has in its environment; '' if nothing notes it.

    pip, uv and pipx note it in a `.dist-info` folder, npm in a `package.json`.
    """
    places = dict.fromkeys((Path(program), Path(os.path.realpath(program))))
    found = {version for place in places for version in (*_of_pip(place, package), *_of_npm(place, package))}
    return found.pop() if len(found) == 1 else ""


def _of_pip(program: Path, package: str) -> Iterator[str]:
    name = package.replace("-", "_")
    for folder in program.parent.parent.glob(f"lib*/python3*/*-packages/{name}-*.dist-info"):
        yield folder.name.removesuffix(".dist-info").rpartition("-")[2]


def _of_npm(program: Path, package: str) -> Iterator[str]:
    for folder in list(program.parents)[:MOST_PARENTS]:
        try:
            facts = json.loads(read_regular_text(folder / "package.json"))
        except (OSError, ValueError):
            continue
        if isinstance(facts, dict) and facts.get("name") == package and isinstance(facts.get("version"), str):
            yield facts["version"]
        return
