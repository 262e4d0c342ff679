"""LibCST's strings as `ast`'s: those beside each other are one, with their values and not their spelling."""

import ast
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import libcst as cst

from stomper.python import nodes as newer_nodes

nodes: Any = newer_nodes

ESCAPE = re.compile(r"\\(?:N\{[^}]*\}|x..|u.{4}|U.{8}|[0-7]{1,3}|.)", re.DOTALL)

Convert: TypeAlias = Callable[[Any], Any]
Formatted = cst.FormattedString | cst.TemplatedString


def identifier(name: str) -> str:
    """A name as Python reads it: several spellings are one."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def joined(found: Sequence[Any], convert: Convert, module: cst.Module) -> Any:
    """One string of several beside each other."""
    plain = [part for node in found for part in _flat(node)]
    values = _merged([value for part in plain for value in _values(part, convert, module)])
    if any(isinstance(part, cst.TemplatedString) for part in plain):
        made: Any = nodes.TemplateStr(values)
    elif any(isinstance(part, cst.FormattedString) for part in plain):
        made = ast.JoinedStr(values)
    else:
        empty = ast.Constant(b"" if "b" in plain[0].prefix.lower() else "", None)
        made = values[0] if values else empty
        made.kind = "u" if plain[0].prefix.lower() == "u" else None
    return made


def _flat(node: Any) -> Iterator[Any]:
    """The strings of a concatenation, which leans to the right."""
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _merged(values: Sequence[Any]) -> list[Any]:
    """The values with text beside text as one, and without empty text."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, ast.Constant) and found and isinstance(found[-1], ast.Constant):
            before: Any = found[-1].value
            found[-1] = ast.Constant(before + value.value, None)
        elif not isinstance(value, ast.Constant) or value.value:
            found.append(value)
    return found


def _values(node: Any, convert: Convert, module: cst.Module) -> Iterator[Any]:
    if not isinstance(node, Formatted):
        yield ast.Constant(_evaluated(node.value), None)
        return
    prefix = node.prefix.lower().replace("f", "").replace("t", "")
    yield from _parts(node.parts, prefix, convert, module)


def _parts(parts: Sequence[Any], prefix: str, convert: Convert, module: cst.Module) -> Iterator[Any]:
    for part in parts:
        if isinstance(part, cst.FormattedStringText | cst.TemplatedStringText):
            yield ast.Constant(_text(part.value, prefix), None)
            continue
        conversion = ord(part.conversion) if part.conversion else -1
        if part.equal is not None:
            yield ast.Constant(_shown(part, module), None)
            conversion = ord("r") if conversion < 0 and part.format_spec is None else conversion
        spec = None
        if part.format_spec is not None:
            spec = ast.JoinedStr(_merged(list(_parts(part.format_spec, prefix, convert, module))))
        yield ast.FormattedValue(convert(part.expression), conversion, spec)


def _shown(part: Any, module: cst.Module) -> str:
    """The code of a field with `=`, blanks included, which is a part of the text."""
    code = module.code_for_node
    return (
        code(part.whitespace_before_expression) + code(part.expression)
        + code(part.whitespace_after_expression) + code(part.equal)
    )  # fmt: skip


def _text(value: str, prefix: str) -> str:
    """The text between fields, as it is in the end. A backslash before a field stands for itself."""
    plain = value.replace("{{", "{").replace("}}", "}")
    return plain if "r" in prefix else ESCAPE.sub(lambda found: str(_evaluated(f"'{found[0]}'")), plain)


def _evaluated(code: str) -> str | bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value: str | bytes = ast.literal_eval(code)
    return value
