"""E721: types are compared by `is`, where both sides are types for sure.

What else stands beside a type may compare itself: a `dtype` of numpy is equal to the type of its values. So may types
of types, where the file, or another of the project, makes any.
"""

import ast
from collections.abc import Sequence

import libcst as cst

from stomper.fixers.annotations.module_uses import project_facts
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.scopes import Builtin, Defined, Scopes
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

TYPES = frozenset({"type", "ABCMeta", "EnumMeta", "EnumType"})
OTHERS = "what a type is compared with may be no type, and compare itself in its own way"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes, mine = Scopes(source.text), []
    compared = [node for node in ast.walk(scopes.tree) if isinstance(node, ast.Compare)]
    sure = {(node.lineno, scopes.column(node)) for node in compared if _of_types(scopes, node)}
    others = bool(sure) and _makes_others(source)
    for found in diagnostics:
        if (found.line, found.column) in sure and not others:
            mine.append(found)
        else:
            source.leave(found, OTHERS)
    return transform(source, mine, _Is)


def _of_types(scopes: Scopes, node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    if len(sides) != 2 or not any(_is_type_of(scopes, side) for side in sides) or _has_types_of_types(scopes):
        return False
    return all(_is_type_of(scopes, side) or _is_named_type(scopes, side) for side in sides)


def _is_type_of(scopes: Scopes, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "type":
        return False
    plain = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
    return plain and scopes.is_builtin("type", node.lineno)


def _is_named_type(scopes: Scopes, node: ast.expr) -> bool:
    if not isinstance(node, ast.Name):
        return False
    meaning = scopes.meaning(node.id, node.lineno)
    if isinstance(meaning, Builtin):
        return meaning.is_class
    return isinstance(meaning, Defined) and isinstance(meaning.node, ast.ClassDef) and not meaning.node.decorator_list


def _has_types_of_types(scopes: Scopes) -> bool:
    """Say whether classes of the file may have an `==` of their own."""
    classes = [node for node in ast.walk(scopes.tree) if isinstance(node, ast.ClassDef)]
    bases = (base.id for node in classes for base in node.bases if isinstance(base, ast.Name))
    return "type" in bases or any(word.arg == "metaclass" for node in classes for word in node.keywords)


def _makes_others(source: Source) -> bool:
    """Return whether another file of the project has a metaclass with an `==` of its own."""
    return any(
        "__eq__" in facts.words and "metaclass" not in bases and bases & TYPES
        for _, facts in project_facts(source.root, source.path)
        for _, bases in facts.classes
    )


class _Is(SiteTransformer):
    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.Comparison:
        if self.site(original_node) is None or len(updated_node.comparisons) != 1:
            return updated_node
        target = updated_node.comparisons[0]
        operator = {cst.Equal: cst.Is(), cst.NotEqual: cst.IsNot()}.get(type(target.operator))
        if operator is None:
            return updated_node
        return updated_node.with_changes(comparisons=[target.with_changes(operator=operator)])
