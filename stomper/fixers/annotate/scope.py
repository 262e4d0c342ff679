"""Resolve a module's names to types, and find the name by which a type can be written in it."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.fixers.annotate.types import DOTS, LIST, NONE, UNION, Type

LOCAL = "."
"""The beginning of names that mean something in the module as they stand, after it."""

# What mypy's messages call by their last name only, and code annotates often enough.
WELL_KNOWN = {
    "PathLike": "os.PathLike", "Path": "pathlib.Path", "Decimal": "decimal.Decimal", "Logger": "logging.Logger",
    "datetime": "datetime.datetime", "timedelta": "datetime.timedelta", "date": "datetime.date",
    "tzinfo": "datetime.tzinfo", "Namespace": "argparse.Namespace", "ArgumentParser": "argparse.ArgumentParser",
    "OrderedDict": "collections.OrderedDict", "defaultdict": "collections.defaultdict", "deque": "collections.deque",
    "TracebackType": "types.TracebackType", "ModuleType": "types.ModuleType", "Module": "types.ModuleType",
    "FrameType": "types.FrameType", "StringIO": "io.StringIO", "BytesIO": "io.BytesIO", "TextIO": "typing.TextIO",
    "Element": "xml.etree.ElementTree.Element", "Thread": "threading.Thread", "Event": "threading.Event",
    "LogRecord": "logging.LogRecord", "Formatter": "logging.Formatter", "Handler": "logging.Handler",
}  # fmt: skip
TYPES = frozenset(name for name, value in vars(builtins).items() if isinstance(value, type))


@dataclass(frozen=True, slots=True)
class Binding:
    """A name at the top of a module: the full name of what it stands for, its line, whether it is there for sure."""

    full: str
    line: int
    certain: bool
    is_class: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of a module called `module`."""

    module: str
    bindings: Mapping[str, Binding]
    classes: frozenset[str]

    def resolve(self, one: Type) -> Type | None:
        """The type with names of the module if it has some, full names if not. None for an unknown name."""
        if one.name in (NONE, DOTS):
            return one
        args = [self.resolve(arg) for arg in one.args]
        name = one.name if one.name in (UNION, LIST) else self.name(one.name)
        if name is None or not all(args):
            return None
        return Type(name, tuple(arg for arg in args if arg))

    def name(self, name: str) -> str | None:
        if name.startswith(LOCAL):
            return name
        module, _, short = name.rpartition(".")
        if module:
            return self._of_full(name, module, short)
        binding = self.bindings.get(name)
        if binding and not binding.full.endswith("."):
            return LOCAL + name if binding.is_class or "." in binding.full else None
        return name if name in TYPES else WELL_KNOWN.get(name)  # a module may be called like a class: `datetime`

    def full_name(self, name: str) -> str:
        """Give the full name of a module's name in the module that it comes from."""
        first, dot, rest = name.removeprefix(LOCAL).partition(".")
        if not name.startswith(LOCAL) or first not in self.bindings:
            return name
        full = self.bindings[first].full
        return f"{full.rstrip('.')}{dot}{rest}" if "." in full else f"{self.module}.{full}{dot}{rest}"

    def _of_full(self, name: str, module: str, short: str) -> str | None:
        inner = name.removeprefix(f"{self.module}.")
        if inner != name and inner in self.classes:
            return LOCAL + inner
        if inner != name and self.module and "." not in inner and inner not in self.bindings:
            return None
        binding = self.bindings.get(short)
        if binding and binding.full.rpartition(".")[2] == short and "." in binding.full:
            return LOCAL + short
        for local, bound in self.bindings.items():
            if bound.full == f"{module}." or bound.full == name:
                return f"{LOCAL}{local}.{short}" if bound.full != name else LOCAL + local
        return name if binding is None else None


def module_name(root: Path, path: str) -> str:
    """The full name by which mypy knows a file: from the uppermost folder around it that is a package."""
    place = PurePosixPath(path)
    parts = [] if place.stem == "__init__" else [place.stem]
    for folder in place.parents:
        if not folder.name or not (root / folder / "__init__.py").is_file():
            break
        parts.insert(0, folder.name)
    return ".".join(parts)


def read_scope(tree: ast.Module, module: str) -> Scope:
    """`module` is the full name that mypy knows it by."""
    bindings: dict[str, Binding] = {}
    package = module.split(".")
    for node, certain in _statements(tree.body, certain=True):
        for name, full, is_class in _bound(node, package):
            bindings.setdefault(name, Binding(full, node.end_lineno or node.lineno, certain, is_class))
    return Scope(module, bindings, frozenset(_classes(tree.body, "")))


def _statements(body: list[ast.stmt], certain: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of the top, those within `if` and `try` too, which may not have been run."""
    for node in body:
        yield node, certain
        if isinstance(node, ast.If | ast.Try | ast.With):
            parts = [getattr(node, part, []) for part in ("body", "orelse", "finalbody")]
            handlers = [handler.body for handler in getattr(node, "handlers", [])]
            for inner in (*parts, *handlers):
                yield from _statements(inner, certain=False)


def _bound(node: ast.stmt, package: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Names that a statement binds, and what they are: `module.` for a module, `module.Name`, or just a name."""
    match node:
        case ast.ClassDef(name=name):
            yield name, name, True
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, name, False
        case ast.Import(names=names):
            for alias in names:
                if alias.asname:
                    yield alias.asname, f"{alias.name}.", False
                elif "." not in alias.name:
                    yield alias.name, f"{alias.name}.", False
                else:
                    yield alias.name.partition(".")[0], f"{alias.name.partition('.')[0]}.", False
        case ast.ImportFrom(names=names, module=source, level=level):
            base = ".".join([*package[: len(package) - level], source or ""] if level else [source or ""])
            for alias in names:
                yield alias.asname or alias.name, f"{base}.{alias.name}", False
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.For():
            for target in ast.walk(node):
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    yield target.id, target.id, False
        case _:
            pass


def _classes(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for node, _ in _statements(body, certain=True):
        if isinstance(node, ast.ClassDef):
            yield prefix + node.name
            yield from _classes(node.body, f"{prefix}{node.name}.")
