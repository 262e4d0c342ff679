"""The part of the standard library that an annotation can name at run time, and since which Python."""

import ast
import sys
from collections.abc import Callable

from stomper.metadata.versions import Python

UNIONS: Python = (3, 10)
GENERICS: Python = (3, 9)


def _full(module: str, names: str) -> set[str]:
    return {f"{module}.{name}" for name in names.split()}


ABSTRACT = (
    "AsyncGenerator AsyncIterable AsyncIterator Awaitable Callable Collection Container Coroutine Generator Hashable "
    "ItemsView Iterable Iterator KeysView Mapping MutableMapping MutableSequence MutableSet Reversible Sequence Set "
    "Sized ValuesView"
)
CLASSES = frozenset(
    _full(
        "builtins", "object type dict list set frozenset tuple str bytes bytearray int float complex bool range slice"
    )
    | _full(
        "builtins", "memoryview BaseException Exception OSError ValueError KeyError TypeError RuntimeError property"
    )
    | _full("collections.abc", ABSTRACT)
    | _full("collections", "ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque")
    | _full("argparse", "ArgumentParser Namespace")
    | _full("array", "array")
    | _full("configparser", "ConfigParser RawConfigParser")
    | _full("datetime", "date datetime time timedelta timezone tzinfo")
    | _full("decimal", "Decimal Context")
    | _full("fractions", "Fraction")
    | _full("io", "BufferedReader BufferedWriter BytesIO FileIO StringIO TextIOWrapper")
    | _full("ipaddress", "IPv4Address IPv4Network IPv6Address IPv6Network")
    | _full("logging", "Filter Formatter Handler LogRecord Logger")
    | _full("os", "PathLike DirEntry stat_result")
    | _full("pathlib", "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath")
    | _full("queue", "LifoQueue PriorityQueue Queue")
    | _full("random", "Random")
    | _full("re", "Match Pattern")
    | _full("socket", "socket")
    | _full("sqlite3", "Connection Cursor Row")
    | _full("subprocess", "CompletedProcess Popen")
    | _full("threading", "Barrier Condition Event Semaphore Thread Timer")
    | _full("types", "FrameType FunctionType MappingProxyType MethodType ModuleType SimpleNamespace TracebackType")
    | _full("uuid", "UUID")
    | _full("xml.etree.ElementTree", "Element ElementTree")
    | _full("asyncio", "Event Future Queue Task AbstractEventLoop")
    | _full("contextvars", "ContextVar Token")
)
"""Classes in each Python 3 that is still met."""
SUBSCRIPTED = frozenset(
    _full("builtins", "dict frozenset list set tuple type")
    | _full("collections.abc", ABSTRACT)
    | _full("collections", "ChainMap Counter OrderedDict UserDict UserList defaultdict deque")
    | _full("re", "Match Pattern")
    | _full("os", "PathLike DirEntry")
    | _full("queue", "LifoQueue PriorityQueue Queue SimpleQueue")
    | _full("subprocess", "CompletedProcess Popen")
    | _full("asyncio", "Future Queue Task")
    | _full("contextvars", "ContextVar Token")
    | _full("functools", "partial partialmethod cached_property")
    | _full("types", "MappingProxyType")
    | _full("weakref", "ref WeakKeyDictionary WeakSet WeakValueDictionary")
)
"""Those that take arguments since GENERICS; what is not here may do so since later."""
TYPING = {
    **dict.fromkeys(("Final", "Literal", "Protocol", "SupportsIndex", "TypedDict", "final"), (3, 8)),
    **dict.fromkeys(("Annotated",), (3, 9)),
    **dict.fromkeys(("Concatenate", "ParamSpec", "TypeAlias", "TypeGuard"), (3, 10)),
    **dict.fromkeys(("LiteralString", "Never", "NotRequired", "Required", "Self", "TypeVarTuple", "Unpack"), (3, 11)),
    **dict.fromkeys(("TypeAliasType", "override"), (3, 12)),
    **dict.fromkeys(("NoDefault", "ReadOnly", "TypeIs"), (3, 13)),
}
"""Names of `typing` that are not in all Pythons; the rest is since 3.7."""


def holds_in(node: ast.expr, full: Callable[[ast.expr], str], python: Python) -> bool:
    """Say whether an expression evaluates in a Python by all that is known of it. `full` gives the full name of a name.

    A name without a dot is a class of the project.
    """
    match node:
        case ast.Constant():
            return True
        case ast.Name() | ast.Attribute():
            return _is_there(full(node), python)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            parts = (left, right)
            return python >= UNIONS and all(_joins(one) and holds_in(one, full, python) for one in parts)
        case ast.Subscript(value=value, slice=inner):
            return _is_generic(full(value), python) and holds_in(inner, full, python)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(holds_in(part, full, python) for part in parts)
        case _:
            return False


def _joins(node: ast.expr) -> bool:
    """Say whether something can stand beside `|`: text cannot."""
    return not isinstance(node, ast.Constant) or node.value is None


def _is_there(name: str, python: Python) -> bool:
    if name.startswith("typing."):
        return python >= TYPING.get(name.removeprefix("typing."), (3, 0))
    return _is_installed(name) or "." not in name or name in CLASSES


def _is_generic(name: str, python: Python) -> bool:
    if name.startswith("typing.") or _is_installed(name):
        return _is_there(name, python)
    return name in SUBSCRIPTED and python >= GENERICS


def _is_installed(name: str) -> bool:
    """Say whether a name is a package's: that has it in all Pythons, or in none that the package is installed with."""
    top, dot, _ = name.partition(".")
    return bool(dot) and top not in sys.stdlib_module_names
