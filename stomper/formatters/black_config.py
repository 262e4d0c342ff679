"""The settings of black that are nearest to a file: the files that it leaves out, and what they are to ruff."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stomper.metadata.pyproject import read_toml, table

# black's own, for a project that does not say what is excluded.
DEFAULT = (
    r"/(\.direnv|\.eggs|\.git|\.hg|\.ipynb_checkpoints|\.mypy_cache|\.nox|\.pytest_cache|\.ruff_cache|\.tox|\.svn|"
    r"\.venv|\.vscode|__pypackages__|_build|buck-out|build|dist|venv)/"
)
EXCLUDING = ("exclude", "extend-exclude", "force-exclude")
WIDTH = 88


@dataclass(frozen=True, slots=True)
class BlackConfig:
    """The table `[tool.black]` of the `folder` above a file that has one, from the top; empty if none has."""

    folder: PurePosixPath = field(default_factory=PurePosixPath)
    settings: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def nearest(cls, root: Path, path: str) -> "BlackConfig":
        """The settings for the file `path` of a checkout."""
        for folder in PurePosixPath(path).parents:
            tool = table(read_toml(root / folder / "pyproject.toml"), "tool")
            if "black" in tool:
                settings = {name.replace("_", "-"): value for name, value in table(tool, "black").items()}
                return cls(folder, settings)
        return cls()

    def excluding(self) -> list[str]:
        """The words by which black leaves out of the files that are named to it what it leaves out by itself."""
        return [f"--force-exclude={self._pattern()}"]

    def excludes(self, root: Path, path: str) -> bool:
        """Say whether black leaves out a file of a checkout."""
        inner = PurePosixPath(path).relative_to(self.folder)
        try:
            return re.search(self._pattern(), f"/{inner}") is not None
        except re.error:
            return True

    def _pattern(self) -> str:
        """All patterns as one. black takes one that has several lines as a verbose one."""
        found = [str(self.settings.get(name) or "") for name in EXCLUDING]
        found[0] = str(self.settings.get("exclude", DEFAULT))
        return "|".join(f"(?x:{one}\n)" if "\n" in one else f"(?:{one})" for one in found if one)

    def for_ruff(self) -> list[str]:
        """The words by which ruff's formatter lays out files as black does by these settings, but for small things."""
        target = self.settings.get("target-version")
        oldest = min((str(one) for one in target), key=_minor) if isinstance(target, list) and target else ""
        style = {
            "format.quote-style": "preserve" if self.settings.get("skip-string-normalization") else "double",
            "format.skip-magic-trailing-comma": bool(self.settings.get("skip-magic-trailing-comma")),
        }
        words = ["--isolated", f"--line-length={self.settings.get('line-length', WIDTH)}", "--no-force-exclude"]
        words += [f"--target-version={oldest}"] if re.fullmatch(r"py3\d+", oldest) else []
        words += ["--preview"] if self.settings.get("preview") else []
        for name, value in style.items():
            words += ["--config", f"{name} = {json.dumps(value)}"]
        return words


def _minor(version: str) -> int:
    digits = version.removeprefix("py3")
    return int(digits) if digits.isdigit() else 0
