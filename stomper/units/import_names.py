"""Tell which edits of a Python file need each other by the names that its imports bind. Pure."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stomper.grades import Edit
from stomper.python import CannotReadError, decode, read_tree
from stomper.text.line_edits import BYTES, apply_edits, lines_of

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that edits import and import no more, and those that they write more often, and less often."""

    brought: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()

    def needs(self, other: "Names") -> bool:
        """Say whether edits cannot be without others.

        They use an import, or take away one that is used without those, or that those bring elsewhere. An import that
        nobody uses is no harm.
        """
        return bool(self.used & other.brought or self.taken & (other.spared | other.brought))

    def with_(self, other: "Names") -> "Names":
        """The names of both together."""
        brought, taken = self.brought | other.brought, self.taken | other.taken
        used, spared = self.used | other.used, self.spared | other.spared
        return Names(brought - taken, taken - brought, used, spared)


def names_of(before: bytes, edits: Sequence[Edit]) -> list[Names]:
    """The names of each edit of a content. What cannot be read has none."""
    olds = lines_of(before)
    imports = [_imports(content) for content in (before, apply_edits(before, edits))]
    found, shift = [], 0
    for edit in edits:
        news = lines_of(edit.lines.encode(BYTES))
        regions = range(edit.first, edit.last), range(edit.first + shift, edit.first + shift + len(news))
        old, new = (_bound(names, region) for names, region in zip(imports, regions, strict=True))
        less, more = _words(olds[edit.first : edit.last]), _words(news)
        found.append(Names(new - old, old - new, frozenset(more - less), frozenset(less - more)))
        shift += len(news) - (edit.last - edit.first)
    return found


def _words(lines: Iterable[str]) -> Counter[str]:
    return Counter(word for line in lines for word in WORD.findall(line))


def _imports(content: bytes) -> list[tuple[int, int, frozenset[str]]]:
    """The lines of each import statement, counted from 0, and the names that it binds."""
    try:
        tree = read_tree(decode(content))
    except CannotReadError:
        return []
    return [
        (node.lineno - 1, node.end_lineno or node.lineno, frozenset(_names(node)))
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def _names(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    for alias in node.names:
        yield alias.asname or alias.name.partition(".")[0]


def _bound(imports: Iterable[tuple[int, int, frozenset[str]]], region: range) -> frozenset[str]:
    """The names that are bound by the imports of which a region has a line, or in which it stands."""
    bound = [
        names
        for first, last, names in imports
        if (first < region.stop and last > region.start) or first < region.start == region.stop < last
    ]
    return frozenset[str]().union(*bound)
