"""The checks of changes of annotations: nobody reads them, they evaluate, and no type that is a value changes."""

import ast
from collections import Counter
from collections.abc import Iterator

from stomper.fixers.annotations.annotation_sites import places
from stomper.fixers.annotations.surroundings import UnsoundError
from stomper.proof.by_evaluation import MORE, VALUE, why_not
from stomper.proof.change import Change
from stomper.proof.import_events import read_imports

TYPING = frozenset({"typing", "typing_extensions", "collections.abc", "collections"})


def of_meanings(change: Change) -> str:
    """Say why a change is about more than annotations that nobody reads, '' if it is not."""
    return why_not(change.root, change.path, change.before, change.after, change.around, change.scratch)


def of_annotations(change: Change) -> str:
    """The same, but other fixes may have changed other code: types that are values must be as they were."""
    why = of_meanings(change)
    return _beside_other_fixes(change) if why in (MORE, VALUE) else why


def _beside_other_fixes(change: Change) -> str:
    names = frozenset(name for tree in change.trees for name in _of_typing(tree))
    old, new = (Counter(_values(tree, names)) for tree in change.trees)
    if old != new:
        return VALUE
    from stomper.fixers.annotations.safe_rewrite import Judge  # which few files need

    try:
        judge = Judge(change.root, change.path, change.before, change.around, change.scratch)
        return "" if judge.sound(change.after) == change.after else "an annotation cannot be evaluated"
    except UnsoundError as error:
        return str(error)


def _of_typing(tree: ast.Module) -> Iterator[str]:
    return (one.bound for one in read_imports(tree) if one.module in TYPING or one.full in TYPING)


def _values(tree: ast.Module, names: frozenset[str]) -> Iterator[str]:
    """The expressions outside of annotations that may be types: subscripts, unions, and names that stand for types."""
    pending: list[ast.AST] = [tree]
    skipped = {id(place.node) for place in places(tree) if place.annotation}
    while pending:
        node = pending.pop()
        if id(node) in skipped:
            continue
        union = isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)
        if union or isinstance(node, ast.Subscript) or (isinstance(node, ast.Name) and node.id in names):
            yield ast.dump(node)
        else:
            pending += ast.iter_child_nodes(node)
