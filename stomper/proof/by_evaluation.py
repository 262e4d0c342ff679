"""Proof for changes of annotations: nothing but annotations differs, nobody reads them, and all can be evaluated.

Annotations are evaluated in the project's Python, isolated, without code of the project. Fixers of ours are held to
that by themselves; ruff's own fixes are not.
"""

import ast
from collections.abc import Mapping
from pathlib import Path

from stomper.fixers.annotations.names import Names, read_names
from stomper.fixers.annotations.surroundings import Surroundings, UnsoundError
from stomper.python import CannotReadError, fresh_tree

_WORDS = """ANN201 ANN202 ANN204 ANN205 ANN206 RUF013 RUF020 RUF036 RUF038 RUF041 UP006 UP007 UP019 UP035 UP037 UP043
    UP044 UP045"""
CODES = frozenset(_WORDS.split())
"""Codes of ruff whose fixes change annotations, and may change values: only the text tells which."""
MORE = "more than annotations would be another"
VALUE = "a type that is a value would be another object, for whoever is given it"
HARMLESS = frozenset({"typing", "typing_extensions", "collections", "collections.abc"})
"""Modules whose import has no effect but for their names."""


def why_not(root: Path, path: str, before: str, after: str, around: Surroundings, scratch: Path) -> str:
    """Say why a change of the file `path` below `root` is not proved to change nothing but annotations nobody reads.

    '' if it is. `around` is what annotations are evaluated in, `scratch` a folder to do that in. Reads the project.
    """
    from stomper.fixers.annotations.safe_rewrite import Judge  # which few files need

    try:
        old, new = fresh_tree(before), fresh_tree(after)
        names = read_names(old), read_names(new)
        if _rest(old) != _rest(new):
            return MORE
        if _values(old, names[0]) != _values(new, names[1]):
            return VALUE
        judged = Judge(root, path, before, around, scratch).sound(after)
    except UnsoundError as error:
        return str(error)
    except CannotReadError as error:
        return f"the file cannot be read: {error}"
    return "" if judged == after else "an annotation does not evaluate in every Python that the file is for"


def _rest(tree: ast.Module) -> str:
    """All of a module but its annotations, and the imports of what they are written with. Takes the tree apart."""
    return ast.dump(_WithoutAnnotations().visit(tree))


def _values(tree: ast.Module, names: Names) -> list[tuple[str, str]]:
    """The names in what is left of a module, in order, with what they mean."""
    meanings: Mapping[str, str] = names.meanings
    return [(node.id, meanings.get(node.id, "")) for node in ast.walk(tree) if isinstance(node, ast.Name)]


class _WithoutAnnotations(ast.NodeTransformer):
    """Imports stay where they are in a function or a class, whose names are looked at by nobody here."""

    def __init__(self) -> None:
        self.depth = 0

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._within(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self._within(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._within(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return self._of_import(node, not node.level and node.module in HARMLESS)

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return self._of_import(node, {alias.name for alias in node.names} <= HARMLESS)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        kept = self.generic_visit(node)
        return kept if node.body or node.orelse else None

    def _within(self, node: ast.AST) -> ast.AST:
        self.depth += 1
        kept = self.generic_visit(node)
        self.depth -= 1
        return kept

    def _of_import(self, node: ast.stmt, harmless: bool) -> ast.AST | None:
        return None if harmless and not self.depth else node
