"""The checks that look at who may read what a change is about. Each says what does not hold, '' if it holds."""

import ast
from collections import Counter
from collections.abc import Iterator

from stomper.fixers.annotations.annotation_sites import places
from stomper.fixers.annotations.docs import DocReaders
from stomper.fixers.annotations.module_uses import sees_frames
from stomper.fixers.annotations.safe_rewrite import Judge
from stomper.fixers.annotations.surroundings import UnsoundError
from stomper.fixers.codemods.scopes import sees_names
from stomper.proof.change import Change
from stomper.proof.import_events import read_imports
from stomper.proof.imports import judge_imports
from stomper.proof.project_modules import project_of
from stomper.proof.ruff_settings import more_is_safe

TYPING = frozenset({"typing", "typing_extensions", "collections.abc", "collections"})


def of_imports(change: Change) -> str:
    word = judge_imports(
        change.before, change.after, change.path, project_of(change.root, change.path, change.around, change.commit)
    )
    return word.why if word.grade is None else ""


def of_docs(change: Change) -> str:
    old, new = (_docstrings(tree) for tree in change.trees)
    readers = DocReaders(change.root, change.path, change.before)
    changed = [line for key, (line, text) in old.items() if new.get(key, (0, ""))[1] != text]
    if new.keys() - old.keys():
        return "a text becomes a docstring"
    return next(filter(None, map(readers.at, changed)), "")


def _docstrings(tree: ast.Module) -> dict[tuple[str, int], tuple[int, str]]:
    """The docstrings by the name of what they are of, and its number among those of that name; with their lines."""
    found: dict[tuple[str, int], tuple[int, str]] = {}
    numbers: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = getattr(node, "name", "")
            numbers[name] += 1
            if (text := ast.get_docstring(node, clean=False)) is not None:
                found[name, numbers[name]] = node.body[0].lineno, text
    return found


def of_annotations(change: Change) -> str:
    old, new = (_names_in_annotations(tree) for tree in change.trees)
    moved = (old - new) | (new - old) | _of_typing(change.trees)
    before, after = (_names_elsewhere(tree) for tree in change.trees)
    if others := sorted(name for name in moved if before[name] != after[name]):
        return f"`{others[0]}` changes outside of annotations too"
    try:
        judge = Judge(change.root, change.path, change.before, change.around, change.scratch)
        return "" if judge.sound(change.after) == change.after else "an annotation cannot be evaluated"
    except UnsoundError as error:
        return str(error)


def _of_typing(trees: tuple[ast.Module, ast.Module]) -> Counter[str]:
    """The names that stand for types: an alias made of one is a value, which others may look at."""
    imports = [one for tree in trees for one in read_imports(tree)]
    return Counter(one.bound for one in imports if one.module in TYPING or one.full in TYPING)


def _names_in_annotations(tree: ast.Module) -> Counter[str]:
    return Counter(name for place in places(tree) if place.annotation for name in _names(place.node))


def _names_elsewhere(tree: ast.Module) -> Counter[str]:
    every = Counter(_names(tree))
    every.subtract(_names_in_annotations(tree))
    return every


def _names(root: ast.AST) -> Iterator[str]:
    for node in ast.walk(root):
        if isinstance(node, ast.Name | ast.Attribute):
            yield node.id if isinstance(node, ast.Name) else node.attr


def of_names(change: Change) -> str:
    seen = sees_names(ast.walk(change.trees[0])) or sees_frames(change.before, change.root, change.path)
    return "code looks at names by their text" if seen else ""


def of_ruff(change: Change) -> str:
    return "the project tells ruff to call more fixes safe" if more_is_safe(change.root, change.path) else ""
