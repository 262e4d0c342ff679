"""Why a fix that ruff calls unsafe would mean something else at just this place, where its code is tried at all."""

import ast
from collections.abc import Callable, Mapping

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
        self.kept = kept_lines(text)
        try:
            self.scopes: Scopes | None = Scopes(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.scopes = None

    def why_not(self, row: Row) -> str:
        """Why the fix of a row is not made, '' where it may be."""
        code = str(row["code"])
        if is_layout(code) and _first(row) in self.kept:
            return f"`{self.kept[_first(row)]}` keeps the layout"
        doubt = _DOUBTS.get(code)
        return doubt(self.scopes, self.text, row) if doubt and self.scopes else ""


def _about_message(scopes: Scopes, text: str, row: Row) -> str:
    line = _first(row)
    function = next((node for node in scopes.around(line) if isinstance(node, FUNCTIONS)), scopes.tree)
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} | names_bound(function)
    return NAMED if MESSAGE in names or scopes.sees_names(line) else ""


def _about_object(scopes: Scopes, text: str, row: Row) -> str:
    line = _first(row)
    for node in ast.walk(scopes.tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= line <= (node.end_lineno or 0):
            return DROPPED if node.value and any(isinstance(one, MAKES) for one in ast.walk(node.value)) else ""
    return ""


def _about_white_space(scopes: Scopes, text: str, row: Row) -> str:
    line, lines = _first(row), text.split("\n")
    docs = {id(expression.value) for node in ast.walk(scopes.tree) if (expression := _docstring(node))}
    for node in ast.walk(scopes.tree):
        # What is behind the end of a text is code.
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno <= line < (node.end_lineno or 0):
            block = lines[node.lineno - 1 : node.end_lineno]
            if id(node) not in docs or "__doc__" in text or any(">>>" in one for one in block):
                return DATA
    return ""


def _docstring(node: ast.AST) -> ast.Expr | None:
    if not isinstance(node, DOCUMENTED) or ast.get_docstring(node, clean=False) is None:
        return None
    first = node.body[0]
    return first if isinstance(first, ast.Expr) else None


def _first(row: Row) -> int:
    return int(row["location"]["row"])


_DOUBTS: Mapping[str, Callable[[Scopes, str, Row], str]] = {
    **dict.fromkeys(("EM101", "EM102", "EM103"), _about_message),
    **dict.fromkeys(("W291", "W293"), _about_white_space),
    "F841": _about_object,
}
