"""The nodes that `ast` has for newer syntax, for those Pythons whose `ast` has none."""

import ast


class TypeAlias(ast.stmt):
    """`type NAME[PARAMETERS] = VALUE`."""

    _fields = ("name", "type_params", "value")


class TypeVar(ast.AST):
    """`T: BOUND = DEFAULT` among the parameters of a type; `star` is `*` or `**` before it."""

    _fields = ("name", "star", "bound", "default")


class FunctionDef(ast.FunctionDef):
    """A function with parameters of types."""

    _fields = (*(name for name in ast.FunctionDef._fields if name != "type_params"), "type_params")


class AsyncFunctionDef(ast.AsyncFunctionDef):
    """The same of an asynchronous function."""

    _fields = (*(name for name in ast.AsyncFunctionDef._fields if name != "type_params"), "type_params")


class ClassDef(ast.ClassDef):
    """A class with parameters of types."""

    _fields = (*(name for name in ast.ClassDef._fields if name != "type_params"), "type_params")


class TemplateStr(ast.expr):
    """A t-string: text and `FormattedValue`s."""

    _fields = ("values",)


class LazyImport(ast.Import):
    """`lazy import`."""


class LazyImportFrom(ast.ImportFrom):
    """`lazy from`."""
