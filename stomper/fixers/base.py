"""The interface of a fixer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from stomper import process
from stomper.disk.regular_files import read_regular
from stomper.models import AttemptResult, Diagnostic, Usage
from stomper.python import is_notebook
from stomper.settings import PromptStrategy
from stomper.text.redact import HIDDEN as HIDDEN
from stomper.text.redact import hide as hide


class Failure(StrEnum):
    """Why an attempt came to nothing, where a program or a model says so itself.

    `RATE_LIMITED` is the provider's fault, not the file's; `REFUSED`: the model will not do it;
    `UNUSABLE`: no attempt of this agent can succeed in this run (no key, no such model, no program).
    """

    NONE = ""
    RATE_LIMITED = "rate-limited"
    REFUSED = "refused"
    UNUSABLE = "unusable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Lesson:
    """The result of an attempt that was not kept or not enough, for the next attempt.

    `diff` is what the attempt had changed against the file as it is now; `left` are the diagnostics that the
    re-check found after it, None if it was not looked at.
    """

    fixer: str
    result: AttemptResult
    detail: str
    diff: str
    left: tuple[Diagnostic, ...] | None


@dataclass(frozen=True, slots=True)
class SeenTypes:
    """The types that tests showed of a file as it is in the base commit, whose bytes there are `base`.

    `functions` has them by a function's first line and name, and by the name of what has them: a parameter, `return`
    for what a call gives, `yield` for what a generator does.
    """

    base: bytes
    functions: Mapping[tuple[int, str], Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class FixRequest:
    """One attempt: fix what is left of `diagnostics` in the file `path` below `root`.

    `codes` limits the fix to these codes; None means whatever the fixer can do. `scratch` is a
    folder for its temporary files. `lessons` are earlier attempts of agents at this file, oldest first.
    An agent sends the kind of prompt that `strategy` names, where it names one; it and `annotate` take no longer than
    `timeout` seconds; an agent's program is started in `sandbox`, if there is one. `others` are diagnostics of the
    file that nobody asked to do anything about. `seen` are types that tests showed, None if nobody looked.
    """

    root: Path
    path: str
    diagnostics: tuple[Diagnostic, ...]
    codes: frozenset[str] | None
    scratch: Path
    lessons: tuple[Lesson, ...] = ()
    strategy: PromptStrategy | None = None
    timeout: float | None = None
    sandbox: process.Sandbox | None = None
    others: tuple[Diagnostic, ...] = ()
    seen: SeenTypes | None = None

    @property
    def file(self) -> Path:
        return self.root / self.path

    def content(self) -> bytes:
        """The file as it is. Raises OSError, a NotAFileError for a pipe or a folder in its place."""
        return read_regular(self.file)


@dataclass(frozen=True, slots=True)
class FixReply:
    """A fixer's own account of its attempt. It decides nothing: only the diff and the re-check do.

    `problem` is empty if it ran as it should, else it begins with the fixer's name; `log` is what its program
    printed. Agents also say what the attempt took, which kind of prompt they sent, what kind of failure it was, and how
    many seconds the provider asks to wait. `held`: why the model was not called (a budget, a provider's
    limits). Empty if it was called, unless a limit cut the call off. `secrets` are what its program was given
    and must not be in any change. `remarks` say what it left on purpose, and why. `elsewhere` are the paths of other
    files that have fewer diagnostics by this attempt, which is worth keeping for that alone.
    """

    problem: str = ""
    log: str = ""
    timed_out: bool = False
    stopped: bool = False
    usage: Usage | None = None
    strategy: str = ""
    failure: Failure = Failure.NONE
    retry_after: float | None = None
    held: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    remarks: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


class Fixer(Protocol):
    """Changes files in a worktree. Built in the parent, sent to the workers: picklable.

    `divisible` says that one code can be fixed without the others, so that after an attempt that made
    things worse each code is worth an attempt of its own. `learns` says that what it is told of its last
    try makes the next one another: it is asked again about the same file.
    """

    @property
    def name(self) -> str: ...

    @property
    def divisible(self) -> bool: ...

    @property
    def learns(self) -> bool: ...

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        """Return whether an attempt at these diagnostics makes sense."""
        ...

    def fix(self, request: FixRequest) -> FixReply:
        """Change `request.file`. May leave it as it is; must not raise for what its program does."""
        ...


@runtime_checkable
class SiteFixer(Fixer, Protocol):
    """A fixer that changes just the places of the diagnostics it is given, so that each guess can be judged alone."""

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[tuple[str, str]], ...]:
        """The (tool, code) whose diagnostics are one guess: together they get an attempt of their own."""
        ...


@runtime_checkable
class WaitingFixer(SiteFixer, Protocol):
    """A fixer of places that also makes guesses which another fixer makes of a whole file, if those were withheld."""

    def waits(self, found: Diagnostic) -> bool:
        """Say whether a guess about a diagnostic is the other fixer's first."""
        ...


@runtime_checkable
class Suppressor(Fixer, Protocol):
    """A fixer that fixes nothing: it accepts what is left when all others have done their best.

    It may change comments and nothing else, and is held to that.
    """

    @property
    def suppresses(self) -> bool: ...


class OwnFixer(Fixer, Protocol):
    """A fixer that is ours from end to end: what it does to a file is decided by this program and the tools we know.

    `ours` says so. Any other, one that says nothing included, starts what a user or a model thought of: it gets a
    worktree of its own, and nothing that it leaves there but the file's bytes is seen by what judges it.
    """

    @property
    def ours(self) -> bool: ...


class RoamingFixer(Fixer, Protocol):
    """A fixer whose program a model steers: it can write wherever this user can, so it is kept in, or watched."""

    @property
    def roams(self) -> bool: ...


class NotebookFixer(Fixer, Protocol):
    """A fixer that may be given a notebook: it changes the code of the cells and nothing around it, or is the user's.

    To all others the lines of a notebook's JSON are Python, or a text to be written anew.
    """

    @property
    def notebooks(self) -> bool: ...


def takes_notebooks(fixer: Fixer) -> bool:
    """Say whether a fixer may be given a notebook."""
    return hasattr(fixer, "notebooks") and cast("NotebookFixer", fixer).notebooks


def would_try(fixer: Fixer, found: Diagnostic) -> bool:
    """Say whether a fixer would try anything about a diagnostic in its file."""
    return fixer.takes([found]) and (takes_notebooks(fixer) or not is_notebook(found.path))


def roams(fixer: Fixer) -> bool:
    """Say whether a fixer has to be kept from the user's checkout, or watched."""
    return hasattr(fixer, "roams") and cast("RoamingFixer", fixer).roams


def is_ours(fixer: Fixer) -> bool:
    """Say whether a fixer may work where its result is judged."""
    return hasattr(fixer, "ours") and cast("OwnFixer", fixer).ours  # `isinstance` looks at the whole protocol


def reply_of(name: str, done: process.Completed, ran: Collection[int] = (0,), key: str = "") -> FixReply:
    """Make the reply from a program's end: exit code 0 means it ran, any other is a problem, in its own words.

    `ran` are other such codes (of linters that exit with 1 where something is left), `key` the setting that has them.
    """
    log = f"$ {' '.join(done.argv)}\n" + (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
    by_itself = done.ended and done.returncode >= 0
    how = f"{done.how()} (not in {key})" if key and by_itself else done.how()
    problem = "" if done.ended and done.returncode in ran else f"{name}: {how}: {done.words(400)}".rstrip(": ")
    return FixReply(problem, log, timed_out=done.timed_out, stopped=done.stopped)
