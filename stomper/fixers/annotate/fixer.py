"""The annotations that mypy misses, as a fixer."""

import contextlib
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stomper import process
from stomper.errors import CheckerError
from stomper.fixers.annotations.surroundings import Surroundings, UnsoundError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.fixer import unreadable
from stomper.fixers.equal_codes import as_mypys, at_mypys, with_equals
from stomper.fixers.ruff_text import RuffText, writing_ruff
from stomper.fixers.tidy_after import tidied
from stomper.models import Diagnostic
from stomper.python import CannotReadError, parses, read_tree
from stomper.python.source_file import Content, read_content

if TYPE_CHECKING:
    from stomper.checkers.base import Checker
    from stomper.checkers.mypy import MypyChecker
    from stomper.fixers.annotate.inference import Annotated
    from stomper.fixers.annotate.proposals import Proposer
    from stomper.fixers.annotations.safe_rewrite import Judge

NAME = "annotate"
OLD_UNIONS = ("Optional", "Union")
UNTYPED, VARIABLE, GENERIC = "no-untyped-def", "var-annotated", "type-arg"
CODES = (UNTYPED, VARIABLE, GENERIC)
CLAIMS = with_equals(("mypy", code) for code in CODES)
GAP = re.compile(r"\n{4,}")


@dataclass(frozen=True, slots=True)
class AnnotateFixer:
    """Annotates the functions, empty variables and bare generic types of which mypy says so, as far as it can tell.

    It asks `mypy` a dozen times about a file, with other contents, and writes only what brings no new error in
    the file and in those that import it. `ruff` tidies what was written. Without mypy there is nothing to do. `judges`
    are other checkers of types, of which no new error may come in the file either.
    """

    mypy: "MypyChecker | None"
    ruff: str | None = None
    pyrefly: str | None = None
    name: str = NAME
    divisible: bool = False
    learns: bool = False
    ours: bool = True
    judges: "tuple[Checker, ...]" = ()

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return self.mypy is not None and bool(_claimed(diagnostics))

    def fix(self, request: FixRequest) -> FixReply:
        wanted = _wanted(request)
        if self.mypy is None or not wanted:
            return FixReply()
        try:
            content = read_content(request.content())
            read_tree(content.text)
        except CannotReadError as error:
            return unreadable(request.path, error)
        asked = request.scratch / f"{self.name}.asked"
        return FixReply() if _is_asked(asked, content.text, wanted) else self._fix(self.mypy, request, content, wanted)

    def _fix(self, mypy: "MypyChecker", request: FixRequest, content: Content, wanted: list[Diagnostic]) -> FixReply:
        """Annotate a file that can be read."""
        from stomper.fixers.annotate.ask_mypy import LateError
        from stomper.fixers.annotations.safe_rewrite import Judge

        around = Surroundings(mypy.python, mypy.roots)
        judge = Judge(request.root, request.path, content.text, around, request.scratch, self.lenient)
        kept: list[str] = []
        done: Annotated | None = None
        try:
            wanted = [*at_mypys(content.text, wanted)]
            wanted = [diagnostic for diagnostic in wanted if not _is_too_old(judge, diagnostic, kept)]
            wanted = self._unread(judge, wanted, kept)
            done = self._annotated(mypy, request, judge, wanted) if wanted else None
            text = done.text if done else content.text
            data = content.encode(text)
        except LateError as error:
            return FixReply(log=f"{NAME}: no change: {error.message}")
        except UnsoundError as error:
            kept.append(str(error))
            text = content.text
        except CheckerError as error:
            return FixReply(f"{NAME}: {error.message}", stopped=process.stop_due())
        except Exception as error:  # a file that it stumbles over is one that it has no annotation for
            return FixReply(log=f"{NAME}: no change: {type(error).__name__}: {error}")
        if text != content.text:
            request.file.write_bytes(data)
        return _reply(done, kept, self.pyrefly)

    @property
    def lenient(self) -> bool:
        """Say whether it annotates what somebody is given, too."""
        return False

    def _unread(self, judge: "Judge", wanted: list[Diagnostic], kept: list[str]) -> list[Diagnostic]:
        """Give those about what nobody reads; `kept` gets the readers of the others."""
        return [diagnostic for diagnostic in wanted if not _is_read(judge, diagnostic, kept)]

    def _annotated(
        self, mypy: "MypyChecker", request: FixRequest, judge: "Judge", wanted: list[Diagnostic]
    ) -> "Annotated":
        from stomper.fixers.annotate.inference import Lines, annotate_file

        functions, variables, generics = (frozenset(d.line for d in wanted if d.code == code) for code in CODES)
        lines = Lines(functions, variables, generics, self.lenient)
        done = annotate_file(mypy, request, judge, lines, self._proposers(request), judges=self.judges)
        if done.text == judge.before or not parses(done.text):
            return replace(done, text=judge.before, kept=Counter(), elsewhere=())
        return replace(done, text=self._tidy(request, judge, judge.sound(done.text)))

    def _proposers(self, request: FixRequest) -> "list[Proposer]":
        """Give the proposers that are there, the best first."""
        from stomper.fixers.annotate.pyrefly import PyreflyProposer
        from stomper.fixers.annotate.seen_types import SeenProposer

        found: list[Proposer] = [PyreflyProposer(self.pyrefly)] if self.pyrefly is not None else []
        return [*found, SeenProposer(request.seen)] if request.seen is not None else found

    def _tidy(self, request: FixRequest, judge: "Judge", text: str) -> str:
        """The text as ruff wants it for the Pythons that the file is for, then for the one that ruff is told to check.

        The second may ask for a form that the others cannot evaluate. Such an annotation is put in quotes.
        """
        if self.ruff is None:
            return text
        for ruff in (writing_ruff(self.ruff, request), RuffText(self.ruff, request)):
            with contextlib.suppress(UnsoundError):
                tidy = tidied(ruff, judge.before, text)
                text = judge.sound(without_idle_imports(judge.before, tidy))
        return text


