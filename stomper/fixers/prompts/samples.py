"""Samples that a project's template is tried on before anything starts: each strategy, each way to answer, a retry."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, get_args

from stomper.fixers.base import Lesson
from stomper.fixers.prompts.advice import parse_advice
from stomper.fixers.prompts.context import DETAILS, Material, make_context
from stomper.fixers.prompts.project_rules import Fact
from stomper.fixers.prompts.regions import read_outline
from stomper.fixers.prompts.source import read_source
from stomper.models import AttemptResult, Diagnostic
from stomper.settings import AnswerForm, PromptStrategy

TEXT = "import os\n\n\ndef total(items):\n    l = sum(items)\n    return l\n"
ADVICE = "# E741: unclear name\n\nMeaning.\n\nFix: rename.\n\nDo not: x.\n\nBefore:\n\nl = 1\n\nAfter:\n\nn = 1\n"
FOUND = Diagnostic("ruff", "E741", "Ambiguous variable name: `l`", "sample.py", 5, 5)
TRY = Lesson(
    "agent", AttemptResult.WORSE, "would add F821", "-    l = sum(items)\n+    n = sum(items)\n", (FOUND, FOUND)
)


def samples() -> Iterator[dict[str, Any]]:
    """Variables as a prompt has them: of a file shown whole, of one shown in parts, of an empty one."""
    answers: tuple[AnswerForm, ...] = get_args(AnswerForm)
    for strategy, answer, lessons in product(DETAILS, answers, ((), (TRY, TRY))):
        yield make_context(_material(strategy, answer, lessons, TEXT), DETAILS[strategy])
    for answer, text in product(answers, ("", TEXT * 20)):
        yield make_context(_material("normal", answer, (), text), replace(DETAILS["normal"], whole=0, body=0))


def _material(strategy: PromptStrategy, answer: AnswerForm, lessons: tuple[Lesson, ...], text: str) -> Material:
    return Material(
        root=Path("/nowhere"),
        path="sample.py",
        source=read_source("sample.py", text.encode()),
        outline=read_outline(text),
        diagnostics=(FOUND, FOUND),
        advice=(parse_advice("ruff", "E741", ADVICE),),
        facts=(Fact("line length", "88", ""),),
        lessons=lessons,
        answer=answer,
        strategy=strategy,
        other_files=False,
    )
