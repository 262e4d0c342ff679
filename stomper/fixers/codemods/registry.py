"""The codemods, in the order in which they are tried: the exact ones first. A new one is a module and a line here."""

from dataclasses import replace

from stomper.fixers.codemods.base import Codemod
from stomper.fixers.equal_codes import with_equals
from stomper.suppressions.dialects import BY_TOOL, stale_code


def _ruff(name: str, *codes: str) -> Codemod:
    return Codemod(name, frozenset(("ruff", code) for code in codes))


def _layout(name: str, *codes: str) -> Codemod:
    return replace(_ruff(name, *codes), is_layout=True)


def _mypy(name: str, *codes: str) -> Codemod:
    return Codemod(name, with_equals(("mypy", code) for code in codes))


def _only_mypy(name: str, *codes: str) -> Codemod:
    """One that needs mypy's own words."""
    return Codemod(name, frozenset(("mypy", code) for code in codes))


EXACT: tuple[Codemod, ...] = (
    Codemod("class-var", frozenset({("ruff", "RUF012")}), annotates=True),
    Codemod("re-export", frozenset({("ruff", "F401")}), words="redundant alias"),
    _ruff("bare-except", "E722"),
    _ruff("raise-from", "B904"),
    _ruff("type-compare", "E721"),
    _ruff("star-argument", "B026"),
    _ruff("with-suppress", "SIM105"),
    _ruff("nested-if", "SIM102"),
    _ruff("percent-format", "UP031"),
    _ruff("percent-values", "UP031"),
    _ruff("useless-expression", "B018"),
    _ruff("local-names", "E741"),
    _ruff("plain-characters", "RUF002", "RUF003"),
    _ruff("unused-noqa", "RUF100"),
    Codemod("unused-ignore", frozenset((tool, stale_code(tool)) for tool in BY_TOOL if tool != "ruff")),
    _mypy("redundant-cast", "redundant-cast"),
    Codemod("implicit-optional", with_equals({("mypy", "assignment")}), "Incompatible default", annotates=True),
    _mypy("missing-return", "return"),
    _mypy("bare-return", "return-value"),
    _mypy("discarded-value", "func-returns-value"),
    Codemod("exit-return", with_equals({("mypy", "exit-return")}), annotates=True),
    _mypy("ignore-code", "ignore-without-code"),
    _mypy("explicit-override", "explicit-override"),
    Codemod("defining-module", with_equals({("mypy", "attr-defined")}), words="does not explicitly export attribute"),
)
TYPED: tuple[Codemod, ...] = (
    _only_mypy("wider-variable", "assignment", "arg-type"),
    replace(
        _only_mypy("given-types", "assignment", "var-annotated", "has-type", "name-defined", "attr-defined"),
        asks=True,
    ),
    _only_mypy("typed-return", "no-any-return"),
)
"""The codemods that go by types which annotations of functions have made known."""

LAST: tuple[Codemod, ...] = (
    _layout("long-strings", "E501"),
    _layout("long-comments", "E501"),
    _layout("long-docstrings", "E501"),
    _layout("read-docstrings", "E501"),
)
"""The codemods for what a formatter leaves."""

CODEMODS = (*EXACT, *TYPED, *LAST)