def _reply(done: "Annotated | None", kept: list[str], pyrefly: str | None) -> FixReply:
    remarks = tuple(f"{NAME}: {why}" for why in dict.fromkeys(kept))
    return FixReply(log=_told(done, pyrefly), remarks=remarks, elsewhere=done.elsewhere if done else ())


def _told(done: "Annotated | None", pyrefly: str | None) -> str:
    """Say what was kept of each proposer, and who gave no result."""
    if done is None:
        return ""
    missing = [] if pyrefly else [f"{NAME}: pyrefly was not found, and proposes nothing"]
    kept = ", ".join(f"{name}={number}" for name, number in done.kept.most_common())
    return "\n".join(
        [*missing, *([f"{NAME}: kept {kept}"] if kept else []), *(f"{NAME}: {why}" for why in done.problems)]
    )


def without_idle_imports(before: str, text: str) -> str:
    """The text without new imports of old unions that ruff wrote anew: in an `__init__.py` it lets them stand."""
    for name in OLD_UNIONS:
        if len(re.findall(rf"\b{name}\b", text)) == 1 and not re.search(rf"\b{name}\b", before):
            text = re.sub(rf"^from typing import {name}\n", "", text, flags=re.MULTILINE)
            text = re.sub(rf"^(from typing import .*?)(?:, {name}\b|\b{name}, )", r"\1", text, flags=re.MULTILINE)
    return _without_gap(before, text)


def _without_gap(before: str, text: str) -> str:
    """The text without the blank lines that an import which came and went has left."""
    if not before.startswith("\n"):
        text = text.lstrip("\n")
    return text if GAP.search(before) else GAP.sub("\n\n\n", text)


def _wanted(request: FixRequest) -> list[Diagnostic]:
    return _claimed([d for d in request.diagnostics if request.codes is None or d.code in request.codes])


def _claimed(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Those about annotations that mypy, or another checker in its own words, misses."""
    return [d for d in diagnostics if (d.tool, d.code) in CLAIMS and as_mypys(d).code in CODES]


def _is_too_old(judge: "Judge", found: Diagnostic, kept: list[str]) -> bool:
    """Say whether a Python that the file is for has no such annotations; `kept` gets the reason."""
    from stomper.fixers.annotate.python_version import FUNCTIONS, VARIABLES

    oldest = judge.promise.oldest
    too_old = oldest < (VARIABLES if found.code == VARIABLE else FUNCTIONS)
    kept += [f"the project promises Python {oldest[0]}.{oldest[1]}, which has no such annotations"] if too_old else []
    return too_old


def _is_read(judge: "Judge", found: Diagnostic, kept: list[str]) -> bool:
    """Say whether something may read the annotations where a diagnostic is; `kept` gets the reason."""
    reader = judge.readers.at(found.line)
    kept += [reader] if reader else []
    return bool(reader)


def _is_asked(file: Path, text: str, wanted: Sequence[Diagnostic]) -> bool:
    """Return whether this was asked before: the answer would be the same. From now on it was; `file` remembers that."""
    about = sorted({(found.tool, found.code, found.line) for found in wanted})
    mark = hashlib.sha256(f"{about}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
    before = file.read_text().split() if file.is_file() else []
    file.write_text("\n".join([*before, mark]))
    return mark in before
