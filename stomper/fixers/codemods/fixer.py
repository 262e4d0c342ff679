"""A codemod as a fixer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.base import Claim, Codemod, Source
from stomper.fixers.codemods.content import Content, read_content
from stomper.fixers.layout import free_to_move, keeps
from stomper.fixers.ruff_text import RuffText
from stomper.fixers.tidy import tidied
from stomper.models import Diagnostic, printable
from stomper.python import CannotReadError, parses, read_tree

PREFIX = "codemods/"
MOST_HALVES = 64  # of one try: each costs as much as the whole file


def unreadable(path: str, error: CannotReadError) -> FixReply:
    """The reply of a fixer that cannot read its file."""
    said = f"{printable(path)} cannot be read: {error}"
    return FixReply(log=said, remarks=(said,))


@dataclass(frozen=True, slots=True)
class CodemodFixer:
    """Rewrites the places of the diagnostics that one codemod claims. What does not parse, before or after, stays.

    `ruff` is a program that tidies what was written; None where there is none. `reason` stands behind suppressions
    of ours.
    """

    codemod: Codemod
    ruff: str | None = None
    divisible: bool = True
    learns: bool = False
    reason: str = ""

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
            content = read_content(request.file.read_bytes())
            read_tree(content.text)
        except CannotReadError as error:
            return unreadable(request.path, error)
        return self._rewrite(request, content, sites)

    def _rewrite(self, request: FixRequest, content: Content, sites: Sequence[Diagnostic]) -> FixReply:
        said: list[str] = []
        source = Source(content.text, request.path, request.root, self.reason)
        sites, kept = free_to_move(content.text, sites) if self.codemod.is_layout else (sites, ())
        text = self._text(source, sorted(sites, key=lambda d: (d.line, d.column)), said)
        if self.codemod.is_layout and not keeps(content.text, text):
            text = content.text
        if text != content.text:
            if self.ruff is not None:
                text = tidied(RuffText(self.ruff, request), content.text, text)
            try:
                request.file.write_bytes(content.encode(text))
            except UnicodeEncodeError as error:
                said.append(str(error))
        left = (f"{self.name}: {', '.join(sorted(codes))}: {why}" for why, codes in source.left.items())
        log = "\n".join(f"{self.name}: no change: {words}" for words in said)
        return FixReply(log=log, remarks=(*kept, *left))

    def _text(self, source: Source, sites: Sequence[Diagnostic], said: list[str]) -> str:
        """The text with these places rewritten; where that cannot be done of all together, of each half apart.

        The lower half first, which moves no line of the upper one.
        """
        try:
            text = self.codemod.load()(source, sites)
            if text is None or parses(text):
                return source.text if text is None else text
            words = "the result does not parse"
        except Exception as error:  # a codemod that stumbles over a place has found no fix for it
            words = f"{type(error).__name__}: {error}"
        if len(sites) == 1 or len(said) >= MOST_HALVES:
            said.append(f"line {sites[0].line}: {words}")
            return source.text
        middle = len(sites) // 2
        lower = self._text(source, sites[middle:], said)
        return self._text(replace(source, text=lower), sites[:middle], said)
