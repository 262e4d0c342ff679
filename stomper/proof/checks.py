"""Look at a change for what its words take for granted, and say what does not hold."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from stomper.grades import Grade
from stomper.proof import reader_checks, syntax_checks
from stomper.proof.change import Change
from stomper.proof.fixer_rows import OWN_IMPORTS
from stomper.proof.imports import same_imports
from stomper.proof.rows import Check
from stomper.proof.words import Word
from stomper.python import CannotReadError

STUB, PYTHON = ".pyi", (".py", ".pyi")


def speak(words: Collection[Word], change: Change) -> Word:
    """Give one word about a change, from those about what it fixes: the weakest, if all of their checks hold.

    Also looked at are the imports that any change may bring. Without a word there is no grade.
    """
    if lacking := next((word for word in words if word.grade is None), None if words else Word(None)):
        return lacking
    weakest = max(words, key=lambda word: word.grade is not Grade.SAFE)
    if change.path.endswith(STUB):
        return weakest
    try:
        doubt = next(_doubts({check for word in words for check in word.checks}, change), "")
    except (CannotReadError, RecursionError) as error:
        doubt = f"it cannot be looked at: {error}"
    if doubt:
        return Word(None, doubt, f"a test that runs it ({doubt})")
    return weakest if not looks_beyond(change) else replace(weakest, grade=Grade.PROVED)


def looks_beyond(change: Change) -> bool:
    """Say whether other files had a say, as they have in what becomes of imports: then it is proved and no more."""
    return change.path.endswith(PYTHON) and change.fixer not in OWN_IMPORTS and not same_imports(*change.trees)


def doubt_of_imports(change: Change) -> str:
    """Say what is in doubt about the imports that a change of Python source brings, moves and takes away."""
    if change.path.endswith(STUB):
        return ""
    try:
        return reader_checks.of_imports(change) if looks_beyond(change) else ""
    except (CannotReadError, RecursionError) as error:
        return f"it cannot be looked at: {error}"


def _doubts(checks: set[Check], change: Change) -> Iterator[str]:
    if not change.path.endswith(PYTHON):
        yield "it is no Python file"
        return
    if looks_beyond(change):
        yield reader_checks.of_imports(change)
    yield from filter(None, (DOUBTS[check](change) for check in sorted(checks) if check in DOUBTS))


DOUBTS: dict[Check, Callable[[Change], str]] = {
    Check.CODE: syntax_checks.of_code,
    Check.DOCS: reader_checks.of_docs,
    Check.ANNOTATIONS: reader_checks.of_annotations,
    Check.BUILTINS: syntax_checks.of_builtins,
    Check.NAMES: reader_checks.of_names,
    Check.RUFF: reader_checks.of_ruff,
    Check.BASES: syntax_checks.of_bases,
    Check.SUPER: syntax_checks.of_super,
    Check.FORMAT: syntax_checks.of_format,
}
