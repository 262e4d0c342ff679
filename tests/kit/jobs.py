"""Jobs for workers whose checker and fixers do as a file says; module-level and picklable, no program is started.

A line `bad CODE` of a file is a diagnostic, and a line `do ...` an order to `Obedient`.
"""

import builtins
import contextlib
import dataclasses
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers import Checker
from stomper.checkers.completeness import Look, Looking
from stomper.errors import CheckerError
from stomper.fixers import Fixer, FixReply, FixRequest
from stomper.models import Diagnostic, FixTask
from stomper.project.environment import Project
from stomper.settings import ProofSettings, Settings
from stomper.worker.fix_file import Job
from stomper.workspace.worktree import Site, clear_site
from tests.kit.fakes import read_log
from tests.kit.repo import GitRepo
from tests.kit.wait import eventually

BAD = "bad "
RAN = FixReply()
ANYTHING = ProofSettings("none")


def found_in(path: str, text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of a file with this content."""
    lines = enumerate(text.splitlines(), 1)
    return tuple(
        Diagnostic("lines", line.removeprefix(BAD), "is bad", path, number, 1, fixable=True)
        for number, line in lines
        if line.startswith(BAD)
    )


@dataclass(frozen=True)
class LineChecker(Looking):
    """Finds the bad lines. A file with the word `crash` makes it give no result."""

    name: str = "lines"

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        texts = {path: (root / path).read_text() for path in paths}
        if any("crash" in text for text in texts.values()):
            raise CheckerError("lines gave no result")
        return Look(tuple(paths), tuple(d for path, text in texts.items() for d in found_in(path, text)))


@dataclass(frozen=True)
class Editing:
    """Replaces text: (code, old, new), each only where that code may be fixed. Says `reply`."""

    edits: tuple[tuple[str, str, str], ...]
    name: str = "editing"
    divisible: bool = False
    learns: bool = False
    reply: FixReply = RAN

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        text = request.file.read_text()
        for code, old, new in self.edits:
            if request.codes is None or code in request.codes:
                text = text.replace(old, new)
        request.file.write_text(text)
        return self.reply


@dataclass(frozen=True)
class Obedient:
    """Carries out the orders in its file, then makes bad lines good. Notes begin and end in `log` (`read_log`)."""

    log: Path
    name: str = "obedient"
    divisible: bool = False
    learns: bool = False

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        self._note("begin", request.path)
        text = request.file.read_text()
        for line in text.splitlines():
            if line.startswith("do "):
                order, *words = line.split()[1:]
                self._carry_out(order, words)
        if "do fail" in text:
            return FixReply("obedient: failed as told", log="the words of a program")
        request.file.write_text(text.replace(BAD, "good "))
        self._note("end", request.path)
        return RAN

    def _carry_out(self, order: str, words: Sequence[str]) -> None:
        match order:
            case "raise":
                raise getattr(builtins, words[0])("as told")
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "die-once" if not (marker := self.log.with_name(words[0])).exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            case "deaf":
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
                time.sleep(60)
            case "exit":
                os._exit(int(words[0]))
            case "meet":
                eventually(lambda: len(self.begun()) >= int(words[0]), f"{words[0]} files at work")
            case "hang-once" if not (marker := self.log.with_name(words[0])).exists():
                marker.touch()
                time.sleep(60)  # until whoever ends this worker does
            case _:
                pass

    def begun(self) -> list[str]:
        """The files that were begun, by name, in the order of time; one that was begun twice is there twice."""
        return [row["file"] for row in read_log(self.log) if row["event"] == "begin"]

    def _note(self, event: str, path: str) -> None:
        row = {"event": event, "time": time.monotonic(), "file": path, "pid": os.getpid()}
        with self.log.open("a") as file:
            file.write(json.dumps(row) + "\n")


def commit_files(repo: GitRepo, *contents: str) -> list[FixTask]:
    """Commit 0.txt, 1.txt ... with these contents. Returns a task for each."""
    for number, content in enumerate(contents):
        repo.write(f"{number}.txt", content)
    repo.commit("files")
    names = [f"{number}.txt" for number in range(len(contents))]
    return [FixTask(n, name, found_in(name, contents[n])) for n, name in enumerate(names)]


@contextlib.contextmanager
def job_on(
    repo: GitRepo,
    folder: Path,
    *fixers: Fixer,
    settings: Settings | None = None,
    checkers: tuple[Checker, ...] = (LineChecker(),),
) -> Iterator[Job]:
    """A job on what is checked out. Its folders are below `folder`, and cleared of worktrees at the end."""
    site = Site(repo.path, repo.git_dir / "stomper", folder / "stomper" / "run-1", "run-1")
    for place in (site.state, folder / "logs", folder / "active"):
        place.mkdir(parents=True)
    project = Project(repo.path, sys.executable, (), (), (), (), ())
    made = settings or Settings()
    if made.proof == ProofSettings():
        made = dataclasses.replace(made, proof=ANYTHING)  # the bad lines are no programs, and nothing tests them
    yield Job(site, repo.head, made, project, checkers, fixers, folder / "logs", folder / "active")
    clear_site(site)
