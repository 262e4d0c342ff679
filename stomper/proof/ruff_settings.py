"""Say whether a project has told ruff to call fixes safe that ruff itself does not."""

import re
from pathlib import Path, PurePosixPath

from stomper.disk.regular_files import read_regular_text

FILES = ("pyproject.toml", "ruff.toml", ".ruff.toml")
MORE = re.compile(r"extend-safe-fixes|^\s*extend\s*=", re.MULTILINE)


def more_is_safe(root: Path, path: str) -> bool:
    """Say whether a configuration around a file has such a setting, or is continued elsewhere."""
    folders = [root / folder for folder in PurePosixPath(path).parents]
    return any(MORE.search(_text(folder / name)) for folder in folders for name in FILES)


def _text(file: Path) -> str:
    try:
        return read_regular_text(file)
    except (OSError, ValueError):
        return ""
