"""mypy as a checker: the project's own configuration, a cache of its own for each checkout.

Exit codes: 0 and 1 are results, 2 is a crash, a usage error, or a file that stopped the rest from being
checked (https://mypy.readthedocs.io/en/stable/command_line.html).
"""

import hashlib
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from stomper import process
from stomper.checkers.caches import cache_folder, own_place
from stomper.checkers.hands_off import NO_BYTECODE, mypy_words
from stomper.checkers.mypy_config import Group, MypyConfig, group_files, misled, read_config, without_namesakes
from stomper.checkers.mypy_output import read_json, read_text
from stomper.checkers.result import BY_HAND, contradiction, no_result
from stomper.checkers.stubs import with_hints
from stomper.errors import CheckerError
from stomper.models import Diagnostic, in_order

LONGEST_NAME = 100
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
AGAIN = f"{BY_HAND.removesuffix('.')}; its `exclude` leaves files out, --no-mypy does without it."


@dataclass(frozen=True, slots=True)
class MypyChecker:
    """`mypy` on files, seeing the rest of the project by its imports, each file under its nearest configuration.

    `program` is the path of mypy, `python` the interpreter whose packages it sees, `roots` the import
    roots from the top, `timeout` the limit of one call in seconds, `extra` further options, `path` the user's MYPYPATH.
    """

    program: str
    python: str
    roots: tuple[str, ...] = (".",)
    timeout: float = 600.0
    name: str = "mypy"
    extra: tuple[str, ...] = ()
    path: tuple[str, ...] = ()

    def check(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> tuple[Diagnostic, ...]:
        found: list[Diagnostic] = []
        # A cache that two mypys write at once breaks both (python/mypy#21136): one for each checkout.
        with own_place(scratch) as place:
            for group in group_files(root, paths):
                for number, part in enumerate(without_namesakes(root, group)):
                    found += self._check(root, part, place, number)
        return in_order(found)

    def _check(self, root: Path, group: Group, place: Path, part: int) -> Iterator[Diagnostic]:
        proof = place / "mypy.xml"
        proof.unlink(missing_ok=True)
        # A cache knows one file of a name: what it has of that one would pass for its namesake's.
        cache = cache_folder(place) / "mypy" / _named("in", group.folder, part)
        found = self._found(root, group, cache, proof)
        if misled(root, group, found):
            found = self._found(root, group, cache.with_name(_named("of", group.paths[0])), proof)
        wanted = set(group.paths)
        return (diagnostic for diagnostic in found if diagnostic.path in wanted)

    def _found(self, root: Path, group: Group, cache: Path, proof: Path) -> list[Diagnostic]:
        done, words = self._run(root, group, cache, proof)
        if not done.ended or done.returncode not in RESULTS:
            raise no_result("mypy", done, AGAIN)
        if not _is_whole(proof):
            # It prints nothing where all is well, and so does one that did nothing.
            raise CheckerError(f"mypy did not come to its end ({done.how()}): {done.words(400) or 'nothing'}")
        read = read_json if JSON in words else read_text
        found = list(with_hints(list(read(root, root / group.folder, done))))
        if bool(found) != bool(done.returncode):
            raise contradiction("mypy", done)
        return found

    def _run(self, root: Path, group: Group, cache: Path, proof: Path) -> tuple[process.Completed, tuple[str, ...]]:
        """How mypy ended, and the words it took: an old one does not know JSON."""
        quiet = mypy_words(root / group.folder, proof.parent)
        places = (
            *self.extra,
            *quiet,
            f"--python-executable={self.python}",
            f"--cache-dir={cache}",
            f"--junit-xml={proof}",
        )
        files = [os.path.relpath(path, group.folder or ".") for path in group.paths]
        env = {"MYPYPATH": os.pathsep.join(self.search_path(root, group)), **NO_BYTECODE}
        for words in ((*OPTIONS, *places, JSON), (*OPTIONS, *places)):
            argv = [self.program, *words, "--", *files]
            done = process.run(argv, cwd=root / group.folder, env=env, timeout=self.timeout, contained=True)
            if done.returncode != 2 or b"unrecognized arguments: --output" not in done.stderr:
                break
        return done, words

    def search_path(self, root: Path, group: Group) -> list[str]:
        """Where imports start: as the user and the project say, then what isolation needs.

        That are the import roots, those of a configuration further down before those of the whole project: an
        editable install would lead to another checkout. Where the configuration says what modules are called from,
        nothing is added.
        """
        config = read_config(root / group.folder) or MypyConfig()
        said = [*(root / folder for folder in self.path), *map(Path, config.path)]
        own = [f"{group.folder}/src", group.folder] if group.folder else []
        added = [] if config.explicit_bases else [root / folder for folder in (*own, *self.roots)]
        return [str(folder) for folder in dict.fromkeys((*said, *added)) if folder.is_dir()]


def _is_whole(proof: Path) -> bool:
    try:
        ET.parse(proof)
    except (OSError, ET.ParseError):
        return False
    return True


def _named(kind: str, path: str, part: int = 0) -> str:
    """The name of a cache: a short path says which one it is, a long one would be too long for the file system."""
    words = quote(path, safe="")
    words = words if len(words) <= LONGEST_NAME else hashlib.sha256(words.encode()).hexdigest()
    return f"{kind}-{words}{f'-{part}' if part else ''}"
