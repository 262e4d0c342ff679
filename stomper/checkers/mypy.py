"""mypy as a checker: the project's own configuration, a cache of its own for each checkout.

Exit codes: 0 and 1 are results, 2 is a crash, a usage error, or a file that stopped the rest from being
checked (https://mypy.readthedocs.io/en/stable/command_line.html).
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from stomper import process
from stomper.checkers.caches import cache_folder, own_place
from stomper.checkers.completeness import Look, Looking, not_checked
from stomper.checkers.mypy_bases import bases_of, keep_bases, known_bases
from stomper.checkers.mypy_blocked import JSON, blocked, known_stops, remember, uncertain
from stomper.checkers.mypy_config import Group, group_files, misled, read_config, without_namesakes
from stomper.checkers.mypy_output import read_output, reported_lines
from stomper.checkers.mypy_sources import MypyConfig
from stomper.checkers.read_only_options import NO_BYTECODE, mypy_words
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
AGAIN = f"{BY_HAND.removesuffix('.')}; its `exclude` leaves files out, --no-mypy does without it."
# Its content stands in the place of that of a file that stops mypy.
ANYTHING = "from typing import Any\n\n\ndef __getattr__(name: str) -> Any: ...\n"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of mypy: the files of `group`, further `words`, and `place`, a folder for its cache and its report.

    `bases` are folders where imports start, in the place of the import roots, None where those do well.
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
class MypyChecker(Looking):
    """`mypy` on files, seeing the rest of the project by its imports, each file under its nearest configuration.

    `program` is the path of mypy, `python` the interpreter whose packages it sees, `roots` the import
    roots from the top, `timeout` the limit of one call in seconds, `extra` further options, `path` the user's MYPYPATH,
    `variables` those that it is started with.
    """

    program: str
    python: str
    roots: tuple[str, ...] = (".",)
    timeout: float = 600.0
    name: str = "mypy"
    extra: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        groups = group_files(root, paths, self.roots)
        # A cache that two mypys write at once breaks both (python/mypy#21136): one for each checkout.
        with own_place(scratch) as place:
            parts = [self._look(root, group, place) for group in groups]
        out = set(paths).difference(*(group.paths for group in groups))
        found, beside = ([d for part in parts for d in part[side]] for side in (0, 1))
        return Look(tuple(paths), in_order(found), frozenset(out), in_order(set(beside)))

    def _look(self, root: Path, group: Group, place: Path) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """Give what mypy says of a group, and what of other files that stop it."""
        calls = self._calls(root, group, place)
        try:
            told = [(call.group.paths, *self._told(call)) for call in calls]
        except CheckerError as error:
            if not group.folder or not self.says(calls[0], ("-c", "pass")):
                raise
            # Of several projects one has a configuration with which mypy does not even begin.
            return [not_checked(self.name, path, error.message) for path in group.paths], []
        found = [d for paths, read, _ in told for d in read if d.path in paths]
        stops = {d.path: not_checked(self.name, d.path, d.message) for paths, _, all_ in told for d in all_}
        return found, [stops[path] for path in sorted(stops) if path not in group.paths]

    def _calls(self, root: Path, group: Group, place: Path) -> list[Call]:
        """A call for each part of a group. A cache knows one file of a name: it would take it for its namesake's."""
        caches = cache_folder(place) / "mypy"
        bases = known_bases(_bases_file(place, group))
        parts = enumerate(without_namesakes(root, group))
        return [Call(root, part, caches / _named("in", group.folder, n), place, bases=bases) for n, part in parts]

    def _told(self, call: Call) -> tuple[list[Diagnostic], tuple[Diagnostic, ...]]:
        """Give what mypy says, and of that what it says of files that stop it."""
        stops = known_stops(self, call)
        while True:
            less = stops.without(call, ANYTHING)
            if not less.group.paths:
                break
            done, words = self.run(less)
            if done.ended and done.returncode in RESULTS:
                break
            more = blocked(self, less, done, JSON in words, stops)
            if more == stops:
                if done.ended and (other := self._as_by_hand(call)):
                    return self._told_as_by_hand(other)
                raise no_result("mypy", done, AGAIN)
            stops = more
        remember(self, call, stops)
        found = self._found(less, done, words) if less.group.paths else []
        unsure = uncertain(call.root, stops)
        kept = [d for d in found if d.path not in unsure and d.path not in stops.paths]
        doubts = [
            not_checked(self.name, p, f"it may import {stops.paths[0]}, which stops mypy") for p in sorted(unsure)
        ]
        mine = [d for d in doubts if d.path in less.group.paths]
        return [*kept, *stops.diagnostics, *mine], stops.diagnostics

    def _as_by_hand(self, call: Call) -> Call | None:
        """The call without import roots of ours; None where that makes no difference."""
        other = replace(call, bases=bases_of(call.root, call.group.paths))
        same = self._path_of(call) == self._path_of(other)
        return None if call.bases is not None or same else other

    def _told_as_by_hand(self, call: Call) -> tuple[list[Diagnostic], tuple[Diagnostic, ...]]:
        told = self._told(call)
        keep_bases(_bases_file(call.place, call.group), call.bases or ())
        return told

    def _found(self, call: Call, done: process.Completed, words: Sequence[str]) -> list[Diagnostic]:
        found = self._read(call, done, words)
        if not misled(call.root, call.group, found):
            return found
        call = replace(call, cache=call.cache.with_name(_named("of", call.group.paths[0])))
        done, words = self.run(call)
        if not done.ended or done.returncode not in RESULTS:
            raise no_result("mypy", done, AGAIN)
        return self._read(call, done, words)

    def _read(self, call: Call, done: process.Completed, words: Sequence[str]) -> list[Diagnostic]:
        reported = reported_lines(call.proof)
        if reported is None:
            # It prints nothing where all is well, and so does one that did nothing.
            raise CheckerError(f"mypy did not come to its end ({done.how()}): {done.words(400) or 'nothing'}")
        read = read_output(call.root, call.root / call.group.folder, done, JSON in words)
        # A note alone is exit code 1 for some versions, with JSON, and 0 for others.
        if read.errors if done.returncode == 0 else not read.lines:
            raise contradiction("mypy", done)
        if read.lines < reported:
            raise contradiction("mypy", done, f"report, which has {reported} lines")
        return list(with_hints(read.diagnostics))

    def says(self, call: Call, files: Sequence[str]) -> str:
        """mypy's words where it gives no result for what these words name, from where the call is; else ''."""
        call.proof.unlink(missing_ok=True)
        done = self._start(call, (*OPTIONS, *self._places(call), *call.words, *files))
        return "" if done.ended and done.returncode in RESULTS else done.words(400) or done.how()

    def run(self, call: Call) -> tuple[process.Completed, tuple[str, ...]]:
        """Run mypy, and give its end and the arguments that it took: an old mypy does not know JSON."""
        call.proof.unlink(missing_ok=True)
        files = ("--", *call.group.inner)
        for words in ((*OPTIONS, *self._places(call), *call.words, JSON), (*OPTIONS, *self._places(call), *call.words)):
            done = self._start(call, (*words, *files))
            if done.returncode != 2 or b"unrecognized arguments: --output" not in done.stderr:
                break
        return done, words

    def _places(self, call: Call) -> Iterator[str]:
        yield from self.extra
        yield from mypy_words(call.root / call.group.folder, call.proof.parent)
        yield f"--python-executable={self.python}"
        yield f"--cache-dir={call.cache}"
        yield f"--junit-xml={call.proof}"

    def _start(self, call: Call, words: Sequence[str]) -> process.Completed:
        env = {"MYPYPATH": os.pathsep.join(self._path_of(call)), **NO_BYTECODE, **dict(self.variables)}
        folder = call.root / call.group.folder
        return process.run([self.program, *words], cwd=folder, env=env, timeout=self.timeout, contained=True)

    def _path_of(self, call: Call) -> list[str]:
        return self.search_path(call.root, call.group, call.bases)

    def search_path(self, root: Path, group: Group, bases: Sequence[str] | None = None) -> list[str]:
        """Say where imports start: as the user and the project say, then what isolation needs.

        That are the import roots, those of a configuration further down before those of the whole project: an
        editable install would lead to another checkout. Where the configuration says what modules are called from,
        nothing is added. `bases` stand in the place of the roots.
        """
        config = read_config(root / group.folder) or MypyConfig()
        said = [*(root / folder for folder in self.path), *map(Path, config.mypy_path)]
        own = [f"{group.folder}/src", group.folder] if group.folder else []
        starts = (*own, *self.roots) if bases is None else bases
        added = [] if config.explicit_bases else [root / folder for folder in starts]
        return [str(folder) for folder in dict.fromkeys((*said, *added)) if folder.is_dir()]


def _bases_file(place: Path, group: Group) -> Path:
    return cache_folder(place) / "mypy" / f"{_named('bases', group.folder)}.json"


def _named(kind: str, path: str, part: int = 0) -> str:
    """The name of a cache: a short path says which one it is, a long one would be too long for the file system."""
    words = quote(path, safe="")
    words = words if len(words) <= LONGEST_NAME else hashlib.sha256(words.encode()).hexdigest()
    return f"{kind}-{words}{f'-{part}' if part else ''}"
