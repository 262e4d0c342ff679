"""Look at a change for what its words take for granted, and say what does not hold."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from stomper.grades import Grade
from stomper.proof import annotation_checks, reader_checks, syntax_checks
from stomper.proof.change import Change
from stomper.proof.fixer_rows import OWN_IMPORTS
from stomper.proof.imports import same_bindings, same_imports
from stomper.proof.rows import Check
from stomper.proof.ruff_needs import A_TEST
from stomper.proof.words import Word
from stomper.python import NOTEBOOK, CannotReadError

STUB, PYTHON = ".pyi", (".py", ".pyi", NOTEBOOK)


def speak(words: Collection[Word], change: Change) -> Word:
    """Give one word about a change, from those about what it fixes: the weakest, if nothing stands against them.

    Without a word, and where one has no grade, there is none.
    """
    if lacking := next((word for word in words if word.grade is None), None if words else Word(None)):
        return lacking
    if doubt := doubt_about(words, change):
        return Word(None, doubt, f"{A_TEST} ({doubt})")
    weakest = max(words, key=lambda word: word.grade is not Grade.SAFE)
    return replace(weakest, grade=Grade.PROVED) if looks_beyond(change) else weakest


def doubt_about(words: Collection[Word], change: Change) -> str:
    """Say what stands against the words about a change: a check of theirs, or imports that it brings along; or ''."""
    if change.path.endswith(STUB):
        return ""
    try:
        return next(_doubts({check for word in words for check in word.checks}, change), "")
    except (CannotReadError, RecursionError) as error:
        return f"it cannot be looked at: {error}"


def looks_beyond(change: Change) -> bool:
    """Say whether other files had a say, as they have in what becomes of imports: then it is proved and no more."""
    return change.path.endswith(PYTHON) and change.fixer not in OWN_IMPORTS and not same_imports(*change.trees)


def _doubts(checks: set[Check], change: Change) -> Iterator[str]:
    if not change.path.endswith(PYTHON):
        yield "it is no Python file"
        return
    elsewhere = Check.MEANINGS in checks and same_bindings(*change.trees)  # it looks at what the names mean
    if looks_beyond(change) and not elsewhere and (doubt := reader_checks.of_imports(change)):
        yield doubt
    yield from filter(None, (DOUBTS[check](change) for check in sorted(checks) if check in DOUBTS))


DOUBTS: dict[Check, Callable[[Change], str]] = {
    Check.CODE: syntax_checks.of_code,
    Check.DOCS: reader_checks.of_docs,
    Check.ANNOTATIONS: annotation_checks.of_annotations,
    Check.MEANINGS: annotation_checks.of_meanings,
    Check.BUILTINS: syntax_checks.of_builtins,
    Check.NAMES: reader_checks.of_names,
    Check.RUFF: reader_checks.of_ruff,
    Check.BASES: syntax_checks.of_bases,
    Check.SUPER: syntax_checks.of_super,
    Check.WORDS: syntax_checks.of_words,
    Check.FORMAT: syntax_checks.of_format,
}
