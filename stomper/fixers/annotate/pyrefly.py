"""Proposals of `pyrefly infer`: it annotates a copy of the project, once for all files of a run."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.disk.file_locks import HeldError, locked
from stomper.disk.regular_files import read_regular
from stomper.disk.remove_trees import delete_folder, delete_what_goes
from stomper.errors import CheckerError, ToolError
from stomper.fixers.annotate.annotated_text import read_types
from stomper.fixers.annotate.proposals import Proposal, Question
from stomper.python import CannotReadError, decode

NAME = "pyrefly"
CONFIG, TREE, LOCK, DONE = "config.toml", "tree", "lock", "done"
ENDINGS = (".py", ".pyi")
MOST_FILES = 20_000
MOST_SECONDS = 120.0
# No configuration of the project's or of a folder above it, and no file left out for where the copy lies.
OPTIONS = (
    "--color=never", "--use-ignore-files=false", "--disable-project-excludes-heuristics=true",
    "--project-excludes=**/node_modules/**", f"--config={CONFIG}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PyreflyProposer:
    """Reads types from the copy that `program` has annotated. It takes a project of `most` files."""

    program: str
    name: str = NAME
    most: int = MOST_FILES

    def propose(self, question: Question) -> list[Proposal]:
        tree = self._tree(question)
        try:
            found = read_types(question, decode(read_regular(tree / question.path)))
        except (OSError, CannotReadError, SyntaxError):
            return []
        return [Proposal(slot, one, self.name) for slot, one in found.items()]

    def _tree(self, question: Question) -> Path:
        """The copy; it is made by whoever asks first. Raises CheckerError if there is none, now or before."""
        place = (question.shared or question.scratch) / NAME
        place.mkdir(parents=True, exist_ok=True)
        try:
            with locked(place / LOCK):
                return self._made(question, place)
        except (HeldError, OSError) as error:
            raise CheckerError(f"pyrefly: {error}") from None

    def _made(self, question: Question, place: Path) -> Path:
        done, mark = place / DONE, _mark(question)
        said = done.read_text() if done.is_file() else ""
        if not said.startswith(mark):
            said = f"{mark}\n{self._annotated(question, place)}"
            done.write_text(said)
        if problem := said.partition("\n")[2]:
            raise CheckerError(problem)
        return place / TREE

    def _annotated(self, question: Question, place: Path) -> str:
        """Have a copy annotated, and put it in its place. Say what went wrong, '' if nothing did."""
        with contextlib.suppress(OSError):
            delete_folder(place / TREE)
        work = question.scratch / f"{NAME}-work"
        try:
            if not _copy(question.root, work, self.most):
                return f"pyrefly: the project has more than {self.most} files"
            problem = self._run(question, work)
            if not problem:
                shutil.move(work, place / TREE)
        except (OSError, ToolError) as error:
            problem = f"pyrefly gave no result: {error}"
        finally:
            delete_what_goes(work)
        return problem

    def _run(self, question: Question, work: Path) -> str:
        (work / CONFIG).write_text("")
        roots = [f"--search-path={folder}" for folder in question.roots]
        done = process.run(
            [self.program, "infer", *OPTIONS, *roots, f"--python-interpreter-path={question.python}", "."],
            cwd=work,
            timeout=min(MOST_SECONDS, question.seconds),
            contained=True,
        )
        return "" if done.ended and done.returncode == 0 else f"pyrefly gave no result ({done.how()})"


def _mark(question: Question) -> str:
    """Give the mark that tells one survey's files from another's."""
    if question.shared is None:
        return question.path
    warm = (question.shared / "warm").stat()
    return f"{warm.st_ino} {warm.st_mtime_ns}"


def _copy(root: Path, work: Path, most: int) -> bool:
    """Copy the project's Python files, but those that it cannot read. Say whether there are not too many."""
    work.mkdir()
    for number, path in enumerate(_files(root)):
        if number >= most:
            return False
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text = read_regular(root / path).decode("utf-8")
            target = work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="")
    return True


def _files(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and not _is_environment(folder, name)]
        yield from (os.path.relpath(f"{folder}/{name}", root) for name in files if name.endswith(ENDINGS))


def _is_environment(folder: str, name: str) -> bool:
    return os.path.exists(f"{folder}/{name}/pyvenv.cfg")  # noqa: PTH110  # many folders are asked
