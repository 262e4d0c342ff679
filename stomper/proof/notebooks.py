"""Proof in notebooks: what IPython reads of their code that Python does not."""

import ast

from stomper.python import cells, is_notebook, magic_words, read_notebook, read_tree


def magic_reader(path: str, before: bytes, after: bytes) -> str:
    """Say which name is gone that a magic or a shell command of a notebook may read; '' if there is none.

    To ruff the import in a cell is unused if `%timeit` alone uses it. Raises CannotReadError.
    """
    if not is_notebook(path):
        return ""
    words = magic_words(read_notebook(before))
    gone = words & (_names(before) - _names(after)) if words else ()
    return f"a magic may read `{min(gone)}`" if gone else ""


def _names(content: bytes) -> set[str]:
    """The names in the code of a notebook, those of what is imported and defined among them."""
    found = set[str]()
    for node in ast.walk(read_tree(cells(content))):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
    return found
