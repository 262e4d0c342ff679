"""Tells a new exception of a `raise` from one that may exist already, such as the one caught."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from stomper.disk.regular_files import read_regular
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.scopes import Builtin, Defined, Imported, Meaning, Scopes
from stomper.python import CannotReadError, decode

MOST_STEPS = 5
INIT = "__init__.py"
# PEP 8: classes are called so. What an installed package calls so and lets be called with arguments makes something:
# a function of that name that gives back the exception it is given would be one against all custom.
CAP_WORDS = re.compile(r"_*[A-Z][A-Z0-9]*[a-z]\w*")
# Past the last line: what a module gives to others.
END = sys.maxsize


class NewExceptions:
    """The expressions of one file."""

    def __init__(self, source: Source, scopes: Scopes) -> None:
        self.source, self.scopes = source, scopes

    def is_new(self, raised: ast.expr | None) -> bool:
        """Say whether an expression behind `raise` makes an exception, or names a class of which Python makes one."""
        if isinstance(raised, ast.IfExp):
            return self.is_new(raised.body) and self.is_new(raised.orelse)
        if isinstance(raised, ast.Call):
            return self._makes(raised)
        return raised is not None and self._is_class(raised, is_called=False)

    def is_class(self, named: ast.expr) -> bool:
        """Return whether an expression names an exception that Python or the project defines as a plain class."""
        return self._is_class(named, is_called=False)

    def is_ours(self, meaning: Imported) -> bool:
        """Return whether something is imported from a module of the checkout."""
        path, module = self.source.path, meaning.module
        return module.startswith(".") or self._file(path, module) is not None or self._is_ours(path, module)

    def _makes(self, call: ast.Call) -> bool:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == "with_traceback":  # gives back what it is called on
            return isinstance(func.value, ast.Call) and self._makes(func.value)
        if isinstance(func, ast.Attribute) and func.attr == "__class__":
            return True
        if isinstance(func, ast.Call) and isinstance(func.func, ast.Name) and len(func.args) == 1:
            return func.func.id == "type" and self.scopes.is_builtin("type", func.lineno)
        return self._is_class(func, is_called=True)

    def _is_class(self, named: ast.expr, is_called: bool) -> bool:
        root, names = dotted(named)
        meaning = self.scopes.meaning(root, named.lineno) if root else None
        if not names:
            return self._means_class(self.source.path, meaning, is_called)
        if not isinstance(meaning, Imported):
            return False
        module = joined(meaning)
        return self._means_class(self.source.path, Imported(".".join([module, *names[:-1]]), names[-1]), is_called)

    def _means_class(self, path: str, meaning: Meaning | None, is_called: bool, steps: int = MOST_STEPS) -> bool:
        if isinstance(meaning, Builtin):
            return meaning.is_exception
        if isinstance(meaning, Defined):
            return _is_plain_class(meaning.node) and self._has_plain_bases(path, meaning.node, steps)
        if not isinstance(meaning, Imported) or meaning.name is None or not steps:
            return False
        file = self._file(path, meaning.module)
        if file is None:
            outside = not meaning.module.startswith(".") and not self._is_ours(path, meaning.module)
            return outside and is_called and CAP_WORDS.fullmatch(meaning.name) is not None
        there = _read(self.source.root / file)
        given = there.meaning(meaning.name, END) if there is not None else None
        return not isinstance(given, Builtin) and self._means_class(file, given, is_called, steps - 1)

    def _has_plain_bases(self, path: str, node: ast.AST, steps: int) -> bool:
        """Return whether a class's bases make a new object each time too: `__new__` is inherited."""
        scopes = self.scopes if path == self.source.path else _read(self.source.root / path)
        if scopes is None or not isinstance(node, ast.ClassDef) or not steps:
            return False
        return all(self._is_plain_base(path, scopes, base, steps - 1) for base in node.bases)

    def _is_plain_base(self, path: str, scopes: Scopes, base: ast.expr, steps: int) -> bool:
        root, names = dotted(base.value if isinstance(base, ast.Subscript) else base)
        meaning = scopes.meaning(root, base.lineno) if root else None
        if isinstance(meaning, Builtin) and not names:
            return meaning.is_class
        if names and isinstance(meaning, Imported):
            meaning = Imported(".".join([joined(meaning), *names[:-1]]), names[-1])
        elif names:
            return False
        return self._means_class(path, meaning, is_called=True, steps=steps)

    def _file(self, path: str, module: str) -> str | None:
        """The file of a module as seen from the file `path`, relative to the top of the checkout."""
        parts = [part for part in module.lstrip(".").split(".") if part]
        for folder in self._folders(path, module):
            base = folder.joinpath(*parts)
            for file in (base / INIT, base.with_name(f"{base.name}.py")) if parts else (base / INIT,):
                if (self.source.root / file).is_file():
                    return file.as_posix()
        return None

    def _is_ours(self, path: str, module: str) -> bool:
        """Say whether the package that a module is in is one of the checkout, though its file was not found."""
        first = module.partition(".")[0]
        return any((self.source.root / folder / first).is_dir() for folder in self._folders(path, module))

    def _folders(self, path: str, module: str) -> Iterator[PurePosixPath]:
        parents = list(PurePosixPath(path).parents)
        if level := len(module) - len(module.lstrip(".")):
            yield from parents[level - 1 : level]
            return
        yield from (folder for folder in parents if not (self.source.root / folder / INIT).is_file())
        yield PurePosixPath("src")


def dotted(named: ast.expr) -> tuple[str, list[str]]:
    """The first name of `a.b.c`, and the others; '' for what is no such thing."""
    names: list[str] = []
    while isinstance(named, ast.Attribute):
        names.insert(0, named.attr)
        named = named.value
    return (named.id, names) if isinstance(named, ast.Name) else ("", [])


def joined(module: Imported) -> str:
    """The module that an imported name stands for, if it is one."""
    if module.name is None:
        return module.module
    return module.module + module.name if module.module.endswith(".") else f"{module.module}.{module.name}"


def _is_plain_class(node: ast.AST) -> bool:
    """A class that makes a new object each time, as far as it says itself."""
    if not isinstance(node, ast.ClassDef) or node.decorator_list or node.keywords:
        return False
    methods = (one.name for one in node.body if isinstance(one, ast.FunctionDef))
    return "__new__" not in methods


def _read(file: Path) -> Scopes | None:
    try:
        return Scopes(decode(read_regular(file)))
    except (OSError, CannotReadError):
        return None
