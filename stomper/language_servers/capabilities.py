"""What Stomper says of itself when it opens a server: just what it does."""

from lsprotocol import types

ENCODINGS = (types.PositionEncodingKind.Utf32, types.PositionEncodingKind.Utf8, types.PositionEncodingKind.Utf16)
KINDS = (
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.Source,
    types.CodeActionKind.SourceFixAll,
    types.CodeActionKind.SourceOrganizeImports,
)


def capabilities() -> types.ClientCapabilities:
    """Nothing is registered later: what a server can do is known once it has begun.

    No tags: diagnostics that only have something shown paler are none of a linter's.
    """
    return types.ClientCapabilities(
        workspace=_workspace(),
        text_document=types.TextDocumentClientCapabilities(
            synchronization=types.TextDocumentSyncClientCapabilities(dynamic_registration=False),
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                version_support=True, code_description_support=True, data_support=True, related_information=False
            ),
            diagnostic=types.DiagnosticClientCapabilities(dynamic_registration=False, related_document_support=False),
            code_action=_code_action(),
        ),
        window=types.WindowClientCapabilities(work_done_progress=True),
        general=types.GeneralClientCapabilities(position_encodings=list(ENCODINGS)),
    )


def _workspace() -> types.WorkspaceClientCapabilities:
    return types.WorkspaceClientCapabilities(
        apply_edit=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True, resource_operations=[]),
        configuration=True,
        workspace_folders=True,
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
        execute_command=types.ExecuteCommandClientCapabilities(dynamic_registration=False),
        diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
    )


def _code_action() -> types.CodeActionClientCapabilities:
    kinds = types.ClientCodeActionKindOptions(value_set=list(KINDS))
    return types.CodeActionClientCapabilities(
        dynamic_registration=False,
        code_action_literal_support=types.ClientCodeActionLiteralOptions(code_action_kind=kinds),
        is_preferred_support=True,
        disabled_support=True,
        data_support=True,
        resolve_support=types.ClientCodeActionResolveOptions(properties=["edit"]),
    )
