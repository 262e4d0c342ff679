"""The corpus of changes in `tests/hostile/guards/`: what is to become of each, and who is to refuse it.

A file holds `## before PATH` and below it a version of that file; behind it versions after a change, each below
a line `## GUARD: NAME`. GUARD is a key of `[tool.stomper.guards]`, several with `|` between if either may speak first,
or `accept`.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.guards import Refusal, judge_change
from stomper.settings import GuardSettings

CORPUS = Path(__file__).parent.parent / "hostile" / "guards"
HEAD = re.compile(r"^## (?:before (?P<path>\S+)|(?P<guards>[\w|]+): (?P<name>.*))\n", re.MULTILINE)
ACCEPT = "accept"


@dataclass(frozen=True)
class Change:
    """One change of a file; `guards` are those of which one must refuse it, none where it is honest."""

    name: str
    path: str
    before: str
    after: str
    guards: frozenset[str]

    def refusals(self) -> list[Refusal]:
        """All that is said of it. The policy of those who must speak is `warn`, so that they are told apart."""
        policies: dict[str, Any] = dict.fromkeys(self.guards, "warn")
        settings = dataclasses.replace(GuardSettings(), **policies)
        return judge_change(self.path, self.before.encode(), self.after.encode(), settings)


def read_changes() -> Iterator[Change]:
    """Read the whole corpus."""
    for file in sorted(CORPUS.glob("*.txt")):
        text, path, before = file.read_text(), "", ""
        heads = list(HEAD.finditer(text))
        for head, behind in zip(heads, [*heads[1:], None], strict=True):
            code = text[head.end() : behind.start() if behind else None]
            if head["path"]:
                path, before = head["path"], code
            else:
                guards = frozenset(head["guards"].split("|")) - {ACCEPT}
                yield Change(f"{file.stem}: {head['name']}", path, before, code, guards)
