"""Which Python a project is for, as far as annotations go."""

import re
from dataclasses import dataclass
from pathlib import Path

# Read by eye, not as TOML: `>=3.9` is the same in pyproject.toml, setup.cfg and setup.py.
REQUIRED = re.compile(r"""(?:requires-python|python_requires)\s*=\s*["']?[^"'\n]*?>=?\s*3\.(\d+)""")
POETRY = re.compile(r"""^python\s*=\s*["'](?:\^|~|>=?)\s*3\.(\d+)""", re.MULTILINE)
FILES = ("pyproject.toml", "setup.cfg", "setup.py")


@dataclass(frozen=True, slots=True)
class Target:
    """Whether annotations that are evaluated may say `X | Y`, and `list[X]`; whether `typing` has `override`."""

    unions: bool
    generics: bool
    override: bool = False


def read_target(root: Path) -> Target:
    """By the oldest Python that a project asks for; 3.9 where it does not say."""
    oldest = next(filter(None, (_oldest(root / name) for name in FILES)), 9)
    return Target(unions=oldest >= 10, generics=oldest >= 9, override=oldest >= 12)


def depends_on(root: Path, package: str) -> bool:
    """Whether a project names a package, by any of its spellings, in a file that says what it needs."""
    word = re.compile(rf"(?<![\w-]){re.escape(package).replace('_', '[-_.]')}(?![\w-])", re.IGNORECASE)
    return any(
        word.search(_text(file)) for file in [*map(root.joinpath, FILES), *sorted(root.glob("requirements*.txt"))]
    )


def _oldest(file: Path) -> int | None:
    text = _text(file)
    found = REQUIRED.search(text) or POETRY.search(text)
    return int(found[1]) if found else None


def _text(file: Path) -> str:
    """The text of a file; of one that cannot be read none."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
