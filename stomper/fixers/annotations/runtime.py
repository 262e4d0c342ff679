"""Proves that annotations can be evaluated where they are written, in every Python that the project is for."""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stomper.fixers.annotations.availability import holds_in
from stomper.fixers.annotations.classes import Classes
from stomper.fixers.annotations.evaluation import Interpreter, Question
from stomper.fixers.annotations.modules import Module, Modules
from stomper.fixers.annotations.names import OWN, bound
from stomper.metadata.supported_pythons import Promise


@dataclass(frozen=True, slots=True)
class Written:
    """An expression, the line that it is evaluated on, and the names of the class around it, which come first there."""

    expression: str
    line: int
    shadows: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Runtime:
    """The facts of one module of the project at run time."""

    modules: Modules
    module: Module
    interpreter: Interpreter
    promise: Promise

    def holds(self, written: Sequence[Written]) -> list[bool]:
        """Of each expression whether it evaluates for certain; all of them are asked about at once."""
        certain = dict(_certain(self.module))
        questions = [self._question(one, certain) for one in written]
        known = [question for question in questions if question]
        answers = dict(zip(known, self.interpreter.holds(known) if known else [], strict=True))
        speaks = bool(known) and self._speaks
        return [
            question is not None and (answers[question] or not speaks) and self._in_the_oldest(one)
            for one, question in zip(written, questions, strict=True)
        ]

    def prepare(self, written: Sequence[Written], imports: Sequence[tuple[str, str]]) -> None:
        """Ask all of it at once, in one process; the answers are remembered."""
        certain = dict(_certain(self.module))
        questions = [question for one in written if (question := self._question(one, certain))]
        if questions := [*questions, *map(_of_import, imports)]:
            self.interpreter.holds(questions)

    def has(self, imports: Sequence[tuple[str, str]]) -> list[bool]:
        """Of each (module, name) whether it can be imported."""
        there = self.interpreter.holds([_of_import(one) for one in imports]) if imports else []
        speaks = self._speaks
        return [
            (answer or not speaks)
            and (module != "typing" or holds_in(_parsed(f"typing.{name}"), ast.unparse, self.promise.oldest))
            for (module, name), answer in zip(imports, there, strict=True)
        ]

    @property
    def _speaks(self) -> bool:
        """Say whether the interpreter is one that the file is for. One that does not answer at all says no to all."""
        version = self.interpreter.version
        return version is None or version in self.promise.pythons

    def _in_the_oldest(self, one: Written) -> bool:
        """The interpreter speaks for its own version; for an older one what is known of it."""
        if self.interpreter.version == self.promise.oldest:
            return True
        return holds_in(_parsed(one.expression), self._full, self.promise.oldest)

    def _full(self, node: ast.expr) -> str:
        full = self.module.names.full(node)
        return full.rpartition(".")[2] if self._class(full) else full

    def _question(self, one: Written, certain: dict[str, int]) -> Question | None:
        """None if a name means something that is not known, or not yet, or not always."""
        imports, classes = set(), set()
        for node in _roots(_parsed(one.expression)):
            name = ast.unparse(node)
            first = name.partition(".")[0]
            full = self.module.names.full(node)
            if first in one.shadows or certain.get(first, 0) >= one.line:
                return None
            if full.startswith("builtins."):
                continue
            if self._class(full) and "." not in name:
                classes.add(name)
            elif not full or full.startswith(OWN) or self._is_own(full):
                return None
            else:
                imports.add(_import(first, self.module.names.meanings[first], name, full))
        return Question(one.expression, tuple(sorted(imports)), tuple(sorted(classes)))

    def _class(self, full: str) -> bool:
        """Say whether a name is a class of the project, of which nothing says that it may not stand beside a `|`."""
        found = Classes(self.modules).find(self.module, full) if full else None
        if found is None:
            return False
        metaclasses = [keyword.value for keyword in found[1].keywords if keyword.arg == "metaclass"]
        return all(ast.unparse(one).rpartition(".")[2] == "ABCMeta" for one in metaclasses)

    def _is_own(self, full: str) -> bool:
        parts = full.split(".")
        names = (".".join(parts[:number]) for number in range(len(parts), 0, -1))
        return any(self.modules.file(name, self.module.path) for name in names)


def _of_import(one: tuple[str, str]) -> Question:
    return Question("", (("_", *one),))


def _import(local: str, meaning: str, name: str, full: str) -> tuple[str, str, str]:
    """Give what must be imported for a name: a module, or a name of one."""
    if "." in name and meaning == local:  # `import a.b`: the module is all of it but the last part
        module = full.rpartition(".")[0]
        return local, module if module.partition(".")[0] == local else meaning, ""
    module, _, last = meaning.rpartition(".")
    return (local, module, last) if module else (local, meaning, "")


def _certain(module: Module) -> Iterator[tuple[str, int]]:
    """The names that are bound for certain at the top, with the line from which on: of the first time."""
    seen: set[str] = set()
    for node in module.tree.body:
        if not isinstance(node, ast.If | ast.Try | ast.While | ast.For | ast.With | ast.Match):
            for name, _ in bound(node, module.names.package):
                if name not in seen:
                    seen.add(name)
                    yield name, node.end_lineno or node.lineno
    for name in module.names.meanings:
        if name not in seen:
            yield name, sys.maxsize


def _roots(node: ast.expr) -> Iterator[ast.expr]:
    """The names of an expression, with the attributes that are taken of them."""
    if isinstance(node, ast.Name | ast.Attribute):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _roots(child)


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body
