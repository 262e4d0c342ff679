"""The interface of a codemod, and the text that it rewrites.

A codemod named `some-name` is the module `some_name` beside this one, with a function `rewrite` (`Rewrite`). The
registry knows it by name and claims only: LibCST is imported with the module, if there is something to rewrite.
"""

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias, cast

from stomper.fixers.equal_codes import as_mypys
from stomper.models import Diagnostic

Claim: TypeAlias = tuple[str, str]
"""(tool, code)."""
Ask: TypeAlias = Callable[[str], Sequence[str]]
"""Gives the lines that a checker prints of the file with another content."""


def nobody(line: int) -> str:
    """Say that nothing reads the annotations on a line."""
    return ""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file, as `str` with `\\n` line ends and no byte order mark.

    `reason` is what stands behind suppressions that Stomper has written, if anything.

    `path` is relative to `root`, the top of the checkout, so that a codemod can look at other files; it
    must not write. `left` takes what a codemod leaves on purpose: why, and the codes of it. `ask` is mypy, for those
    that ask it, and `reader` what may read the annotations of the definition that a line is in (0: of the module).
    """

    text: str
    path: str
    root: Path
    reason: str = ""
    left: dict[str, set[str]] = field(default_factory=dict, compare=False)
    ask: Ask | None = field(default=None, compare=False)
    reader: Callable[[int], str] = field(default=nobody, compare=False)

    def leave(self, found: Diagnostic, why: str) -> None:
        """Say why the place of a diagnostic stays as it is."""
        self.left.setdefault(why, set()).add(found.code)

    @property
    def lines(self) -> list[str]:
        """The lines as checkers count them, without their ends. `str.splitlines` knows ends that no checker does."""
        return self.text.split("\n")


class Rewrite(Protocol):
    """The function `rewrite` of a codemod's module."""

    def __call__(self, source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
        """The text with the places of these diagnostics rewritten and everything else as it was.

        None if there is nothing that it is sure of. The diagnostics are all of its claims. May raise for
        text that does not parse: that is no change.
        """
        ...


@dataclass(frozen=True, slots=True)
class Codemod:
    """A codemod by name, with the (tool, code) that it claims: where the message has `words`, if there are any.

    One that `is_layout` changes only how text is laid out: not where a comment says that it is to stay. One that
    `annotates` writes annotations of the definition that a diagnostic is in. One that `asks` does nothing without mypy.
    """

    name: str
    claims: frozenset[Claim]
    words: str = ""
    is_layout: bool = False
    annotates: bool = False
    asks: bool = False

    def load(self) -> Rewrite:
        module = importlib.import_module(f"{__package__}.{self.name.replace('-', '_')}")
        return cast(Rewrite, module.rewrite)

    def claimed(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Give those of the diagnostics that it is for, as they came; what others say is read as mypy would say it."""
        return tuple(d for d in diagnostics if (d.tool, d.code) in self.claims and self._is_meant(as_mypys(d)))

    def _is_meant(self, found: Diagnostic) -> bool:
        return (found.tool, found.code) in self.claims and self.words in found.message
