"""Find the hooks that the user's own `git commit` would start. All our calls of git leave them out."""

import os
from collections.abc import Mapping
from pathlib import Path

from stomper.git.repository import Repository
from stomper.git.users_settings import users_setting

HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg")
"""Those that can refuse or change a commit, in the order in which git starts them."""


def hooks_folder(repository: Repository) -> Path:
    """The folder of the user's hooks: `core.hooksPath`, from the top of the checkout, or that of the repository."""
    named = users_setting(repository.top, "core.hooksPath", "path")
    return repository.top / named if named else repository.common / "hooks"


def find_hooks(repository: Repository) -> Mapping[str, Path]:
    """The hooks of a commit that are there, by name. As for git, one that cannot be executed is none."""
    folder = hooks_folder(repository)
    return {name: folder / name for name in HOOKS if os.access(folder / name, os.X_OK) and (folder / name).is_file()}
