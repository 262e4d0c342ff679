"""mypy as a checker: the project's own configuration, a cache of its own for each checkout.

Exit codes: 0 and 1 are results, 2 is a crash, a usage error, or a file that stopped the rest from being
checked (https://mypy.readthedocs.io/en/stable/command_line.html).
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from stomper import process
from stomper.checkers import mypy_stays
from stomper.checkers.attempt import attempt_in, date_by_content
from stomper.checkers.caches import MYPY, cache_folder, known_mypy_cache, own_place
from stomper.checkers.completeness import Look, Looking, not_checked
from stomper.checkers.keeper import KEEPER
from stomper.checkers.mypy_bases import bases_of, keep_bases, known_bases
from stomper.checkers.mypy_blocked import blocked, known_stops, remember, uncertain
from stomper.checkers.mypy_call import JSON, RESULTS, Call, Mypy
from stomper.checkers.mypy_config import Group, group_files, misled, without_namesakes
from stomper.checkers.mypy_output import read_output, reported_lines
from stomper.checkers.result import BY_HAND, contradiction, no_result
from stomper.checkers.stubs import with_hints
from stomper.errors import CheckerError
from stomper.models import Diagnostic, DiagnosticKey, count_keys, in_order
from stomper.python import is_notebook

LONGEST_NAME = 100
AGAIN = f"{BY_HAND.removesuffix('.')}; its `exclude` leaves files out, --no-mypy does without it."
# Its content stands in the place of that of a file that stops mypy.
ANYTHING = "from typing import Any\n\n\ndef __getattr__(name: str) -> Any: ...\n"


@dataclass(frozen=True, slots=True)
class MypyChecker(Mypy, Looking):
    """`mypy` on files, seeing the rest of the project by its imports, each file under its nearest configuration.

    With `configured_only` it looks at no file that is under none.
    """

    configured_only: bool = False

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        paths = [path for path in paths if not is_notebook(path)]  # mypy reads none
        groups = group_files(root, paths, self.roots, self.configured_only)
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
        return [one_call(root, part, place, n) for n, part in enumerate(without_namesakes(root, group))]

    def _told(self, call: Call) -> tuple[list[Diagnostic], tuple[Diagnostic, ...]]:
        """Give what mypy says, and of that what it says of files that stop it."""
        stayed = self._stayed(call)
        if stayed is not None and not stayed[1]:
            return stayed[0], ()
        found, stops = self._told_anew(call)
        if stayed is not None and not stops and _keys(call, found) != _keys(call, stayed[0]):
            KEEPER.doubt(call.group.paths)
        return found, stops

    def _stayed(self, call: Call) -> tuple[list[Diagnostic], bool] | None:
        """Give what the one that stays says, and whether that is to be confirmed: what would count against a fix."""
        answer = mypy_stays.ask(self, call)
        if answer is None:
            return None
        done = process.Completed((), 0, "\n".join(answer.lines).encode(), b"", 0.0)
        try:
            read = read_output(call.root, call.root / call.group.folder, done, as_json=True)
        except CheckerError:
            KEEPER.doubt(call.group.paths)
            return None
        return list(with_hints(read.diagnostics)), answer.more

    def _told_anew(self, call: Call) -> tuple[list[Diagnostic], tuple[Diagnostic, ...]]:
        date_by_content(call.root)
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
        if not stops.paths and attempt_in(call.root) is None:
            mypy_stays.keep_files(call)
        unsure = uncertain(call.root, stops)
        kept = [d for d in found if d.path not in unsure and d.path not in stops.paths]
        doubts = [
            not_checked(self.name, p, f"it may import {stops.paths[0]}, which stops mypy") for p in sorted(unsure)
        ]
        mine = [d for d in doubts if d.path in less.group.paths]
        return [*kept, *stops.diagnostics, *mine], stops.diagnostics

    def _as_by_hand(self, call: Call) -> Call | None:
        """The call without import roots of ours; None if that makes no difference."""
        other = replace(call, bases=bases_of(call.root, call.group.paths))
        same = self._path_of(call) == self._path_of(other)
        return None if call.bases is not None or same else other

    def _told_as_by_hand(self, call: Call) -> tuple[list[Diagnostic], tuple[Diagnostic, ...]]:
        told = self._told(call)
        keep_bases(cache_folder(call.place) / MYPY / _bases_name(call.group), call.bases or ())
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
            # It prints nothing if all is well, and so does one that did nothing.
            raise CheckerError(f"mypy did not come to its end ({done.how()}): {done.words(400) or 'nothing'}")
        read = read_output(call.root, call.root / call.group.folder, done, JSON in words)
        # A note alone is exit code 1 for some versions, with JSON, and 0 for others.
        if read.errors if done.returncode == 0 else not read.lines:
            raise contradiction("mypy", done)
        if read.lines < reported:
            raise contradiction("mypy", done, f"report, which has {reported} lines")
        return list(with_hints(read.diagnostics))


def one_call(root: Path, group: Group, place: Path, part: int = 0) -> Call:
    """A call for the files of a group, or for one `part` of it, with the caches below `place`."""
    bases = known_bases(known_mypy_cache(place) / _bases_name(group))
    return Call(root, group, cache_folder(place) / MYPY / _named("in", group.folder, part), place, bases=bases)


def _keys(call: Call, found: Sequence[Diagnostic]) -> Counter[DiagnosticKey]:
    return count_keys([d for d in found if d.path in call.group.paths])


def _bases_name(group: Group) -> str:
    return f"{_named('bases', group.folder)}.json"


def _named(kind: str, path: str, part: int = 0) -> str:
    """The name of a cache: a short path says which one it is, a long one would be too long for the file system."""
    words = quote(path, safe="")
    words = words if len(words) <= LONGEST_NAME else hashlib.sha256(words.encode()).hexdigest()
    return f"{kind}-{words}{f'-{part}' if part else ''}"
