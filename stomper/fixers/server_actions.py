"""Ask a server for its code actions in one file, and choose: what each would change, or why it is not taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lsprotocol import types

from stomper.fixers.edits import Edit, UnusableFixError, apply_edits
from stomper.fixers.server_edits import OneFile
from stomper.guards.judge import judge_change
from stomper.language_servers.failures import ServerDied, ServerError, ServerSilent
from stomper.language_servers.positions import Places
from stomper.language_servers.session import Session
from stomper.settings import GuardSettings

QUICK_FIX = str(types.CodeActionKind.QuickFix.value)
MOST = 5  # actions for one diagnostic that are looked at


@dataclass(slots=True)
class Actions:
    """The code actions of a `session` for the file `path`, which is open there. `notes` say why some are not taken."""

    session: Session
    path: str
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.session.documents.open[self.path].text

    def quick_fix(self, found: types.Diagnostic) -> tuple[Edit, ...]:
        """The edits of the first good quick fix for a diagnostic, the preferred ones first; none if there is none."""
        wanted = self._asked(found.range, [found], QUICK_FIX)
        named = [action for action in wanted if not action.diagnostics or _is_among(found, action.diagnostics)]
        for action in sorted(named, key=lambda action: not action.is_preferred)[:MOST]:
            if edits := self._edits(action):
                return edits
        return ()

    def of_source(self, kind: str, found: Sequence[types.Diagnostic]) -> Iterator[tuple[Edit, ...]]:
        """The edits of each action for the whole file."""
        places = Places(self.text, self.session.encoding)
        lines = self.text.count("\n") + 1
        whole = types.Range(types.Position(0, 0), places.position(lines, len(self.text)))
        for action in self._asked(whole, found, kind):
            yield self._edits(action)

    def _asked(self, place: types.Range, found: Sequence[types.Diagnostic], kind: str) -> list[types.CodeAction]:
        """The actions of a kind that are not disabled; a bare command is one without a kind."""
        if not self._offers(kind):
            return []
        document = types.TextDocumentIdentifier(self.session.documents.open[self.path].uri)
        trigger = types.CodeActionTriggerKind.Invoked
        context = types.CodeActionContext(list(found), only=[kind], trigger_kind=trigger)
        asked = types.CodeActionParams(document, place, context)
        answer = self._answer(types.TEXT_DOCUMENT_CODE_ACTION, asked) or []
        actions = [_as_action(one) for one in answer]
        return [one for one in actions if one.disabled is None and (one.kind is None or is_kind(one.kind, kind))]

    def _offers(self, kind: str) -> bool:
        provider = self.session.able.code_action_provider
        kinds = provider.code_action_kinds if isinstance(provider, types.CodeActionOptions) else None
        return bool(provider) and (not kinds or any(is_kind(one, kind) or is_kind(kind, one) for one in kinds))

    def _edits(self, action: types.CodeAction) -> tuple[Edit, ...]:
        """The edits of an action that the guards would let pass; none, with a note, for any other."""
        try:
            edits = self._of_action(action)
        except UnusableFixError as error:
            self.notes.append(f"`{action.title}` {error}")
            return ()
        before, after = (text.encode() for text in (self.text, apply_edits(self.text, edits)))
        if refused := [one.told for one in judge_change(self.path, before, after, GuardSettings())]:
            self.notes.append(f"`{action.title}` {refused[0]}")
            return ()
        return edits

    def _of_action(self, action: types.CodeAction) -> tuple[Edit, ...]:
        """Raises UnusableFixError."""
        action = self._resolved(action)
        wanted = [action.edit] if action.edit is not None else []
        if action.command is not None:
            wanted += self._executed(action.command)
        session = self.session
        file = OneFile(session.documents.open[self.path], session.encoding, session.documents.path_of)
        edits = [file.edits(edit) for edit in wanted]
        if len([some for some in edits if some]) > 1:
            raise UnusableFixError("edits the file several times")
        return next((some for some in edits if some), ())

    def _resolved(self, action: types.CodeAction) -> types.CodeAction:
        provider = self.session.able.code_action_provider
        if action.edit is not None or not isinstance(provider, types.CodeActionOptions):
            return action
        if not provider.resolve_provider or (action.command is not None and action.data is None):
            return action
        resolved = self._answer(types.CODE_ACTION_RESOLVE, action)
        return resolved if isinstance(resolved, types.CodeAction) else action

    def _executed(self, command: types.Command) -> list[types.WorkspaceEdit]:
        """The edits that a command asks for. The server is told that they are made; the next text shows what was."""
        applied = self.session.replies.applied
        applied.clear()
        self._answer(types.WORKSPACE_EXECUTE_COMMAND, types.ExecuteCommandParams(command.command, command.arguments))
        return list(applied)

    def _answer(self, method: str, params: object) -> Any:
        """An answer; one that is refused is none, and a note."""
        try:
            return self.session.ask(method, params)
        except (ServerDied, ServerSilent):
            raise
        except ServerError as error:
            self.notes.append(error.message)
            return None


def _as_action(one: types.CodeAction | types.Command) -> types.CodeAction:
    return types.CodeAction(one.title, command=one) if isinstance(one, types.Command) else one


def is_kind(kind: str, wanted: str) -> bool:
    """Say whether a kind is one, or a kind of one: `source.fixAll.eslint` is a `source.fixAll`."""
    kind, wanted = (one.value if isinstance(one, types.CodeActionKind) else one for one in (kind, wanted))
    return kind == wanted or kind.startswith(f"{wanted}.")


def _is_among(found: types.Diagnostic, named: Sequence[types.Diagnostic]) -> bool:
    return any((one.range, one.message) == (found.range, found.message) for one in named)
