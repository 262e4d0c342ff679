"""Write TOML in one form: a table in a list is always a `[[table]]` of its own, however short it is."""

from collections.abc import Iterator, Mapping
from typing import Any


def toml_document(table: Mapping[str, Any]) -> str:
    """Give a table as TOML, its plain values before the tables in it."""
    return "\n".join(_parts(table, ""))


def _parts(table: Mapping[str, Any], name: str, listed: bool = False) -> Iterator[str]:
    import tomli_w

    inner = {key: value for key, value in table.items() if _are_tables(value)}
    plain = {key: value for key, value in table.items() if key not in inner}
    head = f"[[{name}]]\n" if listed else f"[{name}]\n" if name and (plain or not inner) else ""
    if text := head + tomli_w.dumps(plain):
        yield text
    for key, value in inner.items():
        below = f"{name}.{_key(key)}" if name else _key(key)
        if isinstance(value, Mapping):
            yield from _parts(value, below)
        else:
            yield from (part for each in value for part in _parts(each, below, listed=True))


def _are_tables(value: object) -> bool:
    """Say whether a value is a table, or a list of tables and of nothing else."""
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(each, Mapping) for each in value)
    return isinstance(value, Mapping)


def _key(name: str) -> str:
    import tomli_w

    return tomli_w.dumps({name: 0}).removesuffix(" = 0\n")
