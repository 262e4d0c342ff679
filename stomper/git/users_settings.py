"""The settings of the user's own configuration, past those that our calls of git put before it."""

import os
from pathlib import Path

from stomper.git.command import git_result


def users_setting(top: Path, name: str, kind: str = "") -> str | None:
    """Give the user's value of a setting that `QUIET_CONFIG` has a value for, of a `kind` ("bool"); None without one.

    Raises GitError for a value that is not of this kind.
    """
    typed = [f"--type={kind}"] if kind else []
    said = git_result(top, "config", *typed, "-z", "--get-all", name, exact=False).stdout
    *own, _ = os.fsdecode(said).removesuffix("\0").split("\0")  # the last one is ours
    return own[-1] if own else None
