"""Templates of text with `{names}` in them, which a person writes and we fill. Nothing but names is looked up."""

import string
from collections.abc import Collection, Mapping

from stomper.text.suggestions import did_you_mean


def template_problem(template: str, known: Collection[str]) -> str:
    """Say what is wrong with a template whose names are to be `known`; '' if it can be filled."""
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as error:
        return f"is no template: {error}; write {{{{ for a brace"
    for _, name, form, conversion in pieces:
        if name is None:
            continue
        if form or conversion:
            return f"{{{name}}} can only stand as it is, without : and !"
        if name not in known:
            return f"there is no {{{name}}} to write. {did_you_mean(name, known)}"
    return ""


def names_in(template: str) -> frozenset[str]:
    """The names that a sound template has filled in."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


def fill(template: str, values: Mapping[str, str]) -> str:
    """A sound template with its names replaced by their values. Raises KeyError for a name without one."""
    found = string.Formatter().parse(template)
    return "".join(text + ("" if name is None else values[name]) for text, name, _, _ in found)
