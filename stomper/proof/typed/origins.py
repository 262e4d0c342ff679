"""The origin of an expression's value: whether mypy's word for it can be taken, and whether it is exact.

A variable of a module may hold a proxy, an attribute of a class a column of a table, whatever they are annotated as. A
value that was made by a literal or a built-in function is of just the class that it says, and of no derived one.
"""

import ast
from collections.abc import Collection, Iterator

from stomper.fixers.codemods.scopes import FUNCTIONS, Builtin, Defined, Imported, bound
from stomper.proof.typed.spots import Sight

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DISPLAYS = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Set, ast.Dict, *COMPREHENSIONS)
# What these return is never of a derived class.
_MAKERS = """len int float complex list tuple dict set frozenset bool bytearray sorted isinstance issubclass callable
    hasattr any all ord chr hex bin oct id hash range enumerate zip input"""
MAKERS = frozenset(_MAKERS.split())
_METHODS = """join strip lstrip rstrip split rsplit splitlines lower upper title capitalize casefold replace encode
    decode format startswith endswith find rfind index rindex count partition rpartition zfill ljust
    rjust center isdigit isalpha isalnum isupper islower isspace isidentifier keys values items copy
    removeprefix removesuffix"""
METHODS = frozenset(_METHODS.split())
# Methods with these are called with what they are looked up on.
_DECORATORS = """property setter getter deleter cached_property staticmethod classmethod abstractmethod abstractproperty
    override overload final lru_cache cache wraps contextmanager asynccontextmanager fixture parametrize"""
DECORATORS = frozenset(_DECORATORS.split())
# Their functions are read by a library and run in another way than Python's.
READERS = frozenset({"pony", "numba", "triton", "taichi", "tensorflow", "jax", "torch", "pyspark", "cython", "z3"})
SEEN_AS_LOCAL = (*FUNCTIONS, *COMPREHENSIONS)


