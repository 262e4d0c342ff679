"""Types as mypy prints them, read into a small tree and written as annotations.

`reveal_type` prints full names (`collections.OrderedDict[str, int]`), other messages short ones. What an
annotation cannot say, or says nothing with (Any, object, Never, a function's own type), is not read at all.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Namer: TypeAlias = Callable[[str], str | None]


def words(text: str) -> frozenset[str]:
    """A set of names, written as a text of them."""
    return frozenset(text.split())


UNION, NONE, DOTS, LIST = "|", "None", "...", "[]"
MOST_MEMBERS = 4
MOST_DEPTH = 4
EMPTY = frozenset({"Any", "object", "Never", "NoReturn", "Unknown"})
# What the standard library's stubs name by an implementation's private class or by an alias of `typing`.
PUBLIC = {
    "_io.TextIOWrapper": "io.TextIOWrapper",
    "_io.BytesIO": "io.BytesIO",
    "_io.StringIO": "io.StringIO",
    "_io.BufferedReader": "io.BufferedReader",
    "_io.BufferedWriter": "io.BufferedWriter",
    "_socket.socket": "socket.socket",
    "os._Environ": "os._Environ",
}
ALIASES = {"List": "list", "Dict": "dict", "Set": "set", "FrozenSet": "frozenset", "Tuple": "tuple", "Type": "type"}
FROM_TYPING = words(
    "Iterable Iterator Generator Sequence MutableSequence Mapping MutableMapping Callable Coroutine Awaitable "
    "AsyncIterator AsyncIterable AsyncGenerator Collection Container Hashable Sized Reversible KeysView "
    "ItemsView ValuesView AbstractSet MutableSet"
)
RE_TYPES = frozenset({"Match", "Pattern"})
WITHOUT_ARGUMENTS = frozenset({"_io.TextIOWrapper", "_io.BufferedReader", "_io.BufferedWriter"})
LITERAL_MARK = re.compile(r"\?(?=[\],|)\s]|$)")
SIMPLE = frozenset({"str", "bytes", "int", "float", "complex", "bool"})


@dataclass(frozen=True, slots=True)
class Type:
    """A named type with its arguments; UNION with its members; NONE; DOTS in `tuple[int, ...]`.

    LIST are the parameters of a Callable.
    """

    name: str
    args: tuple["Type", ...] = ()

    def walk(self) -> Iterator["Type"]:
        yield self
        for arg in self.args:
            yield from arg.walk()

    @property
    def members(self) -> tuple["Type", ...]:
        return self.args if self.name == UNION else (self,)

    @property
    def depth(self) -> int:
        return 1 + max((arg.depth for arg in self.args), default=0)


NONE_TYPE = Type(NONE)


class UnusableTypeError(Exception):
    """A type that no annotation should be made of."""


def read_type(text: str) -> Type | None:
    """The type that mypy printed; None for one that no annotation should be made of."""
    try:
        return join([_read(ast.parse(LITERAL_MARK.sub("", text.strip()), mode="eval").body)])
    except (SyntaxError, ValueError, UnusableTypeError, RecursionError):
        return None


def join(types: Iterable[Type]) -> Type | None:
    """One type for several; None if there is none, or where that says too little to be worth it."""
    members = list(dict.fromkeys(member for one in types for member in one.members))
    names = {member.name for member in members}
    if "float" in names:
        members = [m for m in members if m.name != "int"]
    if "bool" in names and names & {"int", "float"}:
        members = [m for m in members if m.name != "bool"]
    members = [m for m in members if m.name != NONE] + [m for m in members if m.name == NONE]
    if not members or len(members) > MOST_MEMBERS:
        return None
    whole = members[0] if len(members) == 1 else Type(UNION, tuple(members))
    return whole if whole.depth <= MOST_DEPTH + (whole.name == UNION) else None


def _read(node: ast.expr) -> Type:
    match node:
        case ast.Constant(value=None):
            return NONE_TYPE
        case ast.Constant(value=value) if value is ...:
            return Type(DOTS)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union([_read(left), _read(right)])
        case ast.Name() | ast.Attribute():
            return Type(_usable(_name(node)))
        case ast.Subscript(value=value, slice=inner):
            return _generic(_name(value), inner)
        case ast.List(elts=words):
            return Type(LIST, tuple(map(_member, words)))
        case _:
            return _refuse(ast.dump(node))


def _union(types: list[Type]) -> Type:
    return Type(UNION, tuple(dict.fromkeys(member for one in types for member in one.members)))


def _generic(name: str, inner: ast.expr) -> Type:
    words = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    short = name.rpartition(".")[2]
    if short == "Literal":
        return _union([_literal(word) for word in words])
    if short == "Union":
        return _union([_read(word) for word in words])
    if short == "Optional":
        return _union([_read(words[0]), NONE_TYPE]) if words else _refuse(name)
    if name in WITHOUT_ARGUMENTS:
        return Type(_usable(name))
    args = tuple(map(_member, words))
    if not args:
        _refuse(name)
    return Type(_usable(name), args)


def _member(node: ast.expr) -> Type:
    """Read an argument of a type. A union says too little if it has too many members."""
    one = _read(node)
    return one if one.name != UNION else join([one]) or _refuse(ast.dump(node))


def _literal(node: ast.expr) -> Type:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    if isinstance(node, ast.Constant):
        return NONE_TYPE if node.value is None else Type(type(node.value).__name__)
    if isinstance(node, ast.Attribute):
        return Type(_usable(_name(node.value)))  # a member of an enumeration
    return _refuse(ast.dump(node))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    raise UnusableTypeError(ast.dump(node))


def _usable(name: str) -> str:
    name = name.removeprefix("builtins.")
    module, _, short = name.rpartition(".")
    if short in EMPTY:
        _refuse(name)
    if name in PUBLIC:
        return PUBLIC[name]
    if any(part.startswith("_") for part in module.split(".")[:1]):
        _refuse(name)
    if module in ("", "typing") and short in ALIASES:
        return ALIASES[short]
    if module in ("", "typing") and short in FROM_TYPING:
        return f"collections.abc.{'Set' if short == 'AbstractSet' else short}"
    if module in ("", "typing") and short in RE_TYPES:
        return f"re.{short}"
    return name


def _refuse(name: str) -> "Type":
    raise UnusableTypeError(name)


def render(one: Type, namer: Namer, unions: bool = True) -> str | None:
    """The annotation of a type, each name as `namer` says; None if it has no name for one.

    Without `unions` it is written for a Python that has no `X | Y`: `Optional[X]`, `Union[X, Y]`.
    """
    if one.name in (NONE, DOTS):
        return one.name
    words = [render(arg, namer, unions) for arg in one.args]
    if not all(words):
        return None
    inner = [word for word in words if word]
    if one.name == UNION:  # two members may be one class, that the module knows by one name
        inner = list(dict.fromkeys(inner))
    if one.name == LIST:
        return f"[{', '.join(inner)}]"
    if one.name == UNION:
        return " | ".join(inner) if unions else _old_union(inner, namer)
    name = namer(one.name)
    if name is None or not inner:
        return name
    return f"{name}[{', '.join(inner)}]"


def _old_union(members: list[str], namer: Namer) -> str | None:
    rest = [member for member in members if member != NONE]
    union: str | None = rest[0]
    if len(rest) > 1:
        union = _subscript(namer("typing.Union"), ", ".join(rest))
    if len(rest) == len(members) or union is None:
        return union
    return _subscript(namer("typing.Optional"), union)


def _subscript(name: str | None, inner: str) -> str | None:
    return f"{name}[{inner}]" if name else None
