"""Make the environment of children, and the marks by which they are found again.

This module and `config` are the only ones that read `os.environ`.
"""

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from stomper.disk.atomic_write import is_inside
from stomper.process.secrets import is_secret

RUN_MARK = "_STOMPER_RUN"
JOB_MARK = "_STOMPER_JOB"

# What a program needs of us, whatever else it is shown of the user's environment.
OURS = frozenset({RUN_MARK, "PYINSTALLER_RESET_ENVIRONMENT"})

CRASH_POINT = "_STOMPER_CRASH_AT"

# For a short git call that must end by itself also if the run is killed: one that is killed while
# it writes the user's files or refs leaves half of them, and a lock that stops the user's own git.
UNMARKED = {RUN_MARK: ""}

# What a surrounding git (a hook, a rebase --exec) exports names *its* repository and beats `-C`: the
# way a formatter in a hook once rewrote the outer repository (lefthook#1265). pre-commit keeps the
# same short list; identity and dates are the user's own to set, configuration counts only come whole.
KEPT_GIT = frozenset(
    {
        "GIT_ASKPASS",
        "GIT_AUTHOR_DATE",
        "GIT_AUTHOR_EMAIL",
        "GIT_AUTHOR_NAME",
        "GIT_COMMITTER_DATE",
        "GIT_COMMITTER_EMAIL",
        "GIT_COMMITTER_NAME",
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_EXEC_PATH",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSL_CAINFO",
        "GIT_SSL_NO_VERIFY",
        "GIT_TEMPLATE_DIR",
    }
)
KEPT_GIT_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
# What has a tool write a file, whoever starts it: the output of ruff, the snapshots of tests.
WRITING = frozenset({"RUFF_OUTPUT_FILE", "INLINE_SNAPSHOT_DEFAULT_FLAGS"})
CI_VARIABLES = ("CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION", "GITLAB_CI", "BUILDKITE", "JENKINS_URL")
LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH")


def _foreign_git(name: str) -> bool:
    return name.startswith("GIT_") and name not in KEPT_GIT and not name.startswith(KEPT_GIT_PREFIXES)


def is_frozen() -> bool:
    """Return whether this is the PyInstaller binary."""
    return bool(getattr(sys, "frozen", False))


# By this word our own Python's children (workers, guardian) are kept from importing from the folder they start in.
SAFE_PATH = ("PYTHONSAFEPATH", "stomper")


def clean_environment(
    extra: Mapping[str, str] | None = None, inherited: Collection[str] | None = None
) -> dict[str, str]:
    """The environment for a program that is not ours: the user's, less what belongs to git and to the binary.

    What would only have a tool write a file is left out too.

    Of the user's variables only those named `inherited`, where that is not None.

    The binary's loader puts its own libraries first (LD_LIBRARY_PATH) and keeps the user's value in
    `..._ORIG`: foreign programs get theirs back (pyinstaller#1759).
    """
    env = dict(os.environ)
    for name in [name for name in env if name in WRITING or _foreign_git(name)]:
        del env[name]
    if SAFE_PATH in env.items():
        del env[SAFE_PATH[0]]  # other programs import as by hand
    if is_frozen():
        _restore_library_paths(env)
    if inherited is not None:
        env = {name: value for name, value in env.items() if name in inherited or name in OURS}
    env.update(extra or {})
    return env


def _restore_library_paths(env: dict[str, str]) -> None:
    for name in [name for name in env if name.startswith("_PYI_")]:
        del env[name]
    for name in LIBRARY_PATHS:
        original = env.pop(f"{name}_ORIG", None)
        env.pop(name, None)
        if original is not None:
            env[name] = original
    env["PYINSTALLER_RESET_ENVIRONMENT"] = "1"


_surrounding: dict[str, str] = {}


def scrub_own_environment() -> None:
    """Drop a surrounding git's variables from this process, so that libraries and workers never see them.

    What Python starts for us from here on, in the user's checkout, imports nothing of it.
    """
    os.environ.setdefault(*SAFE_PATH)
    for name in [name for name in os.environ if _foreign_git(name)]:
        _surrounding[name] = os.environ.pop(name)


def surrounding_index() -> str | None:
    """The index that a surrounding git works with, as it names it: set for the hooks of a commit."""
    return _surrounding.get("GIT_INDEX_FILE")


def is_under_pre_commit() -> bool:
    """Return whether the hook framework called pre-commit has started this process."""
    return os.environ.get("PRE_COMMIT") == "1"


def is_under_ci() -> bool:
    """Say whether a CI runner reads the output of this process, and may look for commands in it."""
    return any(os.environ.get(name) not in (None, "", "0", "false", "False") for name in CI_VARIABLES)


def mark_own_environment(run: str) -> None:
    """Let everything started from here on carry the run's id, so that a later sweep finds it."""
    os.environ[RUN_MARK] = run


def unmark_own_environment() -> None:
    """The run is over: what is started from here on is not part of it."""
    os.environ.pop(RUN_MARK, None)


def user_variables() -> dict[str, str]:
    """Give all variables of this process."""
    return dict(os.environ)


def variable(name: str) -> str | None:
    """One variable of the user's, such as the key of a provider."""
    return os.environ.get(name)


def secret_variables() -> list[str]:
    """The names of the user's variables that programs in a room do not get."""
    return sorted(name for name, value in os.environ.items() if is_secret(name, value))


def search_path() -> str:
    """The user's PATH."""
    return os.environ.get("PATH", os.defpath)


def outer_python(*tops: Path) -> dict[str, str]:
    """Variables for a question to a Python program: its start imports nothing that is in one of the folders `tops`."""
    entries = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(entry)]  # noqa: PTH117
    return {"PYTHONPATH": os.pathsep.join(e for e in entries if not any(is_inside(e, top) for top in tops))}


def active_virtualenv() -> str | None:
    """The virtual environment that the user's shell has active."""
    return os.environ.get("VIRTUAL_ENV")
