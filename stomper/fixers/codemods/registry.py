"""The codemods, in the order in which they are tried: the exact ones first. A new one is a module and a line here."""

from stomper.fixers.codemods.base import Codemod


def _ruff(name: str, *codes: str) -> Codemod:
    return Codemod(name, frozenset(("ruff", code) for code in codes))


def _mypy(name: str, *codes: str) -> Codemod:
    return Codemod(name, frozenset(("mypy", code) for code in codes))


CODEMODS: tuple[Codemod, ...] = (_ruff("raise-from", "B904"),)
