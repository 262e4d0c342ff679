"""The reasons against a fix that ruff calls unsafe at just this place, if its code is tried at all."""

import ast
from collections.abc import Iterator
from functools import cached_property

from stomper.fixers.codemods.scopes import FUNCTIONS, Scopes, names_bound
from stomper.fixers.layout import is_layout, kept_lines
from stomper.fixers.ruff_text import Row

MESSAGE = "msg"  # what ruff calls the text of an exception
NAMED = "`msg` is a name of the code around it"
DROPPED = "what nobody names any more may be gone at once: files, locks, what has a `__del__`"
DATA = "white space within a text is data"
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# Look-ups and calls may make something that ends when its name does.
MAKES = (ast.Call, ast.Await, ast.Attribute, ast.Subscript, ast.BinOp, ast.Yield, ast.YieldFrom)


class Doubts:
    """The doubts about places of one text. Of one that does not parse nothing is known, and ruff fixes nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.kept, self._lines = kept_lines(text), text.split("\n")
        try:
            self.scopes = Scopes(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.scopes = Scopes("")

    def why_not(self, row: Row) -> str:
        """Say why the fix of a row is not made, '' where it may be."""
        code, line = str(row["code"]), int(row["location"]["row"])
        if is_layout(code) and line in self.kept:
            return f"`{self.kept[line]}` keeps the layout"
        if code in ("W291", "W293"):
            return DATA if self.is_data(line) else ""
        if code == "F841":
            return DROPPED if line in self._making else ""
        return self._about_message(line) if code.startswith("EM10") else ""

    def is_data(self, line: int) -> bool:
        """Say whether a line ends within a text that is read, or may be: white space there is no matter of layout."""
        return line in self._data

    def _about_message(self, line: int) -> str:
        around = self.scopes.around(line)
        function = next((node for node in around if isinstance(node, FUNCTIONS)), self.scopes.tree)
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} | names_bound(function)
        return NAMED if MESSAGE in names or self.scopes.sees_names(line) else ""

    @cached_property
    def _making(self) -> frozenset[int]:
        """The lines of statements that give a name to what may end with it."""
        found = (node for node in ast.walk(self.scopes.tree) if isinstance(node, ast.Assign | ast.AnnAssign))
        making = (node for node in found if node.value and any(isinstance(one, MAKES) for one in ast.walk(node.value)))
        return frozenset(line for node in making for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))

    @cached_property
    def _data(self) -> frozenset[int]:
        """The lines whose ends are within a text that is read, or may be."""
        nodes = list(ast.walk(self.scopes.tree))
        docs = {id(expression.value) for node in nodes if (expression := _docstring(node))}
        texts = (node for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr))
        return frozenset(line for node in texts for line in self._data_of(node, id(node) in docs))

    def _data_of(self, node: ast.Constant | ast.JoinedStr, is_doc: bool) -> Iterator[int]:
        lines = range(node.lineno, node.end_lineno or node.lineno)  # what is behind the end of a text is code
        shows = any(">>>" in self._lines[line - 1] for line in lines)
        return iter(() if is_doc and not shows and "__doc__" not in self.text else lines)


def _docstring(node: ast.AST) -> ast.Expr | None:
    if not isinstance(node, DOCUMENTED) or ast.get_docstring(node, clean=False) is None:
        return None
    first = node.body[0]
    return first if isinstance(first, ast.Expr) else None
