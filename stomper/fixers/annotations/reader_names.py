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
SEEN = re.compile(rb"\b(?:" + "|".join(sorted(ALWAYS | HOOKS | SIGNATURES)).encode() + rb")\b")


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


def _words(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
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
