"""The words of a module by which it may read annotations, its own or those of others."""

import ast
import re
from collections.abc import Iterator

ALWAYS = frozenset({"get_type_hints", "get_annotations", "__annotations__", "__annotate__", "annotationlib"})
"""What is said for nothing else."""
HOOKS = frozenset({"beartype_this_package", "beartype_packages", "beartype_package", "beartype_all"})
HOOKS |= frozenset({"install_import_hook", "beartyping"})
"""What makes something of every annotation of a project."""
SIGNATURES = frozenset({"signature", "getfullargspec", "get_signature"})
"""What gives annotations among other things."""
OF_SIGNATURES = frozenset({"annotation", "return_annotation", "annotations"})
READING = ALWAYS | HOOKS | SIGNATURES
SEEN = re.compile(rb"\b(?:" + "|".join(sorted(READING)).encode() + rb")\b")


def reads_annotations(tree: ast.Module) -> str:
    """The word by which a module may read an annotation; '' if it reads none."""
    words = set(_words(tree))
    certain = words & (ALWAYS | HOOKS)
    if words & SIGNATURES and words & OF_SIGNATURES:
        certain |= words & SIGNATURES
    return min(certain, default="")


def reads_signatures(tree: ast.Module) -> str:
    """The same, for what may be read of the module's own functions: by a signature too."""
    return reads_annotations(tree) or min(set(_words(tree)) & SIGNATURES, default="")


def reading_lines(tree: ast.Module) -> list[int]:
    """The lines, counted from 1, on which a module may read annotations: what is imported reads where it is used.

    An import under another name is a place itself, since its uses do not show it.
    """
    places = (node for node in ast.walk(tree) if not (isinstance(node, ast.alias) and node.asname is None))
    seen = (node for node in places if READING.intersection(_words_of(node)))
    return sorted({node.lineno for node in seen if hasattr(node, "lineno")})


def _words(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        yield from _words_of(node)


def _words_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.alias(name=name):
            yield name.rpartition(".")[2]
        case ast.Call(args=inner):  # getattr(x, "__annotations__"), namespace.get("__annotations__")
            yield from (one.value for one in inner if isinstance(one, ast.Constant) and one.value in ALWAYS)
        case ast.Subscript(slice=ast.Constant(value=str(name))) if name in ALWAYS:
            yield name
        case _:
            pass
