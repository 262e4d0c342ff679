"""What a server asks of its client, and reports to it: each gets its answer, and is remembered."""

from typing import Any

from lsprotocol import types

from stomper.language_servers.conversation import Conversation


class Replies:
    """Answers a server, which is opened on `folders` and has the settings `told`.

    `active` is the work that it says it is at, by its token; `begun` counts all such work that ever was, `refreshed`
    how often it said that its diagnostics are old. `applied` are edits that commands of its asked for.
    """

    def __init__(self, folders: list[types.WorkspaceFolder], told: dict[str, Any]) -> None:
        self.folders, self.told = folders, told
        self.active: set[object] = set()
        self.begun = self.refreshed = 0
        self.applied: list[types.WorkspaceEdit] = []
        self._registered: dict[str, str] = {}

    def listen(self, talk: Conversation) -> None:
        talk.hear(types.PROGRESS, self._progress)
        talk.hear(types.WORKSPACE_CONFIGURATION, self._configuration)
        talk.hear(types.WORKSPACE_WORKSPACE_FOLDERS, lambda _: self.folders)
        talk.hear(types.CLIENT_REGISTER_CAPABILITY, self._register)
        talk.hear(types.CLIENT_UNREGISTER_CAPABILITY, self._unregister)
        talk.hear(types.WORKSPACE_DIAGNOSTIC_REFRESH, self._refresh)
        talk.hear(types.WORKSPACE_APPLY_EDIT, self._apply)
        for method in (types.WINDOW_WORK_DONE_PROGRESS_CREATE, types.WINDOW_SHOW_MESSAGE_REQUEST):
            talk.hear(method, lambda _: None)

    def has_registered(self, method: str) -> bool:
        """Say whether the server has said, after its start, that it can be asked this."""
        return method in self._registered.values()

    def _progress(self, params: types.ProgressParams) -> None:
        kind = params.value.get("kind") if isinstance(params.value, dict) else getattr(params.value, "kind", None)
        if kind == "begin":
            self.active.add(params.token)
            self.begun += 1
        elif kind == "end":
            self.active.discard(params.token)

    def _configuration(self, params: types.ConfigurationParams) -> list[Any]:
        return [self._section(item.section or "") for item in params.items]

    def _section(self, name: str) -> Any:
        """A section of the settings by its dotted name; null for one that is not there."""
        found: Any = self.told
        for part in filter(None, name.split(".")):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def _register(self, params: types.RegistrationParams) -> None:
        self._registered |= {one.id: one.method for one in params.registrations}

    def _unregister(self, params: types.UnregistrationParams) -> None:
        for one in params.unregisterations:
            self._registered.pop(one.id, None)

    def _refresh(self, _: Any) -> None:
        self.refreshed += 1

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        """Keep an edit that a command asks for; whoever has started the command decides about it."""
        self.applied.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)
