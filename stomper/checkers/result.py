"""One result read from a tool's output, in any format, before its file is known to belong to the project."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stomper import process
from stomper.disk.parse import excerpt
from stomper.errors import CheckerError
from stomper.models import Diagnostic, Severity

BY_HAND = "Run it by hand to see more."

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
        """The unit that columns are counted in, '' if the tool does not say."""
        return str(self.run.get("columnKind", ""))


def severity_of(word: object) -> Severity:
    """Translate a tool's word for a severity. An unknown word means error."""
    return Severity(SEVERITIES.get(str(word).strip().lower(), "error"))


def no_result(name: str, done: process.Completed, hint: str = BY_HAND) -> CheckerError:
    """A tool that ended in a way, or with an exit code, that is not a result: how, and its own words."""
    return CheckerError(f"{name} gave no result ({done.how()}): {done.words()}", hint)


def contradiction(name: str, done: process.Completed, what: str = "output", hint: str | None = None) -> CheckerError:
    """A tool whose exit code says one thing and its output another."""
    text = f"{name}'s exit code {done.returncode} does not go with its {what}: {done.words(400)}"
    return CheckerError(text, hint)


def unreadable(name: str, entry: object) -> CheckerError:
    return CheckerError(f"{name}'s output has an entry that cannot be read: {excerpt(entry)}")
