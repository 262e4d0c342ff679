"""Puts files of ours where the project's Python finds them: copies that import nothing of Stomper."""

import importlib.resources
import os
from collections.abc import Mapping
from pathlib import Path

FOLDER = "pytest-plugin"


def install(place: Path, source: str, name: str) -> Path:
    """Put the file `source` of this package below `place` as the module `name`; the path that it has there."""
    file = installed(place, name)
    file.parent.mkdir(exist_ok=True)
    file.write_text(importlib.resources.files("stomper.checkers").joinpath(source).read_text())
    return file


def installed(place: Path, name: str) -> Path:
    """Give the path of the module `name` below `place`."""
    return place / FOLDER / f"{name}.py"


def variables(place: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Give the variables for a run that finds the modules below `place`, after all that the project imports."""
    paths = [*filter(None, [environment.get("PYTHONPATH")]), str(place / FOLDER)]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}
