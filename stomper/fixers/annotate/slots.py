"""The places of a file where an annotation is missing, numbered in the order of the source."""

from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

import libcst as cst
import libcst.matchers as m
from libcst.metadata import PositionProvider

RETURN = "return"
Slot: TypeAlias = tuple[int, str]
"""A function's index and the name of a parameter or RETURN; or a variable's (below 0) and a part of its type."""
CONTAINERS: dict[str, tuple[str, ...]] = {
    "list": ("item",),
    "set": ("item",),
    "dict": ("key", "value"),
    "OrderedDict": ("key", "value"),
    "deque": ("item",),
    "None": ("value",),
}
FULL = {"OrderedDict": "collections.OrderedDict", "deque": "collections.deque"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable or attribute of `self` that begins as an empty container or None, of which mypy cannot tell the type.

    `kind` is what it begins as, `function` the function it is in.
    """

    index: int
    name: str
    line: int
    kind: str
    attribute: bool
    function: int | None

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple((self.index, part) for part in CONTAINERS[self.kind])


@dataclass(slots=True)
class Function:
    """A function or method: the lines it is on, what it misses, and what its body says of its return.

    `first` is the line of its first decorator, `line` that of its name. `positional` are the parameters after
    `self`, `missing` the names of those without an annotation, `optional` the ones of them whose default is None.
    `returns` is whether the annotation of the return is missing. `gives` counts the `return` statements with a
    value, `yields` the `yield`s; `unclear` is a body of which neither says what comes out. `sets` are the
    attributes that it assigns.
    """

    index: int
    name: str
    owner: str
    line: int
    end: int
    positional: tuple[str, ...]
    missing: tuple[str, ...]
    optional: frozenset[str]
    returns: bool
    is_async: bool
    in_class: bool
    gives: int = 0
    gives_none: bool = False
    yields: int = 0
    unclear: bool = False
    first: int = 0
    sets: set[str] = field(default_factory=set)

    @property
    def slots(self) -> tuple[Slot, ...]:
        names = (*self.missing, RETURN) if self.returns else self.missing
        return tuple((self.index, name) for name in names)


@dataclass(slots=True)
class Place:
    """The place of a walk through a module: the classes (None) and functions (their index) around it."""

    around: list[int | None] = field(default_factory=list)
    seen: int = 0
    attributes: list[set[str]] = field(default_factory=lambda: [set()])
    variables: int = 0
    classes: list[str] = field(default_factory=list)

    def enter_class(self, name: str) -> None:
        self.around.append(None)
        self.attributes.append(set())
        self.classes.append(name)

    def leave_class(self) -> None:
        self.around.pop()
        self.attributes.pop()
        self.classes.pop()

    def variable(self, node: cst.Assign) -> tuple[int, str, str, bool] | None:
        """The index, name and kind of the variable that an assignment makes, and whether it is an attribute."""
        target = node.targets[0].target
        kind = kind_of(node.value)
        if len(node.targets) != 1 or not kind or self.in_class:
            return None
        if m.matches(target, m.Attribute(m.Name("self"), m.Name())):
            name = cst.ensure_type(target, cst.Attribute).attr.value
            if name in self.attributes[-1]:
                return None
            self.attributes[-1].add(name)
        elif isinstance(target, cst.Name) and (kind != "None" or self.function is None):
            name = target.value
        else:
            return None
        self.variables += 1
        return -self.variables, name, kind, not isinstance(target, cst.Name)

    def enter_function(self) -> int:
        self.around.append(self.seen)
        self.seen += 1
        return self.seen - 1

    @property
    def in_class(self) -> bool:
        return bool(self.around) and self.around[-1] is None

    @property
    def function(self) -> int | None:
        """The function that a statement belongs to."""
        return self.around[-1] if self.around else None


class SlotFinder(cst.CSTVisitor):
    """Collects the functions of a module, complete ones too: their index counts them all."""

    METADATA_DEPENDENCIES: ClassVar = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.place = Place()
        self.functions: list[Function] = []
        self.variables: list[Variable] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.place.enter_class(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self.place.leave_class()

    def visit_Assign(self, node: cst.Assign) -> None:
        if found := self.place.variable(node):
            index, name, kind, attribute = found
            line = self.get_metadata(PositionProvider, node).start.line
            self.variables.append(Variable(index, name, line, kind, attribute, self.place.function))

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        if (index := self.place.function) is not None and isinstance(node.target, cst.Attribute):
            self.functions[index].sets.add(node.target.attr.value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        in_class = self.place.in_class
        owner = self.place.classes[-1] if in_class else ""
        index = self.place.enter_function()
        bare = bare_parameters(node, in_class)
        span = self.get_metadata(PositionProvider, node)
        self.functions.append(
            Function(
                index,
                node.name.value,
                owner,
                self.get_metadata(PositionProvider, node.name).start.line,
                span.end.line,
                tuple(parameter.name.value for parameter in positional_parameters(node, in_class)),
                tuple(parameter.name.value for parameter in bare),
                frozenset(p.name.value for p in bare if is_none(p.default)),
                node.returns is None,
                node.asynchronous is not None,
                in_class,
                unclear=_says_nothing(node),
                first=span.start.line,
            )
        )

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.place.around.pop()

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_Return(self, node: cst.Return) -> None:
        if (index := self.place.function) is not None:
            nothing = node.value is None or is_none(node.value)
            self.functions[index].gives += not nothing
            self.functions[index].gives_none |= nothing

    def visit_Yield(self, node: cst.Yield) -> None:
        if (index := self.place.function) is not None:
            self.functions[index].yields += 1
            self.functions[index].unclear |= isinstance(node.value, cst.From)


def positional_parameters(node: cst.FunctionDef, in_class: bool) -> list[cst.Param]:
    """Those that calls give by position, without `self` and `cls`."""
    positional = [*node.params.posonly_params, *node.params.params]
    return positional[1:] if in_class and "staticmethod" not in decorators(node) else positional


def bare_parameters(node: cst.FunctionDef, in_class: bool) -> list[cst.Param]:
    """The parameters that want an annotation and have none; `self` and `cls` want none."""
    starred = [p for p in (node.params.star_arg, node.params.star_kwarg) if isinstance(p, cst.Param)]
    every = [*positional_parameters(node, in_class), *node.params.kwonly_params, *starred]
    return [parameter for parameter in every if parameter.annotation is None]


def kind_of(node: cst.BaseExpression) -> str:
    """Give the name in CONTAINERS if an expression makes an empty one, else ''."""
    if is_none(node):
        return "None"
    if isinstance(node, cst.List) and not node.elements:
        return "list"
    if isinstance(node, cst.Dict) and not node.elements:
        return "dict"
    if isinstance(node, cst.Call) and not node.args:
        name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if isinstance(name, cst.Name) and name.value in CONTAINERS:
            return name.value
    return ""


def is_none(node: cst.BaseExpression | None) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def decorators(node: cst.FunctionDef) -> list[str]:
    """The last names of a definition's decorators."""
    found = []
    for decorator in node.decorators:
        inner = decorator.decorator
        while isinstance(inner, cst.Call):
            inner = inner.func
        if isinstance(inner, cst.Attribute):
            inner = inner.attr
        found.append(inner.value if isinstance(inner, cst.Name) else "")
    return found


def _says_nothing(node: cst.FunctionDef) -> bool:
    """Return whether a body tells nothing of the return type: an abstract one, or one that only raises."""
    if "abstractmethod" in decorators(node):
        return True
    last = node.body.body[-1] if node.body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, cst.Raise) and not _has_other_statements(node)


def _has_other_statements(node: cst.FunctionDef) -> bool:
    return len(node.body.body) > 2
