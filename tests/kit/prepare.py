"""Make what tests would otherwise make below the sources while others run: `python -m tests.kit.prepare`.

The sources are an editable install. A run keeps no outcome for later runs while somebody writes to a place that the
project's interpreter imports from, and a folder for bytecode is such a change.
"""

import compileall

from tests.kit.cli import ROOT
from tests.kit.warm_mypy import PROGRAM, types_of

SOURCES = ("stomper", "tests", "scripts", "build/hooks", "build/tools")


def main() -> None:
    """Compile the sources, and let mypy read the types of the standard library."""
    for folder in SOURCES:
        compileall.compile_dir(ROOT / folder, quiet=1)
    types_of(PROGRAM)


if __name__ == "__main__":
    main()
