"""Files that configure tools, by name, and the places that they name outside of their own repository."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from stomper.disk.regular_files import read_regular_text

PYTHON = (
    *("pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "ruff.toml", ".ruff.toml", "mypy.ini", ".mypy.ini"),
    *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "conftest.py", ".coveragerc", ".coveragerc.toml"),
    *(".isort.cfg", ".flake8", "pylintrc", ".pylintrc", ".style.yapf", ".bandit", "pyrightconfig.json"),
    *(".python-version", ".drill-sergeant.toml"),
)
OTHERS = (
    *(".editorconfig", ".ignore", ".env", ".shellcheckrc", ".yamllint", ".yamllint.yml", ".yamllint.yaml"),
    *("package.json", "tsconfig.json", "tsconfig.base.json", "biome.json", "biome.jsonc", "node_modules"),
    *(f".eslintrc{end}" for end in ("", ".js", ".cjs", ".json", ".yml", ".yaml")),
    *(f"eslint.config.{end}" for end in ("js", "mjs", "cjs", "ts")),
    *(f".prettierrc{end}" for end in ("", ".js", ".cjs", ".mjs", ".json", ".yml", ".yaml", ".toml")),
    *(f"prettier.config.{end}" for end in ("js", "mjs", "cjs")),
    *(f".markdownlint{end}" for end in (".json", ".jsonc", ".yaml", ".yml")),
)
NAMES = frozenset((*PYTHON, *OTHERS))
"""What a tool looks for from a file upwards: here, in the folder above, and so on."""

ENDINGS = (".toml", ".ini", ".cfg")
MOST_BYTES = 1_000_000

# Not the two dots with which a directive of reStructuredText begins, in a docstring or a template of a changelog.
DIRECTIVE = re.compile(r"(?:^[\s#;]*|[\"'`])\.\.[ \t]+[\w|\[]", re.MULTILINE)
UPWARDS = re.compile(r"(?:^|(?<=[^\w.]))(?:\.\./)*\.\.(?![\w.])(?:/[\w.+@-]+)*", re.MULTILINE)
QUOTED = re.compile(r"[\"']([^\"'\n]+)[\"']")
WORD = re.compile(r"[\w.+@/-]+")


def is_config(path: str) -> bool:
    """Say whether a tool may look for a file of this name by itself."""
    return path.rpartition("/")[2] in NAMES


def may_name_places(path: str) -> bool:
    """Say whether a file is one in which a tool is told of other files."""
    return is_config(path) or path.endswith(ENDINGS)


@dataclass(frozen=True, slots=True)
class Text:
    """The content of a configuration file of the repository; `path` is from the top."""

    path: str
    content: str

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    def places(self) -> Iterator[str]:
        """The paths of the repository, from the top, that its words may be: of files that are there or not."""
        for word in {*QUOTED.findall(self.content), *WORD.findall(self.content)}:
            place = os.path.normpath(f"{self.folder}/{word}".lstrip("/"))
            if place != "." and not place.startswith(".."):
                yield place


def read_text(file: Path) -> str:
    """The text of a file; none of one that is large, is no file or cannot be read: that is for the tools to say."""
    try:
        return read_regular_text(file, "utf-8", "replace", MOST_BYTES)
    except OSError:
        return ""


def is_named(name: str, text: str) -> bool:
    """Say whether a text has the name of a folder in it as one."""
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text) is not None


def upward_words(text: str) -> frozenset[str]:
    """The relative paths in a configuration that lead upwards."""
    text = DIRECTIVE.sub("", text)
    quoted = {word for word in QUOTED.findall(text) if ".." in PurePath(word).parts}
    return frozenset({*UPWARDS.findall(text), *quoted})


def named_beside(folder: Path, text: str, is_code: bool) -> Iterator[Path]:
    """Give what a text names that exists, relative to its folder; for code also the modules beside it."""
    for word in {*QUOTED.findall(text), *WORD.findall(text)}:
        for name in (word, f"{word}.py") if is_code else (word,):
            place = Path(os.path.normpath(folder / name))
            if len(name) < 255 and place != folder and os.path.lexists(place):
                yield place
