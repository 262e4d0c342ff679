"""Build the repositories of bench_scale.py, and put them back to what they were."""

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.project.find_tools import find_tool

ROOT = Path(__file__).resolve().parents[1]
RUFF = find_tool("ruff", ROOT).path


@dataclass(frozen=True, slots=True)
class Row:
    """The size of a repository, and how many of its files have something to fix."""

    tracked: int
    dirty: int

    @classmethod
    def read(cls, text: str) -> "Row":
        tracked, dirty = map(int, text.split("/"))
        if not 0 < dirty <= tracked:
            raise argparse.ArgumentTypeError(f"{text}: not so many files to fix")
        return cls(tracked, dirty)

    @property
    def paths(self) -> list[str]:
        return [f"pkg{n // 100:04}/m{n % 100:02}.py" for n in range(self.tracked)]

    @property
    def dirty_paths(self) -> list[str]:
        return self.paths[:: self.tracked // self.dirty][: self.dirty]


@dataclass(frozen=True, slots=True)
class Repository:
    """A row's repository on disk. `base` is its only commit; `around` is the environment of what runs in it."""

    row: Row
    top: Path
    base: str
    around: Mapping[str, str]

    def git(self, *words: str) -> str:
        argv = ["git", "-C", str(self.top), *words]
        return subprocess.run(argv, check=True, capture_output=True, text=True, env=self.around).stdout.strip()

    def reset(self) -> None:
        """Make it what it was when it was built, also in its objects: what is there already is cheaper to write."""
        shutil.rmtree(self.top / ".git" / "stomper", ignore_errors=True)
        for words in ("worktree prune", f"reset -q --hard {self.base}", "reflog expire --expire=now --all"):
            self.git(*words.split())
        self.git("repack", "-adq")
        self.git("prune", "--expire=now")

    def commits(self) -> list[str]:
        """The commits since the base: tree, author and message, without the run's name and without dates."""
        log = self.git("log", "--reverse", "-z", "--format=%T%n%an %ae%n%B", f"{self.base}..HEAD")
        return [re.sub(r"^Stomper-Run: .*$", "", commit, flags=re.MULTILINE) for commit in log.rstrip("\0").split("\0")]


@contextlib.contextmanager
def place_of(keep: Path | None, row: Row) -> Iterator[Path]:
    """A folder for a row: a temporary one that is removed, or one below `keep`."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="stomper-bench-", ignore_cleanup_errors=True) as folder:
            yield Path(folder).resolve()
    else:
        yield keep.resolve() / f"{row.tracked}-{row.dirty}"


def make(row: Row, place: Path) -> Repository:
    """The row's repository, built if it is not there yet."""
    top, done = place / "repository", place / "built"
    around = environment(place)
    if not done.exists():
        shutil.rmtree(place, ignore_errors=True)
        write_files(row, top)
        for words in ("init -q -b main", "config gc.auto 0", "add -A", "commit -q -m base", "repack -adq"):
            subprocess.run(["git", "-C", str(top), *words.split()], check=True, env=around)
        done.touch()
    argv = ["git", "-C", str(top), "rev-list", "--max-parents=0", "HEAD"]
    base = subprocess.run(argv, check=True, capture_output=True, text=True, env=around).stdout.strip()
    return Repository(row, top, base, around)


def write_files(row: Row, top: Path) -> None:
    dirty = set(row.dirty_paths)
    values = "".join(f"V{k} = {k}\n" for k in range(40))
    for n, path in enumerate(row.paths):
        file = top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        imports = "import os\nimport re\nimport sys\n" if path in dirty else ""
        file.write_text(f"{imports}\n\ndef f{n}(x):\n    return x + {n}\n\n\n{values}")
    (top / "pyproject.toml").write_text('[project]\nname = "scale"\nversion = "1"\n')


def environment(place: Path) -> dict[str, str]:
    """Nobody's settings and a cache below `place`; who commits is always the same."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "STOMPER_"))}
    who = {f"GIT_{role}_{part}": "bench@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    return {
        **kept,
        **who,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "XDG_CACHE_HOME": str(place / "cache"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "PYTHONPATH": str(ROOT),
        "RUFF": RUFF,
        "PLACE": str(place / "loop"),
    }
