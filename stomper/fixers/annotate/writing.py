"""Annotations written into a module, with the imports that they need. Everything else stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst
import libcst.matchers as m

from stomper.fixers.annotate.bare_generics import Opening
from stomper.fixers.annotate.draft import Draft
from stomper.fixers.annotate.python_version import Target
from stomper.fixers.annotate.scope import LOCAL, Scope
from stomper.fixers.annotate.slots import FULL, RETURN, Function, Place, Slot, Variable, bare_parameters
from stomper.fixers.annotate.types import NONE, NONE_TYPE, UNION, Type, join, render
from stomper.fixers.annotations.availability import CLASSES
from stomper.fixers.codemods.endings import with_return_none

TYPING = "typing"
RUNTIME_GENERIC = ("collections.abc.", "typing.", "collections.", "re.")


@dataclass(slots=True)
class Spelling:
    """The spelling of types in a module. `lazy`: the module does not evaluate annotations.

    `imports` and `type_imports` collect (module, name) that are to be imported, the second for type checkers only.
    """

    scope: Scope
    lazy: bool
    target: Target
    imports: set[tuple[str, str]] = field(default_factory=set)
    type_imports: set[tuple[str, str]] = field(default_factory=set)
    _quote: bool = False

    def words(self, one: Type, line: int, evaluated: bool = True, lazy: bool = True) -> str | None:
        """The annotation for a function at this line; None if a name it needs means something else here.

        Without `lazy` it is evaluated at once, in a module that evaluates no annotations too.
        """
        lazy = lazy and self.lazy
        self._quote = False
        before = set(self.imports), set(self.type_imports)
        unions = self.target.unions or lazy or not evaluated
        text = render(one, lambda name: self._name(name, line), unions)
        if text is None:  # what was found of it must not be imported for nothing
            self.imports, self.type_imports = before
        quote = self._quote or any(self._fails(part) for part in one.walk())
        return f'"{text}"' if text and quote and evaluated and not lazy else text

    def _fails(self, part: Type) -> bool:
        """Return whether evaluating a subscript may fail: some classes are generic in stubs only."""
        if not part.args or part.name == UNION:
            return False
        full = self.scope.full_name(part.name)
        return not self.target.generics or ("." in full and not full.startswith(RUNTIME_GENERIC))

    def _name(self, name: str, line: int) -> str | None:
        name = self.scope.name(name) or name  # what old unions are written with may have been imported
        if name.startswith(LOCAL):
            local = name.removeprefix(LOCAL)
            binding = self.scope.bindings.get(local.partition(".")[0])
            self._quote |= binding is None or not binding.certain or binding.line >= line
            return local
        module, _, short = name.rpartition(".")
        if not module:
            return name
        if short in self.scope.bindings:
            return None
        there = module == TYPING or f"{module}.{short}" in CLASSES
        self._quote |= not there
        (self.imports if there else self.type_imports).add((module, short))
        return short


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes to write: annotations by slot and by variable; functions that get a `return None` at their end.

    In those of `explicit` a bare `return` becomes `return None`, which mypy wants where others give a value.
    """

    words: Mapping[Slot, str]
    variables: Mapping[int, str]
    closed: frozenset[int]
    explicit: frozenset[int]
    opened: Mapping[cst.CSTNode, tuple[Opening, Sequence[str]]]


def annotate(
    module: cst.Module, functions: Sequence[Function], variables: Sequence[Variable], draft: Draft, spelling: Spelling
) -> str:
    """The module's text with the annotations of a draft. A type that has no spelling in it is left out."""
    words: dict[Slot, str] = {}
    for function in functions:
        for slot in function.slots:
            if slot in draft.types and (text := spelling.words(draft.types[slot], function.line)):
                words[slot] = text
    whole: dict[int, str] = {}
    opened: dict[Opening, list[str]] = {}
    for variable in variables:
        if isinstance(variable, Opening):
            parts = _parts(variable, draft, spelling)
            opened |= {variable: parts} if parts else {}
        elif all(slot in draft.types for slot in variable.slots):
            evaluated = not variable.attribute and variable.function is None
            if text := spelling.words(type_of(variable, draft.types), variable.line, evaluated):
                whole[variable.index] = text
    explicit = frozenset(i for i, name in words if name == RETURN and words[i, name] != NONE)
    changes = Changes(
        words, whole, draft.closed & explicit, explicit, {o.node: (o, parts) for o, parts in opened.items()}
    )
    return _with_imports(module.visit(Annotator(changes)), spelling).code


