"""Prompts for a file in a plain folder: no repository and no worktree is needed to write one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper.fixers.base import FixRequest, Lesson
from stomper.fixers.prompts import Prompt, write_prompt
from stomper.models import AttemptResult, Diagnostic
from stomper.settings import AnswerForm, PromptSettings, PromptStrategy, Settings


@dataclass
class Desk:
    """A folder with files, and the prompts for one of them."""

    root: Path
    path: str = "a.py"
    lessons: list[Lesson] = field(default_factory=list)

    def put(self, path: str, content: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def request(self, *diagnostics: Diagnostic) -> FixRequest:
        return FixRequest(self.root, self.path, diagnostics, None, self.root, tuple(self.lessons))

    def prompt(
        self,
        *diagnostics: Diagnostic,
        answer: AnswerForm = "edits",
        strategy: PromptStrategy | None = None,
        settings: Settings | None = None,
    ) -> Prompt:
        return write_prompt(self.request(*diagnostics), settings or Settings(), answer=answer, strategy=strategy)


def found(code: str, line: int, message: str = "is wrong", tool: str = "ruff", path: str = "a.py") -> Diagnostic:
    return Diagnostic(tool, code, message, path, line, 1)


def tried(result: AttemptResult, detail: str = "", diff: str = "", left: Sequence[Diagnostic] | None = None) -> Lesson:
    """A try that is told of to the next."""
    return Lesson("codex", result, detail, diff, None if left is None else tuple(left))


def at_most(max_bytes: int) -> Settings:
    return Settings(prompts=PromptSettings(max_bytes=max_bytes))