class Origins:
    """The origins of what stands in one text."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.scopes = sight, sight.scopes
        self._bindings: dict[ast.AST, dict[str, list[ast.AST]]] = {}

    @property
    def reader(self) -> str:
        """The library that the file imports and that may read code in place of running it; '' if there is none."""
        names = {name for node in ast.walk(self.sight.tree) for name in _imports(node)}
        return min(names & READERS, default="")

    def doubt(self, node: ast.expr) -> str:
        """Say why the value of an expression may not be what mypy says, '' if it is."""
        if isinstance(node, ast.Name):
            return self._doubt_of_name(node)
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name | ast.Attribute) and _last(node.func) == "cast":
                return "a `cast` is nothing that is checked"
            return ""  # the word for what is returned is the function's own
        if isinstance(node, (ast.Lambda, ast.JoinedStr, *COMPREHENSIONS)):
            return ""
        return next((why for part in ast.iter_child_nodes(node) if (why := self._doubt_within(part))), "")

    def doubt_of_method(self, node: ast.expr) -> str:
        """Say why an attribute of `self` may be none of an instance, '' if it is.

        A decorator may call a method with something else: SQLAlchemy's `hybrid_property` calls it with the class.
        """
        for one in ast.walk(node):
            home = self._home(one.value) if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) else None
            if isinstance(home, ast.FunctionDef | ast.AsyncFunctionDef) and self._may_get_class(home):
                return f"a decorator of `{home.name}` may call it with something else"
        return ""

    def _may_get_class(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        plain = all(_last_of(decorator) in DECORATORS for decorator in node.decorator_list)
        return isinstance(self.sight.parents.get(node), ast.ClassDef) and not plain

    def _doubt_within(self, node: ast.AST) -> str:
        return self.doubt(node) if isinstance(node, ast.expr) else ""

    def _doubt_of_name(self, node: ast.Name) -> str:
        if self._home(node) is not None:
            return ""
        if isinstance(self.scopes.meaning(node.id, node.lineno), Builtin | Defined):
            return ""
        if self._is_constant(node.id):
            return ""
        return f"`{node.id}` is no variable of a function, and a proxy or a column may stand behind it"

    def bases(self, node: ast.expr) -> Iterator[ast.expr]:
        """The expressions of which an operand takes an attribute that is data: each must be an instance."""
        called = {one.func for one in ast.walk(node) if isinstance(one, ast.Call)}
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute) and one not in called:
                yield one.value

    def is_exact(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
        """Say whether a value is of a built-in class and of none that is derived from it."""
        if isinstance(node, DISPLAYS):
            return True
        if isinstance(node, ast.Call):
            return self._is_made(node, seen)
        if isinstance(node, ast.Name):
            return node.id not in seen and self._is_given(node, seen | {node.id})
        if isinstance(node, ast.BinOp):
            return self.is_exact(node.left, seen) and self.is_exact(node.right, seen)
        if isinstance(node, ast.UnaryOp):
            return isinstance(node.op, ast.Not) or self.is_exact(node.operand, seen)
        if isinstance(node, ast.IfExp):
            return self.is_exact(node.body, seen) and self.is_exact(node.orelse, seen)
        if isinstance(node, ast.Subscript):
            return isinstance(node.slice, ast.Slice) and self.is_exact(node.value, seen)
        return isinstance(node, ast.BoolOp) and all(self.is_exact(value, seen) for value in node.values)

    def _is_made(self, node: ast.Call, seen: frozenset[str]) -> bool:
        if isinstance(node.func, ast.Name):
            return node.func.id in MAKERS and self.scopes.is_builtin(node.func.id, node.lineno)
        return (
            isinstance(node.func, ast.Attribute) and node.func.attr in METHODS and self.is_exact(node.func.value, seen)
        )

    def _is_given(self, node: ast.Name, seen: frozenset[str]) -> bool:
        """Say whether a variable of a function is given nothing but exact values."""
        home = self._home(node)
        if home is None:
            return self._is_constant(node.id)
        return all(self._gives_exact(binding, seen) for binding in self._bound_in(home).get(node.id, ()))

    def _gives_exact(self, node: ast.AST, seen: frozenset[str]) -> bool:
        above = self.sight.parents.get(node)
        if isinstance(above, ast.arguments):
            return node in (above.vararg, above.kwarg)
        if isinstance(above, ast.Assign):
            return node in above.targets and self.is_exact(above.value, seen)
        if isinstance(above, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
            return above.value is None or self.is_exact(above.value, seen)
        if isinstance(above, ast.For | ast.comprehension) and above.target is node:
            return isinstance(above.iter, ast.Call) and self._is_range(above.iter)
        return False

    def _is_range(self, node: ast.Call) -> bool:
        return isinstance(node.func, ast.Name) and node.func.id == "range" and self._is_made(node, frozenset())

    def _home(self, node: ast.Name) -> ast.AST | None:
        """The function or comprehension that a name is a variable of; None for one of a module or a class."""
        inner: ast.AST = node
        for above in self.sight.around(node):
            within = not isinstance(above, FUNCTIONS) or not _is_outside(above, inner)
            if isinstance(above, SEEN_AS_LOCAL) and within and node.id in self._bound_in(above):
                given = self._bound_in(above)[node.id]
                return None if any(isinstance(one, ast.Global) for one in given) else above
            inner = above
        return None

    def _bound_in(self, scope: ast.AST) -> dict[str, list[ast.AST]]:
        """The nodes that give a name its value, anywhere within a function or a comprehension."""
        if scope not in self._bindings:
            found: dict[str, list[ast.AST]] = {}
            for node in ast.walk(scope):
                for name in bound(node) if node is not scope else ():
                    found.setdefault(name, []).append(node)
            self._bindings[scope] = found
        return self._bindings[scope]

    def _is_constant(self, name: str) -> bool:
        """Say whether a name of the module is given a value once, at its top, and an exact one."""
        given = self._bound_in(self.sight.tree).get(name, ())
        above = [self.sight.parents.get(node) for node in given]
        if len(given) != 1 or self.scopes.has_star or not isinstance(above[0], ast.Assign | ast.AnnAssign):
            return False
        return above[0] in self.sight.tree.body and self._gives_exact(given[0], frozenset({name}))

    def means(self, node: ast.expr, module: str, names: Collection[str]) -> bool:
        """Say whether an expression is one of these names of a module."""
        if isinstance(node, ast.Name):
            meaning = self.scopes.meaning(node.id, node.lineno)
            return isinstance(meaning, Imported) and meaning.module == module and meaning.name in names
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or node.attr not in names:
            return False
        return self.scopes.meaning(node.value.id, node.lineno) == Imported(module)


def _is_outside(function: ast.AST, inner: ast.AST) -> bool:
    """Say whether a child of a function is looked up where the function is defined: decorators, defaults, types."""
    body = getattr(function, "body", [])
    return not (inner is body if isinstance(function, ast.Lambda) else inner in body)


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield (node.module or "").partition(".")[0]


def _last_of(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return _last(called) if isinstance(called, ast.Name | ast.Attribute) else ""


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr
