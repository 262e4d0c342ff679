"""The checks that look at who may read what a change is about. Each says what does not hold, '' if it holds."""

import ast
from collections import Counter

from stomper.fixers.annotations.docs import DocReaders
from stomper.fixers.annotations.module_uses import sees_frames
from stomper.fixers.codemods.scopes import sees_names
from stomper.proof.change import Change
from stomper.proof.imports import judge_imports
from stomper.proof.project_modules import project_of
from stomper.proof.ruff_settings import more_is_safe


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


def of_names(change: Change) -> str:
    seen = sees_names(ast.walk(change.trees[0])) or sees_frames(change.before, change.root, change.path)
    return "code looks at names by their text" if seen else ""


def of_ruff(change: Change) -> str:
    return "the project tells ruff to call more fixes safe" if more_is_safe(change.root, change.path) else ""
