"""Write prompts for agents: the diagnostics, the code, the project's rules, and the results of earlier attempts.

What writes it is imported when the first prompt is written: most runs ask no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from stomper.fixers.base import FixRequest, Lesson
from stomper.fixers.prompts.source import TEMPLATE
from stomper.models import AttemptResult
from stomper.settings import STRATEGIES, AnswerForm, PromptChoice, PromptStrategy, Settings

FIRST = STRATEGIES.index("normal")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it is sent, and the kind it is of."""

    text: str
    strategy: PromptStrategy


@runtime_checkable
class Asking(Protocol):
    """A fixer that asks a model: what it would send can be seen without sending it."""

    def prompt(self, request: FixRequest) -> Prompt:
        """Write the prompt that `fix` sends. Raises the errors of `write_prompt`."""
        ...


def write_prompt(
    request: FixRequest, settings: Settings, *, answer: AnswerForm = "edits", strategy: PromptStrategy | None = None
) -> Prompt:
    """Write the prompt for one attempt, in at most `settings.prompts.max_bytes` bytes.

    `answer` is how the model gives the new file: "edits" where a client edits it itself. `strategy` (or that
    of the request) is how much it is told, unless the user fixed that; None: more with each attempt that was not
    kept. Raises ToolError if not even one diagnostic fits, or where the project's own template fails.
    """
    from stomper.fixers.prompts.context import gather
    from stomper.fixers.prompts.writing import fit, own_template

    chosen = choose_strategy(settings.prompts.strategy, strategy or request.strategy, request.lessons)
    prompts = settings.prompts
    material = gather(request, answer, chosen, settings.allow_other_files, own=prompts.own)
    template = own_template(request.root) if prompts.own else None
    return Prompt(fit(template, material, prompts.max_bytes), chosen)


def choose_strategy(
    configured: PromptChoice, suggested: PromptStrategy | None, lessons: Sequence[Lesson]
) -> PromptStrategy:
    """The user's choice, else the suggested one, else normal and one more for each attempt that was not kept."""
    if configured != "auto":
        return configured
    if suggested is not None:
        return suggested
    in_vain = sum(lesson.result is not AttemptResult.KEPT for lesson in lessons)
    return STRATEGIES[min(FIRST + in_vain, len(STRATEGIES) - 1)]


def check_template(content: bytes) -> None:
    """Raises ConfigError, with the line, for a project's template (`TEMPLATE`) that cannot be used."""
    from stomper.fixers.prompts.writing import try_out

    try_out(content)


__all__ = ["STRATEGIES", "TEMPLATE", "Asking", "Prompt", "check_template", "choose_strategy", "write_prompt"]
