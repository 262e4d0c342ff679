"""What a fixer is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stomper import process
from stomper.models import Diagnostic


@dataclass(frozen=True, slots=True)
class FixRequest:
    """One try: fix what is left of `diagnostics` in the file `path` below `root`.

    `codes` limits the fix to these codes; None means whatever the fixer can do. `scratch` is a
    folder for its temporary files.
    """

    root: Path
    path: str
    diagnostics: tuple[Diagnostic, ...]
    codes: frozenset[str] | None
    scratch: Path

    @property
    def file(self) -> Path:
        return self.root / self.path


@dataclass(frozen=True, slots=True)
class FixReply:
    """What a fixer says of its try. Nothing here decides success: only the diff and the re-check do.

    `problem` is empty where it ran as it should; `log` is what its program printed.
    """

    problem: str = ""
    log: str = ""
    timed_out: bool = False
    stopped: bool = False


class Fixer(Protocol):
    """Changes files in a worktree. Built in the parent, sent to the workers: picklable.

    `divisible` says that one code can be fixed without the others, so that after a try that made
    things worse each code is worth a try of its own.
    """

    @property
    def name(self) -> str: ...

    @property
    def divisible(self) -> bool: ...

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        """Whether it is worth a try on these."""
        ...

    def fix(self, request: FixRequest) -> FixReply:
        """Change `request.file`. May leave it as it is; must not raise for what its program does."""
        ...


def reply_of(name: str, done: process.Completed, ran: Collection[int] = (0,)) -> FixReply:
    """What a program's end says: exit code 0 is "it ran", anything else is a problem, in its own words.

    `ran` are other such codes (of linters that exit with 1 where something is left).
    """
    log = f"$ {' '.join(done.argv)}\n" + (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
    problem = "" if done.ended and done.returncode in ran else f"{name}: {done.how()}: {done.words(400)}".rstrip(": ")
    return FixReply(problem, log, timed_out=done.timed_out, stopped=done.stopped)
