"""The readers of an annotation. One that is not proved to be read by nobody is code that something else runs on."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper.fixers.annotations.classes import Classes
from stomper.fixers.annotations.decorators import Decorators
from stomper.fixers.annotations.functions_as_values import made, uses
from stomper.fixers.annotations.harmless import ACCESSORS
from stomper.fixers.annotations.modules import Module, Modules
from stomper.fixers.annotations.modules_as_values import gives_itself, lists_itself
from stomper.fixers.annotations.names import Definition
from stomper.fixers.annotations.project_uses import CALL, Sight, class_in, derived_from, given_away, look
from stomper.fixers.annotations.reader_names import reads_signatures

HIDDEN = frozenset({"builtins.property", "functools.cached_property", "abc.abstractproperty", "functools.wraps"})
"""Decorators in whose place nobody gets the function, or one that says what another's annotations are."""


@dataclass(frozen=True, slots=True)
class Found:
    """A function or class with the definitions around it, outermost first, and the lines that it covers."""

    node: Definition
    around: tuple[Definition, ...]

    @property
    def lines(self) -> range:
        first = min([self.node.lineno, *(decorator.lineno for decorator in self.node.decorator_list)])
        return range(first, (self.node.end_lineno or first) + 1)

    @property
    def owner(self) -> ast.ClassDef | None:
        """The class whose method this is."""
        last = self.around[-1] if self.around else None
        return last if isinstance(last, ast.ClassDef) else None

    @property
    def functions(self) -> tuple[Definition, ...]:
        """The functions around, whose names it sees."""
        return tuple(one for one in self.around if not isinstance(one, ast.ClassDef))

    @property
    def name(self) -> str:
        return ".".join(one.name for one in (*self.around, self.node))


