"""The words of commits, for tests that look at them alone."""

from collections.abc import Sequence
from pathlib import Path

from stomper.config import load_settings
from stomper.grades import Grade, Part
from stomper.landing.shares import Share
from stomper.landing.wording import Wording
from stomper.models import Attempt, AttemptResult, Blob, CodeTally, Diagnostic, Patch, Step
from stomper.settings import CommitStyle
from stomper.settings.commits import GitSettings


def plain_wording(run: str) -> Wording:
    """Words a run's commits in the plain style."""
    return Wording(run, GitSettings(commit_style="plain"))


def commit_message(path: str, step: Step, run: str, style: CommitStyle, parts: Sequence[Part] = ()) -> str:
    """Word the commit of one share in a style."""
    return Wording(run, GitSettings(commit_style=style)).message([Share(path, step, tuple(parts))])


def git_settings(top: Path, table: str) -> GitSettings:
    """The settings of commits by a table in the project's own file. Raises ConfigError for a wrong one."""
    (top / "stomper.toml").write_text(f"[git]\n{table}\n")
    return load_settings(top, {}, {}).git


def share(path: str, code: str, count: int = 1, *, tool: str = "ruff", grade: Grade = Grade.SAFE) -> Share:
    """The share of a file in which a fixer, named as the tool, fixes so many diagnostics of one code."""
    found = tuple(Diagnostic(tool, code, f"{code} {n}", path, n + 1, 1) for n in range(count))
    tally = CodeTally(tool, code, count, count)
    kept = Attempt(tool, AttemptResult.KEPT, count, 0, 0.1, codes=(tally,), grade=grade)
    patch = Patch(b"", (Blob(path, "100644", "0" * 40),))
    return Share(path, Step(found, (), patch, (kept,)))


def silenced(path: str, code: str) -> Share:
    """The share of a file in which a comment silences one diagnostic."""
    one = (Diagnostic("ruff", code, code, path, 1, 1),)
    return Share(path, Step(one, (), Patch(b"", (Blob(path, "100644", "0" * 40),)), (), one))