def _parts(opening: Opening, draft: Draft, spelling: Spelling) -> list[str]:
    """The words of a generic type's arguments; none if one of them is not known, or has no spelling."""
    if not (spelling.target.generics or (spelling.lazy and not opening.base)):
        return []
    types = [draft.types[slot] for slot in opening.slots if slot in draft.types]
    if len(types) < len(opening.slots) or not all(map(opening.takes, types)):
        return []
    words = [spelling.words(one, opening.line, lazy=not opening.base) for one in types]
    return [word for word in words if word] if all(words) else []


def type_of(variable: Variable, types: Mapping[Slot, Type]) -> Type:
    parts = tuple(types[slot] for slot in variable.slots)
    if variable.kind == "None":
        return join([*parts, NONE_TYPE]) or NONE_TYPE
    return Type(FULL.get(variable.kind, variable.kind), parts)


class Annotator(cst.CSTTransformer):
    def __init__(self, changes: Changes) -> None:
        super().__init__()
        self.changes = changes
        self.words = changes.words
        self.place = Place()
        self.found: list[int | None] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.place.enter_class(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self.place.leave_class()
        return updated_node

    def visit_Assign(self, node: cst.Assign) -> None:
        found = self.place.variable(node)
        self.found.append(found[0] if found else None)

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign | cst.AnnAssign:
        index = self.found.pop()
        if index is None or index not in self.changes.variables:
            return updated_node
        annotation = _annotation(self.changes.variables[index])
        return cst.AnnAssign(updated_node.targets[0].target, annotation, updated_node.value)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self._filled(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self._filled(original_node, updated_node)

    def _filled(self, original: cst.CSTNode, node: cst.BaseExpression) -> cst.BaseExpression:
        if original not in self.changes.opened:
            return node
        opening, words = self.changes.opened[original]
        return opening.filled(node, words)

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        if updated_node.value is not None or self.place.function not in self.changes.explicit:
            return updated_node
        return updated_node.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.place.enter_function()

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        index = self.place.around.pop()
        assert index is not None
        for name in [parameter.name.value for parameter in bare_parameters(updated_node, self.place.in_class)]:
            if (index, name) in self.words:
                old = next(p for p in bare_parameters(updated_node, self.place.in_class) if p.name.value == name)
                updated_node = updated_node.with_deep_changes(old, **_annotated(old, self.words[index, name]))
        if updated_node.returns is None and (index, RETURN) in self.words:
            updated_node = updated_node.with_changes(returns=_annotation(self.words[index, RETURN], arrow=True))
        return _closed(updated_node) if index in self.changes.closed else updated_node


def _closed(node: cst.FunctionDef) -> cst.FunctionDef:
    """The function with `return None` at its end, where it ends without a word."""
    if not isinstance(node.body, cst.IndentedBlock):
        return node
    return node.with_changes(body=with_return_none(node.body))


def _annotated(parameter: cst.Param, words: str) -> dict[str, object]:
    """The changes to a parameter; around the `=` of an annotated one there are spaces (PEP 8)."""
    changes: dict[str, object] = {"annotation": _annotation(words)}
    if parameter.default is not None:
        space = cst.SimpleWhitespace(" ")
        changes["equal"] = cst.AssignEqual(space, space)
    return changes


def _annotation(words: str, arrow: bool = False) -> cst.Annotation:
    expression = cst.parse_expression(words)
    if arrow:
        space = cst.SimpleWhitespace(" ")
        return cst.Annotation(expression, whitespace_before_indicator=space, whitespace_after_indicator=space)
    return cst.Annotation(expression)


def _with_imports(module: cst.Module, spelling: Spelling) -> cst.Module:
    wanted = set(spelling.imports)
    if spelling.type_imports and "TYPE_CHECKING" not in spelling.scope.bindings:
        wanted.add((TYPING, "TYPE_CHECKING"))
    modules = sorted({name for name, _ in wanted})
    lines = [f"from {one} import {', '.join(sorted(n for name, n in wanted if name == one))}" for one in modules]
    statements: list[cst.BaseStatement] = [cst.parse_statement(line) for line in lines]
    if spelling.type_imports:
        inner = "\n".join(f"    from {name} import {short}" for name, short in sorted(spelling.type_imports))
        block = cst.parse_statement(f"if TYPE_CHECKING:\n{inner}\n")
        statements.append(block.with_changes(leading_lines=[cst.EmptyLine(indent=False)]))
    if not statements:
        return module
    place = _import_place(module)
    return module.with_changes(body=[*module.body[:place], *statements, *module.body[place:]])


def _import_place(module: cst.Module) -> int:
    """Behind the imports that the module begins with, and what must come before any (docstring, `__future__`)."""
    place = 0
    for number, statement in enumerate(module.body):
        if number == 0 and m.matches(statement, m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])):
            place = 1
        elif m.matches(statement, m.SimpleStatementLine(body=[m.OneOf(m.Import(), m.ImportFrom())])):
            place = number + 1
        else:
            break
    return place
