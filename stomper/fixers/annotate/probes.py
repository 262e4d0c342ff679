"""A copy of a module in which mypy speaks of what is not annotated.

Each parameter without an annotation gets a class of its own, a probe: every use of it that needs more than a
plain object, every default and every call is an error then, which names the probe and what was there or
expected instead. What a function returns and yields is revealed with its number. Lines stay where they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import libcst as cst

from stomper.fixers.annotate.bare_generics import Opening
from stomper.fixers.annotate.scope import LOCAL
from stomper.fixers.annotate.slots import FULL, RETURN, Function, Place, Slot, Variable, bare_parameters, is_none
from stomper.fixers.annotate.types import Type, render

PREFIX, SUFFIX = "Probe_", "_Stomper"
ALIAS = "_stomper_"


@dataclass(frozen=True, slots=True)
class Probes:
    """The module with probes, and which slot each of them stands for."""

    text: str
    slots: Mapping[str, Slot]


def add_probes(
    module: cst.Module, functions: list[Function], variables: list[Variable], known: Mapping[Slot, Type]
) -> Probes:
    """The module with the known types as annotations, and probes for the parameters and variables without one."""
    parameters = [(function.index, name) for function in functions for name in function.missing]
    slots = [*parameters, *(slot for variable in variables for slot in variable.slots)]
    names = {slot: f"{PREFIX}{number}{SUFFIX}" for number, slot in enumerate(slots) if slot not in known}
    changed = module.visit(Prober(functions, {v.index: v for v in variables}, names, known))
    used = [*known.values(), *(Type(FULL[v.kind]) for v in variables if v.kind in FULL)]
    lines = [
        changed.code.rstrip("\n"),
        *_imports(used),
        f"class {PREFIX}X{SUFFIX}: ...",
        f"reveal_type({PREFIX}X{SUFFIX})",
    ]
    return Probes(
        "\n".join([*lines, *(f"class {name}: ..." for name in names.values()), ""]), {n: s for s, n in names.items()}
    )


def annotation_of(one: Type) -> str:
    """A type for the copy: full names by aliases that nothing else in the module is called."""
    return render(one, _alias) or "None"


def _alias(name: str) -> str:
    if name.startswith(LOCAL):
        return name.removeprefix(LOCAL)
    module, _, short = name.rpartition(".")
    return f"{ALIAS}{module.replace('.', '_')}.{short}" if module else short


def _imports(types: Iterable[Type]) -> list[str]:
    return [f"import {module} as {ALIAS}{module.replace('.', '_')}" for module in sorted(modules_of(types))]


def modules_of(types: Iterable[Type]) -> set[str]:
    names = {part.name for one in types for part in one.walk() if not part.name.startswith(LOCAL)}
    return {module for module in (name.rpartition(".")[0] for name in names) if module.strip(".")}


class Prober(cst.CSTTransformer):
    def __init__(
        self,
        functions: list[Function],
        variables: Mapping[int, Variable],
        names: Mapping[Slot, str],
        known: Mapping[Slot, Type],
    ) -> None:
        super().__init__()
        self.functions = functions
        self.variables = variables
        self.openings = {v.node: v for v in variables.values() if isinstance(v, Opening)}
        self.found: list[Variable | None] = []
        self.names = names
        self.known = known
        self.place = Place()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.place.enter_class(node.name.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        found = self.place.variable(node)
        self.found.append(self.variables.get(found[0]) if found else None)

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign | cst.AnnAssign:
        variable = self.found.pop()
        if variable is None:
            return updated_node
        words = [self._part(slot) for slot in variable.slots]
        whole = f"{words[0]} | None" if variable.kind == "None" else f"{_container(variable.kind)}[{', '.join(words)}]"
        return cst.AnnAssign(updated_node.targets[0].target, _annotation(whole), updated_node.value)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self._filled(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self._filled(original_node, updated_node)

    def _filled(self, original: cst.CSTNode, node: cst.BaseExpression) -> cst.BaseExpression:
        opening = self.openings.get(original)
        return opening.filled(node, [self._part(slot) for slot in opening.slots]) if opening else node

    def _part(self, slot: Slot) -> str:
        return annotation_of(self.known[slot]) if slot in self.known else self.names[slot]

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self.place.leave_class()
        return updated_node

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.place.enter_function()

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        index = self.place.around.pop()
        assert index is not None
        function = self.functions[index]
        for old in bare_parameters(original_node, self.place.in_class):
            words = self._words(function, old.name.value)
            for new in bare_parameters(updated_node, self.place.in_class):
                if new.name.value == old.name.value:
                    updated_node = updated_node.with_deep_changes(new, annotation=_annotation(words))
        if function.returns and (index, RETURN) in self.known:
            returns = _annotation(annotation_of(self.known[index, RETURN]))
            updated_node = updated_node.with_changes(returns=returns)
        return updated_node

    def _words(self, function: Function, name: str) -> str:
        slot = function.index, name
        if slot in self.known:
            return annotation_of(self.known[slot])
        return f"{self.names[slot]} | None" if name in function.optional else self.names[slot]

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        value = updated_node.value
        if value is None or is_none(value) or not self._asks():
            return updated_node
        return updated_node.with_changes(value=self._revealed(value), whitespace_after_return=cst.SimpleWhitespace(" "))

    def leave_Yield(self, original_node: cst.Yield, updated_node: cst.Yield) -> cst.Yield:
        value = updated_node.value
        if value is None or isinstance(value, cst.From) or not self._asks():
            return updated_node
        return updated_node.with_changes(value=self._revealed(value), whitespace_after_yield=cst.SimpleWhitespace(" "))

    def _asks(self) -> bool:
        index = self.place.function
        return index is not None and self.functions[index].returns

    def _revealed(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """`(reveal_type((7, value)))[1]`: mypy infers the value as it stands, and says the function's number."""
        number = cst.Integer(str(self.place.function))
        if isinstance(value, cst.Tuple) and not value.lpar:
            value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        pair = cst.Tuple([cst.Element(number), cst.Element(value)])
        call = cst.Call(cst.Name("reveal_type"), [cst.Arg(pair)])
        return cst.Subscript(call, [cst.SubscriptElement(cst.Index(cst.Integer("1")))])


def _container(kind: str) -> str:
    return _alias(FULL.get(kind, kind))


def _annotation(words: str) -> cst.Annotation:
    return cst.Annotation(cst.SimpleString(f"'{words}'"))
