"""The sample repository of `stomper demo`: a small shop whose files all have something for ruff to fix."""

from pathlib import Path

from stomper.git.command import git

CONFIGURATION = """\
[project]
name = "shop"
version = "1.0"
requires-python = ">=3.11"

[tool.ruff.lint]
select = ["E", "F", "I", "UP"]
"""

MODULE = '''\
"""Part {number} of the shop."""

import sys
import os
from typing import Optional


def price_{number}(amount: Optional[int]) -> str:
    """What the customer sees."""
    if amount is None:
        return "on request"
    return "{{}} EUR".format(amount)


if __name__ == "__main__":
    print(price_{number}(int(sys.argv[1])))
'''


def make_sample(folder: Path, files: int) -> None:
    """Fill `folder` with a repository of `files` Python files, committed. Its identity is its own."""
    package = folder / "shop"
    package.mkdir()
    (folder / "pyproject.toml").write_text(CONFIGURATION)
    for number in range(1, files + 1):
        (package / f"part_{number:03}.py").write_text(MODULE.format(number=number))
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Stomper demo")
    git(folder, "config", "user.email", "demo@example.org")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "The shop as it was")
