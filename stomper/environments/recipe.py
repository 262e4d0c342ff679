"""A recipe: the commands that make a project's environment, each with what they were found by. Only data."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["own", "python", "node", "rust", "go"]

BASE, PYTHON, VENV = "{base}", "{python}", "{venv}"
"""In the words of a step: the interpreter that an environment is made of, that of the environment, its folder."""
SHOWN = {BASE: "python3", PYTHON: "python", VENV: ".venv"}


@dataclass(frozen=True, slots=True)
class Step:
    """One command. If it fails, `offline` is tried: the same from the tool's own cache, if there is one."""

    words: tuple[str, ...]
    offline: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The command for people."""
        return shlex.join(SHOWN.get(word, word) for word in self.words)

    def filled(self, places: Mapping[str, str]) -> tuple["Step", ...]:
        """The commands to try, with the places put in."""
        return tuple(
            Step(tuple(places.get(word, word) for word in words)) for words in (self.words, self.offline) if words
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What is made for one language, or by the project's own script.

    `because` is the file that it was found by, `reads` are those whose content it depends on; what of the commit
    `links` names is put into worktrees as it was made.
    """

    kind: Kind
    because: str
    steps: tuple[Step, ...]
    reads: tuple[str, ...]
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The commands for people, without the one that makes an empty environment."""
        return "; ".join(step.text for step in self.steps if VENV not in step.words)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The parts of an environment; none where there is nothing to make."""

    parts: tuple[Part, ...] = ()

    def has(self, kind: Kind) -> bool:
        return any(part.kind == kind for part in self.parts)

    @property
    def has_python(self) -> bool:
        """Say whether an environment of Python is made."""
        return any(BASE in step.words for part in self.parts for step in part.steps)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(sorted({path for part in self.parts for path in part.reads}))

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(note for part in self.parts for note in part.notes)

    @property
    def text(self) -> str:
        """All commands for people."""
        return "; ".join(filter(None, (part.text for part in self.parts)))
