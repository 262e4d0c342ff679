"""Packages of stubs that mypy asks for: no change of a file can make up for one that is not installed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from stomper.models import NOTE, Diagnostic

MISSING = re.compile(r'^Library stubs not installed for "(?P<module>[^"]+)"')
HINT = re.compile(r'\bHint: "[^"]*pip install (?P<package>[\w.-]+)"')


def stub_packages(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """The packages that mypy's own hints name, as the index calls them; each once, sorted."""
    return tuple(sorted({package for d in diagnostics if (package := _package(d))}, key=lambda name: name.casefold()))


def with_hints(diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """All of one run of mypy, in which the first error about a package only has the hint: the others get it too."""
    hints = {module: d for d in diagnostics if (module := _module(d)) and _package(d)}
    for diagnostic in diagnostics:
        hint = None if _package(diagnostic) else _hint_for(_module(diagnostic), hints)
        yield replace(diagnostic, message=diagnostic.message + NOTE + hint) if hint else diagnostic


def _hint_for(module: str, hints: Mapping[str, Diagnostic]) -> str | None:
    """The hint for a module: that of a part of it, or of what it is a part of."""
    near = (d for name, d in hints.items() if module and f"{module}.".startswith(f"{name}."))
    parts = (d for name, d in hints.items() if module and name.startswith(f"{module}."))
    found = next(near, None) or next(parts, None)
    match = HINT.search(found.message) if found else None
    return match[0] if match else None


def _module(diagnostic: Diagnostic) -> str:
    match = MISSING.match(diagnostic.message) if diagnostic.tool == "mypy" else None
    return match["module"] if match else ""


def _package(diagnostic: Diagnostic) -> str:
    match = HINT.search(diagnostic.message) if _module(diagnostic) else None
    return match["package"] if match else ""
