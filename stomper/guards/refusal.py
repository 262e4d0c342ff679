"""The verdicts of guards: a finding with its place, and the action that its policy demands."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from stomper.models import printable
from stomper.settings import Policy
from stomper.text.counts import and_more

SHOWN = 60
MODULE = "<module>"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a change did. `line` is 0 if there is none; `gone` if it is one of the file before the change."""

    text: str
    line: int = 0
    scope: str = ""
    gone: bool = False
    code: str = ""
    """The code that is meant, where the text does not say it."""

    @property
    def place(self) -> str:
        """The line and the function, for people; empty if there is no line."""
        if not self.line:
            return ""
        function = f", in {self.scope}" if self.scope not in ("", MODULE) else ""
        code = f"{self.code}, " if self.code else ""
        return printable(f"{code}line {self.line}{' before the change' if self.gone else ''}{function}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A guard's finding, its place, and its policy's answer."""

    policy: Policy
    text: str
    place: str = ""

    @property
    def told(self) -> str:
        """The text with its place, for the report."""
        return f"{self.text} ({self.place})" if self.place else self.text


def refuse(policy: Policy, findings: Sequence[Finding]) -> list[Refusal]:
    """Turn the findings of a guard into one refusal; the first one's place is named, the number of the others too."""
    if not findings:
        return []
    return [Refusal(policy, findings[0].text + and_more(len(findings) - 1), findings[0].place)]


def quoted(node: ast.AST) -> str:
    """The code of a node on one line, cut if it is long, for a message."""
    try:
        code = " ".join(ast.unparse(node).split())
    except (AttributeError, TypeError, ValueError, RecursionError):  # a node of newer syntax
        code = type(node).__name__
    return f"`{printable(code if len(code) <= SHOWN else f'{code[: SHOWN - 3]}...')}`"
