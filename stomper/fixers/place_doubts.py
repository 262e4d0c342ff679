"""The reasons against fixes that ruff calls safe or not, by the code of the place and what is around it.

Each is one that a program can tell: a call made in another order, a name that is not the built-in one, a class that
its metaclass sees with other bases. Where there is none, nothing that the program can tell differs.
"""

import ast
import string
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from stomper.fixers.annotations.module_uses import project_facts, sees_frames
from stomper.fixers.annotations.modules import Modules
from stomper.fixers.codemods.scopes import FUNCTIONS, Defined, Scopes, has_other_form
from stomper.python import CannotReadError

ALL = "__all__"
STAR = "`import *` may give another meaning to the built-in name"
CELL = "`super()` means the class as it was before something else took its place"
STOPS = "what may raise StopIteration ends a generator, and not what takes its place"
BASES = "the metaclass sees the bases of its class"
ORDER = "values would be formatted before the next ones are known, or in another order"
SCOPE = "`super`, `await` and `yield` mean something else within a generator"
SEEN = "code looks at names by their text"
LISTED = "the order of `__all__` is read"
STOPPING = frozenset({"next", "__next__", "send", "throw", "StopIteration"})
STILL = (ast.Name, ast.Attribute, ast.Constant)
FORM = "a name is read in another form than the text has"
OF_WORDS = "B009 B010 B043"
OF_BUILTINS = """B905 B912 C403 C404 C405 C406 C408 C409 C410 C411 C418 C420 PIE808 RUF010
    RUF058 UP003 UP015 UP018 UP024"""


class PlaceDoubts:
    """The doubts about places of one text, the file `path` below `root`. Raises CannotReadError if it is no Python."""

    def __init__(self, text: str, root: Path, path: str, scopes: Scopes | None = None) -> None:
        self.text, self.root, self.path = text, root, path
        self.scopes = scopes or Scopes(text)

    def why_not(self, code: str, line: int) -> str:
        """Say what a program could tell of the fix of `code` on `line`; '' if nothing, and of other codes."""
        check = CHECKS.get(code)
        return check(self, line) if check else ""

    def starting(self, line: int) -> Iterator[ast.AST]:
        """The nodes that begin on a line."""
        return (node for node in ast.walk(self.scopes.tree) if getattr(node, "lineno", 0) == line)


Check: TypeAlias = Callable[[PlaceDoubts, int], str]


def _star(doubts: PlaceDoubts, line: int) -> str:
    return STAR if doubts.scopes.has_star else ""


def _form(doubts: PlaceDoubts, line: int) -> str:
    """A text that becomes a name: Python reads names in their compatible form."""
    return _star(doubts, line) or (FORM if has_other_form(doubts.starting(line)) else "")


def _cell(doubts: PlaceDoubts, line: int) -> str:
    """A class that is not the only one of its name, or that a decorator or a metaclass may make anew."""
    around = doubts.scopes.around(line)
    plain = [
        node for node in around if isinstance(node, ast.ClassDef) and not node.decorator_list and not node.keywords
    ]
    if len(plain) != 1 or around[0] is not plain[0]:
        return CELL
    return "" if doubts.scopes.meaning(plain[0].name, sys.maxsize) == Defined(plain[0]) else CELL


def _bases(doubts: PlaceDoubts, line: int) -> str:
    around = next((node for node in reversed(doubts.scopes.around(line)) if isinstance(node, ast.ClassDef)), None)
    return BASES if around is None or around.keywords or len(around.bases) != 1 else ""


def _order(doubts: PlaceDoubts, line: int) -> str:
    calls = [node for node in doubts.starting(line) if isinstance(node, ast.Call) and _is_format(node)]
    return "" if calls and all(_keeps_order(call) for call in calls) else ORDER


def _is_format(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "format"


def _keeps_order(call: ast.Call) -> bool:
    """Say whether only the first value may do something, and that value is the first to be formatted, once."""
    values: list[ast.expr] = [*call.args, *(keyword.value for keyword in call.keywords)]
    if all(isinstance(value, STILL) for value in values):
        return True
    if not all(isinstance(value, STILL) for value in values[1:]):
        return False
    text = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return False
    fields = [name for _, name, _, _ in string.Formatter().parse(text.value) if name is not None]
    first = ("", "0") if call.args else (call.keywords[0].arg,)
    if fields[:1] and fields[0] == "":  # each field is the next value
        return True
    return bool(fields) and fields[0] in first and not set(fields[1:]) & set(first)


def _scope(doubts: PlaceDoubts, line: int) -> str:
    loops = (node for node in doubts.starting(line) if isinstance(node, ast.For))
    inner = (one for loop in loops for part in (loop.target, *loop.body) for one in ast.walk(part))
    kinds = ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr
    found = (isinstance(one, kinds) or getattr(one, "id", "") in ("super", "__class__") for one in inner)
    return SCOPE if any(found) else ""


def _stops(doubts: PlaceDoubts, line: int) -> str:
    """A generator makes a RuntimeError of a StopIteration; a comprehension and a loop let it through.

    It may come from what stands there, or, in a file that knows it at all, from what is called there.
    """
    here = [one for node in doubts.starting(line) for one in ast.walk(node)]
    knows = any(_word(node) in STOPPING for node in ast.walk(doubts.scopes.tree))
    return STOPS if knows and any(isinstance(node, ast.Call) for node in here) else ""


def _word(node: ast.AST) -> str:
    """The name that a node looks up."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _collected(doubts: PlaceDoubts, line: int) -> str:
    return _star(doubts, line) or _stops(doubts, line)


def _any(doubts: PlaceDoubts, line: int) -> str:
    return _collected(doubts, line) or _scope(doubts, line)


def _seen(doubts: PlaceDoubts, line: int) -> str:
    function = any(isinstance(node, FUNCTIONS) for node in doubts.scopes.around(line))
    seen = doubts.scopes.sees_names(line) or sees_frames(doubts.text, doubts.root, doubts.path)
    return "" if function and not seen else SEEN


def _listed(doubts: PlaceDoubts, line: int) -> str:
    """`import *` of a package imports the modules of `__all__` in their order; any other order is nobody's business."""
    if PurePosixPath(doubts.path).name == "__init__.py" or any(_lists(doubts.scopes.tree)):
        return LISTED
    modules = Modules(doubts.root)
    for path, facts in project_facts(doubts.root, doubts.path):
        if ALL in facts.words:
            module = modules.read(path)
            if module is None or any(_lists(module.tree)):
                return f"{LISTED} by {path}"
    return ""


def _lists(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        loads = isinstance(node, ast.Name) and node.id == ALL and isinstance(node.ctx, ast.Load)
        asks = isinstance(node, ast.Attribute) and node.attr == ALL
        if loads or asks or (isinstance(node, ast.Constant) and node.value == ALL):
            yield node


CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(OF_BUILTINS.split(), _star),
    **dict.fromkeys(OF_WORDS.split(), _form),
    "UP008": _cell,
    "UP004": _bases,
    "UP030": _order,
    "UP032": _order,
    **dict.fromkeys(("C400", "C401", "C402"), _collected),
    "SIM110": _any,
    "RET504": _seen,
    "RUF022": _listed,
}
CODES = frozenset(CHECKS)
"""Codes of ruff whose fixes are proved at a place against which nothing is said."""


def doubts_of(text: str, root: Path, path: str) -> PlaceDoubts | None:
    """The doubts about a text; None if it is no Python, of which nothing is known."""
    try:
        return PlaceDoubts(text, root, path)
    except CannotReadError:
        return None
