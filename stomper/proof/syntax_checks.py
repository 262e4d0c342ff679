"""The checks that need nothing but the two texts of a change. Each says what does not hold, '' if it holds."""

import ast
from collections import Counter

from stomper.fixers.codemods.scopes import Scopes, bound, has_other_form
from stomper.fixers.place_doubts import FORM
from stomper.proof.change import Change


def of_code(change: Change) -> str:
    old, new = (ast.dump(_without_kinds(tree)) for tree in change.trees)
    return "" if old == new else "the syntax tree is another"


def _without_kinds(tree: ast.Module) -> ast.Module:
    """A tree in which `u"x"` is "x": no program can tell."""
    copy = ast.parse(ast.unparse(tree)) if any(getattr(node, "kind", None) for node in ast.walk(tree)) else tree
    for node in ast.walk(copy) if copy is not tree else ():
        if isinstance(node, ast.Constant):
            node.kind = None
    return copy


def of_builtins(change: Change) -> str:
    return "`import *` may give another meaning to the built-in name" if Scopes(change.before).has_star else ""


def of_words(change: Change) -> str:
    return FORM if has_other_form(ast.walk(change.trees[0])) else ""


def of_bases(change: Change) -> str:
    """Only `object` goes as the one base of a class without keywords: a metaclass is given the bases."""
    old, new = ([one for one in ast.walk(tree) if isinstance(one, ast.ClassDef)] for tree in change.trees)
    for one, other in zip(old, new, strict=False):
        lost = len(one.bases) > len(other.bases)
        if lost and (len(one.bases) > 1 or one.keywords):
            return f"`{one.name}` has more than `object` behind its name"
    return ""


def of_super(change: Change) -> str:
    bindings = Counter(name for node in ast.walk(change.trees[0]) for name in bound(node))
    old, new = (_supers(tree) for tree in change.trees)
    for one in (node for node in ast.walk(change.trees[0]) if isinstance(node, ast.ClassDef)):
        if old[one.name] > new[one.name] and (one.decorator_list or bindings[one.name] > 1):
            return f"`{one.name}` may be another class than the code stands in"
    return ""


def _supers(tree: ast.Module) -> Counter[str]:
    """The classes that `super(Class, self)` names."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) == 2)
    named = (call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "super")
    return Counter(one.id for one in named if isinstance(one, ast.Name))


def of_format(change: Change) -> str:
    old, new = (_formats(tree) for tree in change.trees)
    for call in (old[text] for text in old.keys() - new.keys()):
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        made = [value for value in values if not isinstance(value, ast.Constant)]
        if len(made) > 1 and not all(isinstance(value, ast.Name) for value in made):
            return "what one argument does may change how another prints"
    return ""


def _formats(tree: ast.Module) -> dict[str, ast.Call]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        ast.dump(call): call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "format"
    }