@dataclass(slots=True)
class Readers:
    """Says of the functions and classes of one module what may read their annotations. Reads the rest when asked.

    `lenient`: whoever is only given a function or a class, or keeps it, is not held to read it, and code of the project
    that reads annotations of whatever it gets is left to the tests that run it.
    """

    modules: Modules
    module: Module
    lenient: bool = False
    found: list[Found] = field(init=False)
    _sight: Sight | None = None
    _given: dict[str, str] = field(default_factory=dict)
    _words: str = ""
    _itself: int = 0

    def __post_init__(self) -> None:
        self._words = "" if self.lenient else reads_signatures(self.module.tree)
        self._itself = gives_itself(self.module)
        self.found = list(_definitions(self.module.tree, ()))
        wanted = {one.node.name for one in self.found}
        for use in uses(self.module.tree, self.module.names, wanted):
            if use.own and not self.lenient:
                self._given.setdefault(use.key, use.reader)

    def at(self, line: int) -> str:
        """Name what may read annotations of the innermost definition on a line, for a person; '' if nothing does."""
        inside = [one for one in self.found if line in one.lines]
        return self.of(max(inside, key=lambda one: len(one.around))) if inside else self._of_module("annotations")

    def of(self, one: Found) -> str:
        reader = next(filter(None, self._readers(one)), "")
        words = f"an annotation of {one.name} may be read by {reader}"
        return words if reader else self._of_module(f"an annotation of {one.name}")

    def of_frameworks(self, one: Found) -> str:
        """The decorator, base or call that may read what a definition says of itself; '' if none does."""
        judge = Classes(self.modules, functions=True)
        named = [found for found in (*one.around, one.node) if isinstance(found, ast.ClassDef)]
        classes = (judge.reader(self.module, node) for node in named)
        keys = [f".{one.node.name}" if one.owner else one.node.name, *(node.name for node in named)]
        given = (given for places in (self._given, self.sight.given) for key in keys if (given := places.get(key)))
        return self._decorator(one) or next(filter(None, classes), "") or next(given, "") or self._whole

    @property
    def lists(self) -> str:
        """Name the code that gets to know all names of the module; '' if none does."""
        line = lists_itself(self.module)
        reader = f"this file, which goes through them in line {line}" if line else self._whole
        return f"the names of the module may be read by {reader}" if reader else ""

    @property
    def _whole(self) -> str:
        """Name the code that gets the module with everything in it."""
        if self._itself:
            return f"what this file gives all its names to in line {self._itself}"
        return self.sight.whole

    def _of_module(self, what: str) -> str:
        reader = f"this file, which has {self._words}" if self._words else self._whole or self.sight.reader
        return f"{what} may be read by {reader}" if reader else ""

    def _readers(self, one: Found) -> Iterator[str]:
        """From what is seen in a line to what the whole project must be looked at for."""
        yield self._decorator(one)
        classes = [found for found in (*one.around, one.node) if isinstance(found, ast.ClassDef)]
        functions = isinstance(one.node, ast.FunctionDef | ast.AsyncFunctionDef)
        judge = Classes(self.modules, functions)
        for node in classes if not functions or one.owner else ():
            yield judge.reader(self.module, node)
            yield self._given.get(node.name, "")
        if functions and not _is_hidden(one, self.module):
            key = f".{one.node.name}" if one.owner else one.node.name
            yield self._given.get(key, "")
            yield self.sight.given.get(key, "") if one.owner or not one.around else ""
            if one.owner and one.node.name == CALL:
                yield self._given.get(made(one.owner.name), "")
                yield self.sight.given.get(made(one.owner.name), "")
        for node in classes if not functions or one.owner else ():
            yield self.sight.given.get(node.name, "")
        yield from self._derived({node.name for node in classes}, judge, functions and one.node.name == CALL)

    def _decorator(self, one: Found) -> str:
        """The decorator of a function that is not known to read nothing. Those of classes are judged with them."""
        if isinstance(one.node, ast.ClassDef):
            return ""
        for decorator in one.node.decorator_list:
            accessor = isinstance(decorator, ast.Attribute) and decorator.attr in ACCESSORS and one.owner is not None
            if not accessor and Decorators(self.modules).reads(self.module, decorator, one.functions):
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                return f"{ast.unparse(called)}, its decorator"
        return ""

    def _derived(self, names: set[str], judge: Classes, called: bool) -> Iterator[str]:
        """Give what may read classes that are derived from these; `called`: by what they make."""
        own = [one.node for one in self.found if isinstance(one.node, ast.ClassDef)]
        for node in own:
            if names & {word for base in node.bases for word in _names_in(base)} and node.name not in names:
                yield judge.reader(self.module, node)
                for key in (node.name, made(node.name)) if called else (node.name,):
                    yield self._given.get(key, "")
                    yield self.sight.given.get(key, "")
        derived = sorted(derived_from(self.sight, sorted(names)))
        for path, name in derived:
            module = self.modules.read(path)
            found = class_in(module.tree, name) if module else None
            yield judge.reader(module, found) if module and found is not None else f"{name} ({path})"
        if not self.lenient:
            yield given_away(self.modules, {name for _, name in derived}, called)

    @property
    def sight(self) -> Sight:
        """Give what the other files of the project do with the definitions of this one."""
        if self._sight is None:
            names = [one.node.name for one in self.found if not one.owner and not one.around]
            methods = {
                one.node.name: one.owner.name
                for one in self.found
                if one.owner
                and (not one.node.name.startswith("__") or one.node.name == CALL)
                and not _is_hidden(one, self.module)
            }
            self._sight = look(self.modules, self.module.path, names, methods)
            if self.lenient:
                self._sight.given, self._sight.reader = {}, self._sight.told
        return self._sight


def read_readers(
    root: Path, path: str, text: str, folders: Sequence[str] = (".",), lenient: bool = False
) -> Readers | None:
    """The readers of the module `path` below `root`, whose text this is; None if it cannot be parsed."""
    modules = Modules(root, folders)
    module = modules.read(path, text)
    return Readers(modules, module, lenient) if module else None


def _definitions(node: ast.AST, around: tuple[Definition, ...]) -> Iterator[Found]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield Found(child, around)
            yield from _definitions(child, (*around, child))
        elif not isinstance(child, ast.expr):
            yield from _definitions(child, around)


def _is_hidden(one: Found, module: Module) -> bool:
    """Say whether whoever is given the function by its name gets another one, or a value."""
    return any(
        module.names.full(decorator, one.functions) in HIDDEN
        or (isinstance(decorator, ast.Attribute) and decorator.attr in ACCESSORS)
        for decorator in one.node.decorator_list
    )


def _names_in(node: ast.expr) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
