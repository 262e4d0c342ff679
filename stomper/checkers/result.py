"""One result read from a tool's output, in any format, before its file is known to belong to the project."""

from collections.abc import Mapping, Sequence
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
class Bases:
    """The numbers, 0 or 1, that a tool gives to the first line and to the first column."""

    line: int = 1
    column: int = 1


FROM_ONE = Bases()


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


def unexpected_code(name: str, done: process.Completed, key: str, allowed: Sequence[int]) -> CheckerError:
    """An exit code that the configuration does not have among its results. The hint names the `key` that allows it."""
    now = spans(allowed)
    hint = f"If {done.returncode} is a result of {name}, add it to {key} (now {now}). {BY_HAND}"
    return no_result(name, done, hint)


def spans(numbers: Sequence[int]) -> str:
    """Give sorted numbers as the configuration writes them: `[0, 1, "4-31"]`; what follows in a row as one range."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [f'"{run[0]}-{run[-1]}"' if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return f"[{', '.join(words)}]"


def contradiction(name: str, done: process.Completed, what: str = "output", hint: str | None = None) -> CheckerError:
    """A tool whose exit code says one thing and its output another."""
    text = f"{name}'s exit code {done.returncode} does not go with its {what}: {done.words(400)}"
    return CheckerError(text, hint)


def unreadable(name: str, entry: object) -> CheckerError:
    return CheckerError(f"{name}'s output has an entry that cannot be read: {excerpt(entry)}")
