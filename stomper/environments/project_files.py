"""The files of a project that say how its environment is made: a folder that has them, and the names of all others."""

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.regular_files import read_regular_text
from stomper.disk.remove_trees import temporary_folder
from stomper.git.blobs import blob_sizes, read_blobs
from stomper.git.trees import GITLINK, SYMLINK, Entry

OWN = ".stomper/setup"
TELLING = re.compile(
    r"(pyproject\.toml|setup\.(py|cfg)|Pipfile|tox\.ini|pytest\.ini|noxfile\.py|\.python-version|package\.json|conftest\.py"
    rf"|[Mm]akefile|{re.escape(OWN)}|[^/]*(requirements|constraints)[^/]*\.txt|requirements/[^/]+\.txt)"
)
TEST_FILE = re.compile(r"(.*/)?(test_[^/]*|[^/]*_test)\.py")
EXECUTABLE = "100755"
MOST_BYTES = 1_000_000
MOST_TESTS = 10


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """The folder `root` has the files that tell; `paths` are all of the project, those of `programs` can be started."""

    root: Path
    paths: Collection[str]
    programs: frozenset[str] = frozenset()

    def has(self, path: str) -> bool:
        return path in self.paths

    def text(self, path: str) -> str:
        """What is in a file that tells; empty if it is not there or cannot be read."""
        try:
            return read_regular_text(self.root / path, "utf-8-sig")
        except (OSError, ValueError):
            return ""

    @property
    def tests(self) -> list[str]:
        """Some of the files with tests, which are in the folder too."""
        return sorted(path for path in self.paths if TEST_FILE.fullmatch(path))[:MOST_TESTS]


@contextlib.contextmanager
def files_of(top: Path, entries: Mapping[str, Entry]) -> Iterator[ProjectFiles]:
    """The files of a commit that tell, in a folder that is gone afterwards. Nothing of them is run."""
    programs = frozenset(path for path, entry in entries.items() if entry.mode == EXECUTABLE)
    with temporary_folder("stomper-recipe-") as root:
        found = ProjectFiles(root, entries.keys(), programs)
        wanted = [entry for path, entry in entries.items() if TELLING.fullmatch(path)]
        wanted += [entries[path] for path in found.tests]
        plain = [entry for entry in wanted if entry.mode not in (SYMLINK, GITLINK)]
        sizes = blob_sizes(top, [entry.blob for entry in plain])
        for entry, content in read_blobs(top, [e for e in plain if sizes.get(e.blob, 0) < MOST_BYTES]):
            place = root / entry.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        yield found
