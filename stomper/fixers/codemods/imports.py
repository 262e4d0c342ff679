"""Imports that a rewrite needs."""

import ast


def with_import(text: str, module: str, name: str | None = None) -> str:
    """The text with `import module`, or `from module import name`, at its top; as it is where that is there already.

    It comes before the first import, behind what must be first: docstring and `__future__`.
    """
    tree = ast.parse(text)
    if any(_gives(node, module, name) for node in tree.body):
        return text
    lines = text.split("\n")
    statement = f"import {module}" if name is None else f"from {module} import {name}"
    at, loose = _place(tree)
    lines[at:at] = [statement, *([""] if loose and lines[at : at + 1] != [""] else [])]
    return "\n".join(lines)


def _gives(node: ast.stmt, module: str, name: str | None) -> bool:
    if name is None:
        return isinstance(node, ast.Import) and any(a.name == module and a.asname is None for a in node.names)
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == module
        and not node.level
        and any(a.name == name and a.asname in (None, name) for a in node.names)
    )


def _place(tree: ast.Module) -> tuple[int, bool]:
    """The index of the line to insert before, and whether what follows there is no import."""
    first = 0
    for number, node in enumerate(tree.body):
        docstring = number == 0 and ast.get_docstring(tree, clean=False) is not None
        if docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            first = node.end_lineno or node.lineno
    for node in tree.body:
        if node.lineno > first:
            decorators = getattr(node, "decorator_list", [])
            line = min([node.lineno, *(d.lineno for d in decorators)])
            if isinstance(node, ast.Import | ast.ImportFrom):
                return line - 1, False
            return (first, True) if first else (line - 1, True)
    return first, True
