"""What an agent is told."""

import json
from dataclasses import dataclass

from stomper.fixers.base import FixRequest
from stomper.settings import Settings

RULES = """\
Change this file only. Add no comment that silences a checker (noqa, type: ignore). Keep behaviour, public names
and tests as they are. Change nothing that the diagnostics do not ask for.
"""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it is sent, and the kind it is of."""

    text: str
    strategy: str


def write_prompt(request: FixRequest, settings: Settings) -> Prompt:
    """What to send for one try: the file, its diagnostics, the rules, and what earlier tries led to."""
    facts = [
        {"tool": d.tool, "code": d.code, "message": d.message, "line": d.line, "column": d.column}
        for d in request.diagnostics
    ]
    parts = [f"Fix these diagnostics in {request.path}:", json.dumps(facts, indent=1), RULES]
    for lesson in request.lessons[-1:]:
        parts += [f"The last try was not kept ({lesson.result}: {lesson.detail}). It was:", lesson.diff]
    return Prompt("\n".join(parts), "normal")
