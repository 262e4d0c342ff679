"""Comments that silence nothing any more, as diagnostics also if the project's configuration does not ask for them.

Only what is certainly in vain counts: a code of ruff that the project has switched on and that is not found there.
A bare `# noqa`, and codes that the project has not switched on or that are not ruff's, may be for another tool.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stomper.checkers.base import Checker, only_reads
from stomper.checkers.completeness import Look, Looking
from stomper.models import Diagnostic, in_order

UNUSED_NOQA = "RUF100"
UNUSED = re.compile(r"^Unused `noqa` directive \((?P<groups>[^()]*)\)$")
GROUP = re.compile(r"(?P<kind>[\w-]+): (?P<codes>`[^;]*)")
CODE = re.compile(r"`([^`]+)`")
IN_VAIN = {"unused", "duplicated"}


@dataclass(frozen=True, slots=True)
class WithStale(Looking):
    """A checker, and of what the same one finds with `RUF100` switched on that which can go.

    Those are not `fixable`: ruff, by the project's configuration, has no fix for what it does not look for.
    """

    checker: Checker
    extended: Checker

    @property
    def name(self) -> str:
        return self.checker.name

    @property
    def only_reads(self) -> bool:
        return only_reads(self.checker)

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        look = self.checker.look(root, paths, scratch)
        known = Counter((d.path, d.line, d.code) for d in look.found)
        more = [d for d in self.extended.check(root, paths, scratch) if d.code == UNUSED_NOQA and is_in_vain(d)]
        stale = [replace(d, fixable=False) for d in more if not known[d.path, d.line, d.code]]
        return replace(look, found=in_order((*look.found, *stale)))


def is_in_vain(found: Diagnostic) -> bool:
    """Return whether a `# noqa` has codes that certainly silence nothing, or has one twice."""
    return not IN_VAIN.isdisjoint(_groups(found))


def codes_in_vain(found: Diagnostic) -> frozenset[str]:
    """The codes that can go: where the project itself looks for unused ones all that ruff names, else the certain."""
    kinds = {kind: codes for kind, codes in _groups(found).items() if kind != "duplicated"}
    return frozenset(code for kind, codes in kinds.items() for code in codes if found.fixable or kind in IN_VAIN)


def codes_named(found: Diagnostic) -> frozenset[str]:
    """All codes that ruff names, where the project itself looks for unused ones."""
    return frozenset(code for kind, codes in _groups(found).items() if kind != "duplicated" for code in codes)


def _groups(found: Diagnostic) -> dict[str, list[str]]:
    """The codes that ruff names, by what it says of them: unused, non-enabled, unknown, duplicated."""
    match = UNUSED.match(found.message)
    if match is None:
        return {}
    return {group["kind"]: CODE.findall(group["codes"]) for group in GROUP.finditer(match["groups"])}
