"""Ask mypy about a file with another content, without writing that into the checkout."""

import contextlib
import math
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from stomper import process
from stomper.checkers.base import Checker
from stomper.checkers.caches import known_mypy_cache
from stomper.checkers.mypy_call import PLAIN, Mypy
from stomper.checkers.mypy_config import Group, group_files, without_namesakes
from stomper.checkers.read_only_options import NO_BYTECODE, mypy_words
from stomper.checkers.tried_without import written
from stomper.disk.regular_files import read_regular
from stomper.errors import CheckerError
from stomper.fixers.annotate.complaints import Complaint, read_complaints
from stomper.python.source_file import read_content

OPTIONS = (*PLAIN, "--soft-error-limit=-1")
Clock: TypeAlias = Callable[[], float]


class LateError(CheckerError):
    """The time for a file is over."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """mypy, as the checker runs it, for one file below `root`; `others` are files that are looked at with it.

    `place` is a folder for the content and the cache. From `deadline` on, by `clock`, it is not asked any more.
    `judges` are other checkers of types, of which the file must satisfy each as well.
    """

    mypy: Mypy
    root: Path
    path: str
    others: tuple[str, ...]
    place: Path
    deadline: float = math.inf
    clock: Clock = time.monotonic
    judges: tuple[Checker, ...] = ()

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.deadline - self.clock()

    @property
    def looked_at(self) -> frozenset[str]:
        """The files that an answer is about. Others, which a new import leads to, had no say before either."""
        return frozenset((self.path, *self.others))

    def half(self) -> "Oracle":
        """The same with half of the time that is left."""
        return replace(self, deadline=self.deadline - self.left / 2) if math.isfinite(self.deadline) else self

    def ask(self, text: str) -> list[str]:
        """The lines that mypy prints for this content. Raises CheckerError if it gives no result."""
        left = self.left
        if left <= 0:
            raise LateError("the time for this file is over")
        group = self._group()
        if group is None:
            return []
        stayed = self._ask_staying(group, text, left)
        return self._ask_anew(group, text, left) if stayed is None else stayed

    def complaints(self, text: str) -> list[Complaint]:
        """The errors that mypy and the judges find in this content. Raises CheckerError if one gives no result."""
        return [*read_complaints(self.ask(text)), *(self._judged(text) if self.judges else ())]

    def _judged(self, text: str) -> list[Complaint]:
        """Ask the judges, who read the file where it is: it has the content for as long as that takes."""
        if self.left <= 0:
            raise LateError("the time for this file is over")
        content = read_content(read_regular(self.root / self.path))
        with written(self.root, {self.path: content.encode(text)}):
            found = [d for judge in self.judges for d in judge.check(self.root, [self.path], self.place.parent)]
        return [Complaint(d.path, d.line, f"{d.tool}-{d.code}", d.message) for d in found]

    def _ask_staying(self, group: Group, text: str, left: float) -> list[str] | None:
        """Ask the mypy that the checker keeps, which need not be started; None if it does not answer."""
        if self.mypy.extra or not self.mypy.stays:
            return None
        from stomper.checkers.mypy import one_call
        from stomper.checkers.mypy_stays import PART, ask

        call = one_call(self.root, group, self.place.parent)
        answer = ask(self.mypy, call, {self.path: text.encode("utf-8")}, plain=min(self.mypy.timeout, left) * PART)
        return None if answer is None else list(answer.lines)

    def _ask_anew(self, group: Group, text: str, left: float) -> list[str]:
        left = min(left, self.left)
        if left <= 0:
            raise LateError("the time for this file is over")
        self._fill_cache()
        shadow = self.place / "shadow.py"
        shadow.write_text(text, encoding="utf-8")
        file = os.path.relpath(self.path, group.folder or ".")
        files = [os.path.relpath(path, group.folder or ".") for path in group.paths]
        quiet = mypy_words(self.root / group.folder, self.place)
        words = [*OPTIONS, *quiet, f"--python-executable={self.mypy.python}", f"--cache-dir={self.place / 'cache'}"]
        done = process.run(
            [self.mypy.program, *words, "--shadow-file", file, str(shadow), "--", *files],
            cwd=self.root / group.folder,
            env={
                "MYPYPATH": os.pathsep.join(self.mypy.search_path(self.root, group)),
                **NO_BYTECODE,
                **dict(self.mypy.variables),
            },
            timeout=min(self.mypy.timeout, left),
            contained=True,
        )
        if done.timed_out and left < self.mypy.timeout:
            raise LateError("the time for this file is over")
        if not done.ended or done.returncode not in (0, 1):
            raise CheckerError(f"mypy gave no result ({done.how()}): {done.words(400)}")
        lines = done.stdout.decode("utf-8", "backslashreplace").splitlines()
        if bool(done.returncode) != any(": error: " in line for line in lines):
            raise CheckerError(f"mypy's exit code {done.returncode} does not go with its output: {done.words(400)}")
        return lines

    def _fill_cache(self) -> None:
        """Begin with a copy of what the checker's mypy has cached."""
        cache = self.place / "cache"
        if not cache.exists():
            for made in sorted(known_mypy_cache(self.place.parent).glob("in-*")):
                shutil.copytree(made, cache, dirs_exist_ok=True)

    def _group(self) -> Group | None:
        """The file, with those of the others that are under its configuration and no namesakes of it."""
        for group in group_files(self.root, [self.path, *self.others]):
            for part in without_namesakes(self.root, group):
                if self.path in part.paths:
                    return part
        return None


def importers(root: Path, path: str, most: int) -> tuple[str, ...]:
    """The files that have the name of this module in an import, at most so many; sorted."""
    stem = Path(path).parent.name if path.endswith("__init__.py") else Path(path).stem
    word = re.compile(rb"^[ \t]*(?:from|import)\b[^\n]*\b" + re.escape(stem.encode()) + rb"\b", re.MULTILINE)
    found: list[str] = []
    for file in sorted(root.rglob("*.py")):
        other = file.relative_to(root)
        if len(found) < most and other.as_posix() != path and not any(p.startswith(".") for p in other.parts):
            with contextlib.suppress(OSError):
                found += [other.as_posix()] if word.search(read_regular(file)) else []
    return tuple(found)
