"""An environment in which the developer's own settings cannot be seen, and that no test can spoil for the next."""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stomper import process

IDENTITY = ("Sam Sample", "sam@example.org")
DATE = "2024-01-02T03:04:05+00:00"
GIT_CONFIG = f"""\
[user]
	name = {IDENTITY[0]}
	email = {IDENTITY[1]}
[init]
	defaultBranch = main
"""

WAY = "TEST_WORKTREES"
WITH_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}
"""For tests of what an installed plugin of pytest does."""

# Everything that a program under test could listen to. pytest's own PYTEST_* stay: they are in use.
REMOVED_PREFIXES = (
    "STOMPER_", "_STOMPER_", "GIT_", "XDG_", "LC_", "LANG", "PYTHON", "RUFF_", "MYPY", "UV_", "PIP_",
    "GITHUB_", "ANTHROPIC_", "OPENAI_", "CLAUDE", "DRILL_",
)  # fmt: skip
REMOVED = (
    "VIRTUAL_ENV", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "CI", "EMAIL",
    "EDITOR", "VISUAL", "PAGER", "PYTEST_ADDOPTS", "TMP", "TEMP",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hermetic:
    """The folders of one test. `root` holds the others; short, for socket names have a limit, and in no repository."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def git_config(self) -> Path:
        return self.root / "gitconfig"

    @property
    def logs(self) -> Path:
        """For the kit's own files (outputs of programs); the leak check does not look here."""
        return self.root / "logs"

    def set_git_config(self, name: str, value: str) -> None:
        """Set something in the user's global git configuration."""
        subprocess.run(["git", "config", "--file", self.git_config, "--add", name, value], check=True)

    def environment(self) -> dict[str, str]:
        """What replaces the removed variables."""
        return {
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "XDG_CACHE_HOME": str(self.cache),
            "XDG_CONFIG_HOME": str(self.root / "config"),
            "XDG_DATA_HOME": str(self.root / "data"),
            "XDG_STATE_HOME": str(self.root / "state"),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.git_config),
            "GIT_AUTHOR_DATE": DATE,
            "GIT_COMMITTER_DATE": DATE,
            # Fakes keep their logs outside of what a program in a room may write to. Tests of rooms switch them on.
            "STOMPER_TOOL_SANDBOX": "off",
            "STOMPER_TESTS_SANDBOX": "off",
            "DRILL_SERGEANT_ENABLED": "false",  # a plugin of every pytest here, wanted only where it is tested
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # the plugins installed here take a pytest longer than a small suite
            "STOMPER_TRUST": "1",  # the repositories of tests are their own; tests of trust take it out
            # How the worktrees of all runs are made, for whoever wants to see the same tests pass another way.
            **{name.replace("TEST_", "STOMPER_"): mode for name, mode in os.environ.items() if name == WAY},
            "PATH": search_path(os.environ.get("PATH", os.defpath)),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }


@functools.cache
def search_path(path: str) -> str:
    """The same folders, behind that of our own Python where `python3` is a script: one of pyenv starts ten shells."""
    found = shutil.which("python3", path=path)
    with Path(found or os.devnull).open("rb") as file:
        is_script = file.read(2) == b"#!"
    return os.pathsep.join([str(Path(sys.base_prefix) / "bin"), path]) if is_script else path


def make_hermetic(root: Path) -> Hermetic:
    hermetic = Hermetic(root)
    hermetic.git_config.write_text(GIT_CONFIG)
    for folder in (hermetic.home, hermetic.tmp, hermetic.cache, hermetic.logs):
        folder.mkdir()
    for name in ("config", "data", "state", "run"):
        (root / name).mkdir(mode=0o700)
    return hermetic


@contextmanager
def entered(hermetic: Hermetic) -> Iterator[None]:
    """Make it this process's environment for a while; whatever is set meanwhile is forgotten afterwards."""
    saved, directory, tempdir = dict(os.environ), Path.cwd(), tempfile.tempdir
    for name in list(os.environ):
        if name.startswith(REMOVED_PREFIXES) or name in REMOVED:
            del os.environ[name]
    os.environ.update(hermetic.environment())
    tempfile.tempdir = None
    time.tzset()
    try:
        yield
    finally:
        os.chdir(directory)
        os.environ.clear()
        os.environ.update(saved)
        tempfile.tempdir = tempdir
        time.tzset()
        process.withdraw_stop()
