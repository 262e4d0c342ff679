"""What is read from a tool's output, whatever its format, before it is known to be about a file of the project."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stomper.errors import CheckerError
from stomper.models import Diagnostic, Severity

# The words of the tools at hand. The numbers are eslint's.
SEVERITIES = {
    **dict.fromkeys(
        ("error", "err", "fatal", "failure", "critical", "high", "blocker", "major", "e", "f", "2"), "error"
    ),
    **dict.fromkeys(("warning", "warn", "medium", "minor", "w", "1"), "warning"),
    **dict.fromkeys(("information", "info", "note", "notice", "low", "recommendation", "i", "n"), "information"),
    **dict.fromkeys(("hint", "style", "convention", "refactor", "none", "c", "r"), "hint"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One complaint as the tool told it. The diagnostic's path is still the tool's word: absolute or relative.

    A `suppressed` one counts for what the exit code means and is no diagnostic. `fixes` are SARIF's, as
    they are in the log, and `run` is the part of it that says how to read them.
    """

    diagnostic: Diagnostic
    suppressed: bool = False
    fixes: tuple[Mapping[str, Any], ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)

    @property
    def column_kind(self) -> str:
        """The unit that columns are counted in, '' where the tool does not say."""
        return str(self.run.get("columnKind", ""))


def severity_of(word: object) -> Severity:
    """What a tool's word for it means; one that nobody knows is an error."""
    return Severity(SEVERITIES.get(str(word).strip().lower(), "error"))


def unreadable(name: str, entry: object) -> CheckerError:
    return CheckerError(f"{name}'s output has an entry that cannot be read: {entry!r:.400}")
