"""The fixers that have files in `tests/cases`."""

import sys
from dataclasses import dataclass

from stomper.fixers import Fixer, unsafe_codes
from stomper.fixers.annotate import AnnotateFixer
from stomper.fixers.annotate.fixer import CODES as ANNOTATED_CODES
from stomper.fixers.codemods import CODEMODS, CodemodFixer
from stomper.fixers.codemods.base import Claim
from stomper.fixers.ruff_format import CODES, RuffFormatFixer
from stomper.fixers.ruff_unsafe import RuffUnsafeFixer
from tests.kit.fakes import real_tool
from tests.kit.warm_mypy import PROGRAM, WarmMypy

MYPY = WarmMypy(PROGRAM, sys.executable)
RUFF = real_tool("ruff") or ""
FORMATTED, TRIED = (frozenset(("ruff", code) for code in codes) for codes in (CODES, unsafe_codes.TRIED))

ANNOTATED = frozenset(("mypy", code) for code in ANNOTATED_CODES)


@dataclass(frozen=True)
class Subject:
    """A fixer with files in tests/cases/NAME, and the codes that it is there for."""

    name: str
    fixer: Fixer
    claims: frozenset[Claim]


SUBJECTS = [
    *(
        Subject(codemod.name, CodemodFixer(codemod, RUFF, mypy=MYPY if codemod.asks else None), codemod.claims)
        for codemod in CODEMODS
    ),
    Subject("ruff-format", RuffFormatFixer(RUFF), FORMATTED),
    Subject("ruff-unsafe", RuffUnsafeFixer(RUFF), TRIED),
    Subject("annotate", AnnotateFixer(MYPY, RUFF), ANNOTATED),
]
