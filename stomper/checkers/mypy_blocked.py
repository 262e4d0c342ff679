"""Files that stop mypy from looking at any other: found, left out, and named.

mypy takes a file that it cannot parse for the end of the whole run. Such a file is left out, and where others import it
something without types stands in its place; what mypy then says of those that may have to do with it does not count.
"""

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stomper.checkers.completeness import not_checked
from stomper.checkers.importers import importers
from stomper.checkers.mypy_call import JSON, Call, Mypy
from stomper.checkers.mypy_output import read_output
from stomper.checkers.split_failure import Trial, culprits
from stomper.disk.regular_files import read_regular
from stomper.errors import CheckerError
from stomper.models import Diagnostic
from stomper.process import Completed

SYNTAX = "syntax"
ALONE = "--follow-imports=skip"


# What stopped mypy, by program and path: the content, and what was said. The result as a whole, which is checked from
# cold, need not search for it again; what is fixed has another content.
_stopped: dict[tuple[str, str], tuple[bytes, tuple[Diagnostic, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Blocked:
    """The words of mypy about the files that stop it."""

    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(sorted({d.path for d in self.diagnostics}))

    def plus(self, more: Iterable[Diagnostic]) -> "Blocked":
        """The same with files that are not known yet."""
        known = set(self.paths)
        return Blocked((*self.diagnostics, *(d for d in more if d.path not in known)))

    def without(self, call: Call, content: str) -> Call:
        """The call without these files; where others import them, they have this content."""
        if not self.paths:
            return call
        shadow = call.place / "anything.py"
        shadow.write_text(content)
        group = replace(call.group, paths=tuple(path for path in call.group.paths if path not in self.paths))
        words = [w for path in self.paths for w in ("--shadow-file", str(call.root / path), str(shadow))]
        return replace(call, group=group, words=(*call.words, *words))


def known_stops(mypy: Mypy, call: Call) -> Blocked:
    """The files of a call that have stopped mypy before, and are what they were then."""
    known = [(path, *_stopped[mypy.program, path]) for path in call.group.paths if (mypy.program, path) in _stopped]
    return Blocked(tuple(d for path, content, said in known if _content(call, path) == content for d in said))


def remember(mypy: Mypy, call: Call, stops: Blocked) -> None:
    for path in stops.paths:
        said = tuple(d for d in stops.diagnostics if d.path == path)
        _stopped[mypy.program, path] = _content(call, path), said


def _content(call: Call, path: str) -> bytes:
    try:
        return hashlib.sha256(read_regular(call.root / path)).digest()
    except OSError:
        return b""


def blocked(mypy: Mypy, call: Call, done: Completed, as_json: bool, known: Blocked) -> Blocked:
    """The files that stop mypy, by how a call of it ended: those that are `known`, and others where any are found.

    Raises CheckerError if that takes too long.
    """
    if not done.ended:
        return known
    more = known.plus(d for d in _printed(call, done, as_json) if d.code == SYNTAX)
    return known.plus(_searched(mypy, call)) if more == known and not done.stdout.strip() else more


def uncertain(root: Path, stops: Blocked) -> frozenset[str]:
    """The files of which mypy would say something else if those that stop it did not."""
    return importers(root, stops.paths) if stops.paths else frozenset()


def _printed(call: Call, done: Completed, as_json: bool) -> Sequence[Diagnostic]:
    try:
        return read_output(call.root, call.root / call.group.folder, done, as_json).diagnostics
    except CheckerError:
        return ()


def _searched(mypy: Mypy, call: Call) -> list[Diagnostic]:
    """By trying: first each file without those that it imports, then with them."""
    if mypy.says(call, ("-c", "pass")):
        return []  # it is not a file that is to blame
    whole = dict(zip(call.group.inner, call.group.paths, strict=True))
    for words in ((ALONE,), ()):
        one = replace(call, words=(*call.words, *words), cache=call.place / "trial")
        trial = Trial(mypy.name, functools.partial(_try, mypy, one), mypy.timeout)
        if found := [d for path, said in culprits(call.group.inner, trial) for d in _of(mypy, one, whole[path], said)]:
            return found
    return []


def _of(mypy: Mypy, call: Call, path: str, said: str) -> Sequence[Diagnostic]:
    """Give what mypy says of a file that stops it: diagnostics if it prints such, else only that it stops."""
    alone = replace(call, group=replace(call.group, paths=(path,)))
    done, words = mypy.run(alone)
    own = [d for d in _printed(alone, done, JSON in words) if (d.path, d.code) == (path, SYNTAX)]
    return own or [not_checked(mypy.name, path, said)]


def _try(mypy: Mypy, call: Call, files: Sequence[str]) -> str:
    return mypy.says(call, ("--", *files)) if files else ""
