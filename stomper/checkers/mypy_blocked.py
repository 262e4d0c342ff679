"""Files that stop mypy from looking at any other: found, left out, and named.

mypy takes a file that it cannot parse for the end of the whole run. Such a file is left out, and where others import it
something without types stands in its place; what mypy then says of those that may have to do with it does not count.
"""

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stomper.checkers.blame import Trial, culprits
from stomper.checkers.importers import importers
from stomper.checkers.look import not_checked
from stomper.checkers.mypy_output import read_output
from stomper.errors import CheckerError
from stomper.models import Diagnostic
from stomper.process import Completed

if TYPE_CHECKING:
    from stomper.checkers.mypy import Call, MypyChecker

SYNTAX = "syntax"
ALONE = "--follow-imports=skip"


@dataclass(frozen=True, slots=True)
class Blocked:
    """What mypy says of the files that stop it."""

    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(sorted({d.path for d in self.diagnostics}))

    def plus(self, more: Iterable[Diagnostic]) -> "Blocked":
        """The same with files that are not known yet."""
        known = set(self.paths)
        return Blocked((*self.diagnostics, *(d for d in more if d.path not in known)))

    def without(self, call: "Call", content: str) -> "Call":
        """The call without these files; where others import them, they have this content."""
        if not self.paths:
            return call
        shadow = call.place / "anything.py"
        shadow.write_text(content)
        group = replace(call.group, paths=tuple(path for path in call.group.paths if path not in self.paths))
        words = [w for path in self.paths for w in ("--shadow-file", str(call.root / path), str(shadow))]
        name = hashlib.sha256("\0".join(self.paths).encode("utf-8", "surrogateescape")).hexdigest()[:12]
        cache = call.cache.with_name(f"{call.cache.name}-less-{name}")
        return replace(call, group=group, cache=cache, words=(*call.words, *words))


def blocked(mypy: "MypyChecker", call: "Call", done: Completed, json: bool, known: Blocked) -> Blocked:
    """The files that stop mypy, by how a call of it ended: those that are `known`, and others where any are found.

    Raises CheckerError where that takes too long.
    """
    if not done.ended:
        return known
    more = known.plus(d for d in _printed(call, done, json) if d.code == SYNTAX)
    return known.plus(_searched(mypy, call)) if more == known and not done.stdout.strip() else more


def uncertain(root: Path, stops: Blocked) -> frozenset[str]:
    """The files of which mypy would say something else if those that stop it did not."""
    return importers(root, stops.paths) if stops.paths else frozenset()


def _printed(call: "Call", done: Completed, json: bool) -> Sequence[Diagnostic]:
    try:
        return read_output(call.root, call.root / call.group.folder, done, json).diagnostics
    except CheckerError:
        return ()


def _searched(mypy: "MypyChecker", call: "Call") -> list[Diagnostic]:
    """By trying: first each file without those that it imports, then with them."""
    if mypy.says(call, ("-c", "pass")):
        return []  # it is not a file that is to blame
    whole = dict(zip(call.group.inner, call.group.paths, strict=True))
    for words in ((ALONE,), ()):
        one = replace(call, words=(*call.words, *words), cache=call.place / "trial")
        trial = Trial(functools.partial(_try, mypy, one), mypy.timeout)
        if found := [not_checked(mypy.name, whole[path], said) for path, said in culprits(call.group.inner, trial)]:
            return found
    return []


def _try(mypy: "MypyChecker", call: "Call", files: Sequence[str]) -> str:
    return mypy.says(call, ("--", *files)) if files else ""
