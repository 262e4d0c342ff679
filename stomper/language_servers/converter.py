"""The converter between the protocol's JSON and its types, made once: what it has learned of a type stays."""

import functools
from typing import Any

import attrs
from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter

# Of these fields lsprotocol has no way to read the type, and nobody here needs their values.
UNREAD = (
    (types.NotebookDocumentFilterWithCells, "notebook"),
    (types.DidChangeConfigurationRegistrationOptions, "section"),
)


@functools.cache
def converter() -> Converter:
    """pygls' own, which also lets pass what it cannot read otherwise."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]  # it says nothing of what it gives
    for kind, name in UNREAD:
        made.register_structure_hook(getattr(attrs.fields(kind), name).type, _as_it_is)
    return made


def _as_it_is(value: Any, _: Any) -> Any:
    return value
