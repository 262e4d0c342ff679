"""ruff's own fixes."""

from collections.abc import Sequence
from dataclasses import dataclass

from stomper import process
from stomper.checkers.ruff_files import RuffLister
from stomper.errors import CheckerError
from stomper.fixers.base import FixReply, FixRequest, reply_of
from stomper.fixers.notebooks import kept_notebook
from stomper.fixers.ruff_target import target_words
from stomper.models import Diagnostic
from stomper.python import is_notebook


@dataclass(frozen=True, slots=True)
class RuffFixer:
    """`ruff check --fix` on one file: safe fixes, and those it calls unsafe where asked for."""

    program: str
    unsafe_fixes: bool = False
    timeout: float = 300.0
    name: str = "ruff"
    divisible: bool = True
    learns: bool = False
    ours: bool = True
    notebooks: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return any(d.tool == "ruff" and d.fixable for d in diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        return kept_notebook(request, self._fix) if is_notebook(request.path) else self._fix(request)

    def _fix(self, request: FixRequest) -> FixReply:
        words = ["check", "--fix-only", "--no-cache", "--quiet", *self._way(request), *self._limits(request)]
        words += target_words(self.program, request)
        done = process.run(
            [self.program, *words, "--", request.path],
            cwd=request.root,
            env={"TMPDIR": str(request.scratch)},
            timeout=self.timeout,
            contained=True,
        )
        return reply_of("ruff", done)

    def _way(self, request: FixRequest) -> tuple[str, ...]:
        try:
            return RuffLister(self.program, self.timeout).sort(request.root, [request.path], request.scratch).way
        except CheckerError:
            return ()  # the fix itself will say why

    def _limits(self, request: FixRequest) -> list[str]:
        unsafe = ["--unsafe-fixes"] if self.unsafe_fixes else []
        if request.codes is None:
            return unsafe
        # `--fixable` would override the project's `unfixable`; a fixable diagnostic is not on that list.
        codes = sorted({d.code for d in request.diagnostics if d.fixable and d.code in request.codes})
        return [*unsafe, "--fixable", ",".join(codes)] if codes else [*unsafe, "--unfixable", "ALL"]
