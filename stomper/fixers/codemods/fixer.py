"""A codemod as a fixer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stomper.fixers.annotations.surroundings import Surroundings, UnsoundError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.base import Ask, Claim, Codemod, Source
from stomper.fixers.equal_codes import at_mypys
from stomper.fixers.kept_layout import free_to_move, keeps
from stomper.fixers.ruff_text import writing_ruff
from stomper.fixers.tidy_after import tidied
from stomper.models import Diagnostic, printable
from stomper.python import CannotReadError, parses, read_tree
from stomper.python.source_file import Content, read_content

if TYPE_CHECKING:
    from stomper.checkers.mypy import MypyChecker
    from stomper.fixers.annotations.safe_rewrite import Judge

PREFIX = "codemods/"
MOST_HALVES = 64  # of one attempt: each costs as much as the whole file


def unreadable(path: str, error: CannotReadError) -> FixReply:
    """The reply of a fixer that cannot read its file."""
    said = f"{printable(path)} cannot be read: {error}"
    return FixReply(log=said, remarks=(said,))


@dataclass(frozen=True, slots=True)
class CodemodFixer:
    """Rewrites the places of the diagnostics that one codemod claims. What does not parse, before or after, stays.

    `ruff` is a program that tidies what was written; None if there is none. `reason` stands behind suppressions
    of ours, `around` is what annotations are judged by, `mypy` is what a codemod that asks is answered by.
    """

    codemod: Codemod
    ruff: str | None = None
    divisible: bool = True
    learns: bool = False
    ours: bool = True
    reason: str = ""
    around: Surroundings = field(default_factory=Surroundings)
    mypy: "MypyChecker | None" = None

    @property
    def name(self) -> str:
        return PREFIX + self.codemod.name

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(self.codemod.claimed(diagnostics))

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[Claim], ...]:
        return (self.codemod.claims,)

    def fix(self, request: FixRequest) -> FixReply:
        wanted = [d for d in request.diagnostics if request.codes is None or d.code in request.codes]
        sites = self.codemod.claimed(wanted)
        if not sites:
            return FixReply()
        try:
            content = read_content(request.content())
            read_tree(content.text)
        except CannotReadError as error:
            return unreadable(request.path, error)
        return self._rewrite(request, content, sites)

    def _rewrite(self, request: FixRequest, content: Content, sites: Sequence[Diagnostic]) -> FixReply:
        from stomper.fixers.annotations.safe_rewrite import Judge

        judge = Judge(request.root, request.path, content.text, self.around, request.scratch)
        source = Source(
            content.text,
            request.path,
            request.root,
            self.reason,
            ask=self._ask(request),
            reader=lambda line: judge.readers.at(line),
        )
        work = _Work(self.codemod, judge, source)
        sites = at_mypys(content.text, sites)
        sites, kept = free_to_move(content.text, sites) if self.codemod.is_layout else (sites, ())
        text = work.rewritten(sorted(sites, key=lambda d: (d.line, d.column)))
        if self.codemod.is_layout and not keeps(content.text, text):
            text = content.text
        if text != content.text:
            try:
                request.file.write_bytes(content.encode(self._tidied(request, judge, text)))
            except UnicodeEncodeError as error:
                work.said.append(str(error))
        left = (f"{self.name}: {', '.join(sorted(codes))}: {why}" for why, codes in source.left.items())
        log = "\n".join(f"{self.name}: no change: {words}" for words in work.said)
        return FixReply(log=log, remarks=(*kept, *left))

    def _ask(self, request: FixRequest) -> Ask | None:
        if self.mypy is None or not self.codemod.asks:
            return None
        from stomper.fixers.annotate.ask_mypy import Oracle

        place = request.scratch / "asked"
        place.mkdir(exist_ok=True)
        deadline = time.monotonic() + (request.timeout or self.mypy.timeout)
        return Oracle(self.mypy, request.root, request.path, (), place, deadline).ask

    def _tidied(self, request: FixRequest, judge: "Judge", text: str) -> str:
        """The text as ruff has it, unless that cannot be where the rewrite could."""
        if self.ruff is None:
            return text
        try:
            return judge.sound(tidied(writing_ruff(self.ruff, request), judge.before, text))
        except UnsoundError:
            return text


@dataclass(slots=True)
class _Work:
    """One attempt at a text. `said` is what went wrong; the source is told what is left on purpose."""

    codemod: Codemod
    judge: "Judge"
    source: Source
    said: list[str] = field(default_factory=list)

    def rewritten(self, sites: Sequence[Diagnostic]) -> str:
        """The text with these places rewritten, but for those whose annotations something may read."""
        return self._text(self.source.text, [site for site in sites if not self._is_read(site)])

    def _is_read(self, site: Diagnostic) -> bool:
        reader = self.judge.readers.at(site.line) if self.codemod.annotates else ""
        if reader:
            self.source.leave(site, reader)
        return bool(reader)

    def _text(self, text: str, sites: Sequence[Diagnostic]) -> str:
        """The text with these places rewritten; where that cannot be done of all together, of each half apart.

        The lower half first, which moves no line of the upper one.
        """
        if not sites:
            return text
        refused = ""
        try:
            new = self.codemod.load()(replace(self.source, text=text), sites)
            if new is None:
                return text
            if parses(new):
                return self.judge.sound(new)
            words = "the result does not parse"
        except UnsoundError as error:
            words = refused = str(error)
        except Exception as error:  # a codemod that stumbles over a place has found no fix for it
            words = f"{type(error).__name__}: {error}"
        if len(sites) > 1 and len(self.said) < MOST_HALVES:
            middle = len(sites) // 2
            return self._text(self._text(text, sites[middle:]), sites[:middle])
        if refused:
            self.source.leave(sites[0], refused)
        else:
            self.said.append(f"line {sites[0].line}: {words}")
        return text
