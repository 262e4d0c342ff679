"""The reasons against a fix that ruff calls unsafe at just this place, if its code is tried at all."""

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from stomper.fixers.annotations.docs import DocReaders
from stomper.fixers.annotations.module_uses import sees_frames
from stomper.fixers.codemods.scopes import FUNCTIONS, Defined, Imported, Scopes, names_bound
from stomper.fixers.kept_layout import is_layout, kept_lines
from stomper.fixers.place_doubts import PlaceDoubts
from stomper.fixers.ruff_text import Row
from stomper.python import CannotReadError

MESSAGE = "msg"  # what ruff calls the text of an exception
NAMED = "`msg` is a name of the code around it"
DROPPED = "what nobody names any more may be gone at once: files, locks, what has a `__del__`"
DATA = "white space within a text is data"
OF_MODULE = "the name is one of the module or the class, and others may ask for it"
TAKEN = "the new name is there already"
SEEN = "code looks at names by their text, and would see another one"
EARLIER = "what is raised is looked up before its text is made, and may be another one after"
KEYS = "the code asks for `keys`, so that it may be all that the object has"
DOCUMENTATION = re.compile(r"D[2-4]\d\d")
RENAMED = frozenset({"B007", "F841", "RUF059"})
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# Look-ups and calls may make something that ends when its name does.
MAKES = (ast.Call, ast.Await, ast.Attribute, ast.Subscript, ast.BinOp, ast.Yield, ast.YieldFrom)


class Doubts:
    """The doubts about places of one text. Of one that does not parse nothing is known, and ruff fixes nothing."""

    def __init__(self, text: str, root: Path, path: str) -> None:
        self.text, self.root, self.path = text, root, path
        self.kept, self._lines = kept_lines(text), text.split("\n")
        self.docs = DocReaders(root, path, text)
        try:
            self.scopes = Scopes(text)
        except CannotReadError:
            self.scopes = Scopes("")
        self.places = PlaceDoubts(text, root, path, self.scopes)

    def why_not(self, row: Row) -> str:
        """Say why the fix of a row is not made, '' if it may be.

        What ruff calls safe, and makes at all places at once, is made at single places too: its grade says the rest.
        """
        code, line = str(row["code"]), int(row["location"]["row"])
        if is_layout(code) and line in self.kept:
            return f"`{self.kept[line]}` keeps the layout"
        if code in ("W291", "W293"):
            return DATA if self.is_data(line) else ""
        if DOCUMENTATION.fullmatch(code):
            return self.docs.at(line)
        if not _is_safe(row) and (why := self.places.why_not(code, line)):
            return why
        if code in RENAMED:
            return self._about_name(row, line) or (DROPPED if code == "F841" and line in self._making else "")
        if code == "SIM118":
            return self._about_keys(range(line, int(row["end_location"]["row"]) + 1))
        return self._about_message(line) if code.startswith("EM10") else ""

    def _about_keys(self, lines: range) -> str:
        """`x.keys()` of an `x` that `hasattr(x, "keys")` takes for a mapping may be all by which it can be iterated."""
        calls = [node for node in ast.walk(self.scopes.tree) if isinstance(node, ast.Call)]
        asked = {ast.dump(call.args[0]) for call in calls if _asks_for(call, "keys")}
        called = (call.func for call in calls if call.lineno in lines and isinstance(call.func, ast.Attribute))
        return KEYS if any(one.attr == "keys" and ast.dump(one.value) in asked for one in called) else ""

    def _about_name(self, row: Row, line: int) -> str:
        """Why a variable that nobody in sight uses keeps its name."""
        if not any(isinstance(node, FUNCTIONS) for node in self.scopes.around(line)[-1:]):
            return OF_MODULE
        if self.scopes.sees_names(line) or self.sees_frames:
            return SEEN
        new = (str(edit["content"]) for edit in (row["fix"] or {}).get("edits", ()))
        return TAKEN if any(name.isidentifier() and self.scopes.occurs(name) for name in new) else ""

    def _nodes_in(self, lines: range) -> list[ast.AST]:
        return [node for node in self._nodes if getattr(node, "lineno", 0) in lines]

    @property
    def sees_frames(self) -> bool:
        """Return whether a called function may look at its caller's variables."""
        return bool(self.text and sees_frames(self.text, self.root, self.path))

    def is_data(self, line: int) -> bool:
        """Say whether a line ends within a text that is read, or may be: white space there is no matter of layout."""
        return line in self._data

    def _about_message(self, line: int) -> str:
        around = self.scopes.around(line)
        function = next((node for node in around if isinstance(node, FUNCTIONS)), self.scopes.tree)
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} | names_bound(function)
        if MESSAGE in names or self.scopes.sees_names(line) or self.sees_frames:
            return NAMED
        if function is self.scopes.tree and self._is_tried(line):
            return OF_MODULE
        raised = [node for node in self._nodes_in(range(line, line + 1)) if isinstance(node, ast.Raise)]
        return "" if all(self._is_fixed(node.exc, line) for node in raised) else EARLIER

    def _is_tried(self, line: int) -> bool:
        """Return whether the module may go on after an error on a line, with the names bound before."""
        tried = (node for node in self._nodes if isinstance(node, ast.Try | ast.TryStar | ast.With))
        return any(line in range(node.lineno, (node.end_lineno or 0) + 1) for node in tried)

    def _is_fixed(self, raised: ast.expr | None, line: int) -> bool:
        """Return whether the time at which an exception's callable is looked up makes no difference."""
        if not isinstance(raised, ast.Call) or all(isinstance(one, ast.Constant) for one in raised.args[:1]):
            return True
        root: ast.expr = raised.func
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return False
        return root is raised.func or isinstance(self.scopes.meaning(root.id, line), Imported | Defined)

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.scopes.tree))

    @cached_property
    def _making(self) -> frozenset[int]:
        """The lines of statements that give a name to what may end with it."""
        found = (node for node in ast.walk(self.scopes.tree) if isinstance(node, ast.Assign | ast.AnnAssign))
        making = (node for node in found if node.value and any(isinstance(one, MAKES) for one in ast.walk(node.value)))
        return frozenset(line for node in making for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))

    @cached_property
    def _data(self) -> frozenset[int]:
        """The lines whose ends are within a text that is read, or may be."""
        nodes = self._nodes
        docs = {id(expression.value) for node in nodes if (expression := _docstring(node))}
        texts = (node for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr))
        return frozenset(line for node in texts for line in self._data_of(node, id(node) in docs))

    def _data_of(self, node: ast.Constant | ast.JoinedStr, is_doc: bool) -> Iterator[int]:
        lines = range(node.lineno, node.end_lineno or node.lineno)  # what is behind the end of a text is code
        shows = any(">>>" in self._lines[line - 1] for line in lines)
        read = not is_doc or shows or "__doc__" in self.text or self.docs.at(node.lineno)
        return iter(lines if read else ())


def _is_safe(row: Row) -> bool:
    return (row.get("fix") or {}).get("applicability") == "safe"


def _docstring(node: ast.AST) -> ast.Expr | None:
    if not isinstance(node, DOCUMENTED) or ast.get_docstring(node, clean=False) is None:
        return None
    first = node.body[0]
    return first if isinstance(first, ast.Expr) else None


def _asks_for(call: ast.Call, name: str) -> bool:
    """Say whether a call is `hasattr(x, name)` or `getattr(x, name)`."""
    function, words = call.func, call.args[1:2]
    known = isinstance(function, ast.Name) and function.id in ("hasattr", "getattr")
    return known and bool(words) and isinstance(words[0], ast.Constant) and words[0].value == name
