"""The converter between the protocol's JSON and its types, made once: what it has learned of a type stays."""

import functools
from typing import Any, Union

import attrs
from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter

# Of these fields lsprotocol has no way to read the type, and nobody here needs their values.
UNREAD = (
    (types.NotebookDocumentFilterWithCells, "notebook"),
    (types.DidChangeConfigurationRegistrationOptions, "section"),
)
ACTION = Union[types.Command, types.CodeAction]  # noqa: UP007  # by this very form it is found


@functools.cache
def converter() -> Converter:
    """pygls' own, which also lets pass what it cannot read otherwise."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]  # it says nothing of what it gives
    for kind, name in UNREAD:
        made.register_structure_hook(getattr(attrs.fields(kind), name).type, _as_it_is)
    made.register_structure_hook(ACTION, lambda value, _: made.structure(value, _kind_of_action(value)))
    return made


def _kind_of_action(value: Any) -> type[types.Command] | type[types.CodeAction]:
    """Both may have a `command`: that of a code action is a command itself, and lsprotocol takes it for a text."""
    return types.Command if isinstance(value.get("command"), str) else types.CodeAction


def _as_it_is(value: Any, _: Any) -> Any:
    return value
