"""The real formatters, as an installer puts their programs into an environment."""

import sys
from pathlib import Path

from stomper.formatters.formatter import Formatter
from stomper.formatters.presets import PRESETS
from stomper.formatters.staying import entry_of

RUFF = str(Path(sys.executable).parent / "ruff")
SCRIPT = """\
#!{python}
# -*- coding: utf-8 -*-
import re
import sys
from {module} import {function}
if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])
    sys.exit({function}())
"""
FUNCTIONS = {
    "black": ("black", "patched_main"),
    "isort": ("isort.main", "main"),
    "yapf": ("yapf", "run_main"),
    "autopep8": ("autopep8", "main"),
}


def program(folder: Path, name: str) -> str:
    """Make the program of a formatter in a folder; returns its path."""
    if name == "ruff":
        return RUFF
    module, function = FUNCTIONS[name]
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / name
    script.write_text(SCRIPT.format(python=sys.executable, module=module, function=function))
    script.chmod(0o755)
    return str(script)


def formatter(folder: Path, name: str, guessed: bool = False) -> Formatter:
    """A real formatter whose program is in a folder."""
    path = program(folder, name)
    return Formatter(name, path, entry_of(path, PRESETS[name].module), guessed=guessed)
