"""One call of mypy: its options, the folders where its imports start, and how it is started."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers.caches import own_mypy_cache
from stomper.checkers.mypy_config import Group, read_config
from stomper.checkers.mypy_sources import MypyConfig
from stomper.checkers.read_only_options import NO_BYTECODE, forbids_staying, mypy_words

RESULTS = (0, 1)
# Lines that a program can read, whatever the project's configuration says of how they look.
PLAIN = (
    "--show-error-codes",
    "--no-error-summary",
    "--no-color-output",
    "--no-pretty",
    "--hide-error-context",
    "--hide-absolute-path",
)
OPTIONS = ("--show-column-numbers", *PLAIN)
JSON = "--output=json"  # since 1.11


@dataclass(frozen=True, slots=True)
class Call:
    """One call of mypy: the files of `group`, further `words`, and `place`, a folder for its cache and its report.

    `bases` are folders where imports start, in the place of the import roots, None if those do well.
    """

    root: Path
    group: Group
    cache: Path
    place: Path
    words: tuple[str, ...] = ()
    bases: tuple[str, ...] | None = None

    @property
    def proof(self) -> Path:
        return self.place / "mypy.xml"


@dataclass(frozen=True, slots=True)
class Mypy:
    """The mypy of a project, and what it is started with.

    `program` is the path of mypy, `python` the interpreter whose packages it sees, `roots` the import
    roots from the top, `timeout` the limit of one call in seconds, `extra` further options, `path` the user's MYPYPATH,
    `variables` those that it is started with. `stays` is the interpreter of one that can stay (`mypy_stays`), else ''.
    """

    program: str
    python: str
    roots: tuple[str, ...] = (".",)
    timeout: float = 600.0
    name: str = "mypy"
    extra: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    stays: str = ""

    def says(self, call: Call, files: Sequence[str]) -> str:
        """mypy's words where it gives no result for what these words name, from where the call is; else ''."""
        call.proof.unlink(missing_ok=True)
        done = self._start(call, (*OPTIONS, *self.places(call), *call.words, *files))
        return "" if done.ended and done.returncode in RESULTS else done.words(400) or done.how()

    def run(self, call: Call) -> tuple[process.Completed, tuple[str, ...]]:
        """Run mypy, and give its end and the arguments that it took: an old mypy does not know JSON."""
        call.proof.unlink(missing_ok=True)
        files = ("--", *call.group.inner)
        for words in ((*OPTIONS, *self.places(call), *call.words, JSON), (*OPTIONS, *self.places(call), *call.words)):
            done = self._start(call, (*words, *files))
            if done.returncode != 2 or b"unrecognized arguments: --output" not in done.stderr:
                break
        return done, words

    def places(self, call: Call, cache: Path | None = None) -> Iterator[str]:
        """The options that say where things are; the cache is the call's if no other is given."""
        folder = call.root / call.group.folder
        yield from self.extra
        yield from mypy_words(folder, call.proof.parent)
        if self.stays and not forbids_staying(folder):
            yield "--cache-fine-grained"  # what one that stays begins with
        yield f"--python-executable={self.python}"
        yield f"--cache-dir={cache or call.cache}"
        yield f"--junit-xml={call.proof}"

    def _start(self, call: Call, words: Sequence[str]) -> process.Completed:
        own_mypy_cache(call.place)
        folder, env = call.root / call.group.folder, self.environment(call)
        return process.run([self.program, *words], cwd=folder, env=env, timeout=self.timeout, contained=True)

    def environment(self, call: Call) -> dict[str, str]:
        """The variables that it is started with."""
        return {"MYPYPATH": os.pathsep.join(self._path_of(call)), **NO_BYTECODE, **dict(self.variables)}

    def _path_of(self, call: Call) -> list[str]:
        return self.search_path(call.root, call.group, call.bases)

    def search_path(self, root: Path, group: Group, bases: Sequence[str] | None = None) -> list[str]:
        """Say where imports start: as the user and the project say, then what isolation needs.

        That are the import roots, those of a configuration further down before those of the whole project: an
        editable install would lead to another checkout. If the configuration says what modules are called from,
        nothing is added. `bases` stand in the place of the roots.
        """
        config = read_config(root / group.folder) or MypyConfig()
        said = [*(root / folder for folder in self.path), *map(Path, config.mypy_path)]
        own = [f"{group.folder}/src", group.folder] if group.folder else []
        starts = (*own, *self.roots) if bases is None else bases
        added = [] if config.explicit_bases else [root / folder for folder in starts]
        return [str(folder) for folder in dict.fromkeys((*said, *added)) if folder.is_dir()]
