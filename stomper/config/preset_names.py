"""The names of the presets, for all who need no more than these."""

import functools
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "presets"
BUILT_IN = ("ty", "basedpyright", "pyright", "pyrefly", "zuban", "pylint", "flake8", "bandit")
"""Those that are used by default where a project configures them, in the order in which they are used."""


@functools.cache
def preset_names() -> tuple[str, ...]:
    """The names of all presets that come with Stomper, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
