"""What language servers offer to do about their diagnostics: quick fixes, and actions for the whole file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lsprotocol import types

from stomper.checkers.language_server import LanguageServerChecker, code_of, is_complaint, message_of
from stomper.checkers.server_access import BOM, Access, texts_of
from stomper.errors import ToolError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.edits import Edit, apply_edits
from stomper.fixers.server_actions import Actions
from stomper.language_servers.positions import Places
from stomper.models import Diagnostic

FIX_ALL = str(types.CodeActionKind.SourceFixAll.value)
ORGANIZE_IMPORTS = str(types.CodeActionKind.SourceOrganizeImports.value)


@dataclass(frozen=True, slots=True)
class ServerFixer:
    """The part of a fixer that shows the file to each server that complains about it, and writes what comes of it."""

    servers: tuple[LanguageServerChecker, ...]

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        names = {server.name for server in self.servers}
        return any(d.tool in names for d in diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        said: list[str] = []
        asked = [d for d in request.diagnostics if request.codes is None or d.code in request.codes]
        for server in self.servers:
            mine = [d for d in asked if d.tool == server.name]
            if mine:
                with Access(server.settings, server.command, request.root, request.scratch) as access:
                    try:
                        said += self._fix(access, request, mine)
                    except ToolError as error:
                        access.drop(error.message)
                        return FixReply(f"{server.name}: {error.message}", "\n".join(said))
        return FixReply(log="\n".join(said), remarks=tuple(dict.fromkeys(said)))

    def _fix(self, access: Access, request: FixRequest, mine: Sequence[Diagnostic]) -> list[str]:
        """Change the file as one server says. Returns why it did not do more."""
        texts, unread = texts_of(request.root, [request.path])
        if unread:
            return [f"{access.settings.name}: {request.path} {why}" for why in unread.values()]
        found = [one for one in access.diagnostics(texts)[request.path] if is_complaint(one)]
        actions = Actions(access.session(), request.path)
        text = texts[request.path]
        changed = apply_edits(text, self.edits(actions, request, found, mine))
        if changed != text:
            bom = BOM if request.content().startswith(BOM.encode()) else ""
            request.file.write_bytes((bom + changed).encode())
        return [f"{access.settings.name}: {note}" for note in dict.fromkeys(actions.notes)]

    def edits(
        self, actions: Actions, request: FixRequest, found: Sequence[types.Diagnostic], mine: Sequence[Diagnostic]
    ) -> Sequence[Edit]:
        """The edits to make, in the order of places."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class QuickFixFixer(ServerFixer):
    """Applies a quick fix for each of the diagnostics it is given; one that meets another waits for the next attempt.

    The fixes for one code are one guess, which is divided while it makes things worse.
    """

    name: str = "lsp/quick-fix"
    divisible: bool = True
    learns: bool = False
    ours: bool = True

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[tuple[str, str]], ...]:
        names = {server.name for server in self.servers}
        return tuple(frozenset({code}) for code in sorted({(d.tool, d.code) for d in diagnostics if d.tool in names}))

    def edits(
        self, actions: Actions, request: FixRequest, found: Sequence[types.Diagnostic], mine: Sequence[Diagnostic]
    ) -> Sequence[Edit]:
        taken: list[Edit] = []
        for one in _meant(found, mine, Places(actions.text, actions.session.encoding)):
            edits = actions.quick_fix(one)
            if not any(edit.meets(other) for edit in edits for other in taken):
                taken += edits
        return sorted(taken, key=lambda edit: (edit.start, edit.end))


def _meant(found: Sequence[types.Diagnostic], mine: Sequence[Diagnostic], places: Places) -> Iterator[types.Diagnostic]:
    """Those of a server's diagnostics that are among ours."""
    wanted = {(d.code, d.message, d.line, d.column) for d in mine}
    tool = mine[0].tool
    for one in found:
        if (code_of(tool, one), message_of(one), *places.line_and_column(one.range.start)) in wanted:
            yield one


@dataclass(frozen=True, slots=True)
class SourceActionFixer(ServerFixer):
    """Applies a server's action of a `kind` for the whole file. It does nothing where it is held to some codes."""

    kind: str
    name: str
    divisible: bool = False
    learns: bool = False
    ours: bool = True

    def edits(
        self, actions: Actions, request: FixRequest, found: Sequence[types.Diagnostic], mine: Sequence[Diagnostic]
    ) -> Sequence[Edit]:
        if request.codes is not None:
            return ()
        return next(filter(None, actions.of_source(self.kind, found)), ())
