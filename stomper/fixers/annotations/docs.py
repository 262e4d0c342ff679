"""Find readers of a docstring: unknown decorators and base classes, and code that asks for it.

Commands, routes, models and tools of frameworks show theirs to users. There white space is no matter of layout either.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from stomper.fixers.annotations.module_uses import project_facts
from stomper.fixers.annotations.modules import Modules
from stomper.fixers.annotations.readers import Readers, read_readers

DOC = "__doc__"
WORDS = frozenset({DOC, "getdoc"})


@dataclass(frozen=True)
class DocReaders:
    """Says of the docstrings of one file, `path` below `root`, what may read them. Looks at others when asked."""

    root: Path
    path: str
    text: str
    _known: dict[int, str] = field(default_factory=dict)

    def at(self, line: int) -> str:
        """Name the possible reader of the docstring on a line, for a person; '' if there is none."""
        if line not in self._known:
            self._known[line] = self._at(line)
        return self._known[line]

    def _at(self, line: int) -> str:
        if self._project:
            return f"a docstring may be read by {self._project}"
        if self._readers is None:
            return ""
        inside = [one for one in self._readers.found if line in one.lines]
        if not inside:
            own = any(isinstance(node, ast.Name) and node.id == DOC for node in ast.walk(self._readers.module.tree))
            return f"the docstring of the module may be read by itself, which has {DOC}" if own else ""
        one = max(inside, key=lambda found: len(found.around))
        reader = self._readers.of_frameworks(one)
        return f"the docstring of {one.name} may be read by {reader}" if reader else ""

    @cached_property
    def _readers(self) -> Readers | None:
        return read_readers(self.root, self.path, self.text)

    @cached_property
    def _project(self) -> str:
        """A file of the project that reads docstrings of what it is given, or of others: this one too."""
        modules = Modules(self.root)
        if self._readers and any(_reads(self._readers.module.tree, own=True)):
            return "this file"
        for path, facts in project_facts(self.root, self.path):
            if not WORDS.isdisjoint(facts.words):
                module = modules.read(path)
                if module is None or any(_reads(module.tree)):
                    return path
        return ""


def _reads(tree: ast.Module, own: bool = False) -> Iterator[ast.AST]:
    """The places that read docstrings of others, and do more than hand them on: `new.__doc__ = old.__doc__`.

    With `own` those that read the module's own too.
    """
    named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not own}
    copied = {node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_doc(node.targets[0])}
    for node in ast.walk(tree):
        loads = isinstance(node, ast.Attribute) and _is_doc(node) and isinstance(node.ctx, ast.Load)
        loads = loads and node not in copied and ast.unparse(node).partition(".")[0] not in named
        word = node.id if isinstance(node, ast.Name) else getattr(node, "attr", getattr(node, "value", None))
        if loads or word == "getdoc" or (isinstance(node, ast.Constant) and word == DOC):
            yield node


def _is_doc(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == DOC
