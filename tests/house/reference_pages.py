"""The pages of docs/reference that are made from the JSON Schemas: a table for each table, a row for each key."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stomper.config.plain_schema import DRAFTS

CONFIGURATION = """\
# Keys of the configuration

What [configuration.md](../configuration.md) shows by example, key by key. It is made from the [JSON
Schema](../schemas/stomper.schema.json) ([how to use it](../configuration.md#in-an-editor)); `scripts/reference.py`
writes this page anew. A value in brackets is an example, any other one the default.
"""
REPORT = """\
# Keys of the report

What [report.md](../report.md) explains, key by key. A key that is not *always* there is there if it has content. The
page is made from the [JSON Schema](../schemas/report.schema.json), which `stomper schema report` prints;
`scripts/reference.py` writes it anew.
"""


def configuration_page(schema: Mapping[str, Any]) -> str:
    """Give the page of the configuration."""
    return CONFIGURATION + "".join(
        f"\n## {title}\n\n| key | value | default | meaning |\n|---|---|---|---|\n"
        + "".join(
            f"| `{key}` | {_kind(value)} | {_default(value)} | {_cell(value.get('description', ''))} |\n"
            for key, value in table["properties"].items()
        )
        for title, table in _tables(schema)
    )


def _tables(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the top and each table, by its name in the configuration. Profiles have the keys of the top."""
    yield "At the top", schema
    for name, definition in sorted(_names(schema, schema, "")):
        yield f"`[{name}]`", schema[DRAFTS][definition]


def _names(schema: Mapping[str, Any], table: Mapping[str, Any], start: str) -> Iterator[tuple[str, str]]:
    """Give the tables that are in one, each by its name, with its definition."""
    for key, value in table["properties"].items():
        inner, one = value.get("additionalProperties"), f"{start}{key}"
        options = [(one, option) for option in (value, *value.get("allOf", ()), *value.get("anyOf", ()))]
        for name, option in [*options, (f"{one}.NAME", inner if isinstance(inner, dict) else {})]:
            definition = option.get("$ref", "").rpartition("/")[2]
            if definition and definition != "RawProfile":
                yield name, definition
                yield from _names(schema, schema[DRAFTS][definition], f"{name}.")


def report_page(schema: Mapping[str, Any]) -> str:
    """Give the page of the report."""
    tables = [("At the top", schema), *schema[DRAFTS].items()]
    return REPORT + "".join(
        f"\n## {title}\n\n{_about(table, title)}| key | value | always | meaning |\n|---|---|---|---|\n"
        + "".join(
            f"| `{key}` | {_kind(value)} | {'yes' if key in table.get('required', ()) else ''} "
            f"| {_cell(value.get('description', ''))} |\n"
            for key, value in table["properties"].items()
        )
        for title, table in tables
        if "properties" in table
    )


def _about(table: Mapping[str, Any], title: str) -> str:
    words = table.get("description", "")
    return f"{words}\n\n" if words and title != "At the top" else ""


def _kind(value: Mapping[str, Any]) -> str:
    """Say what a key takes."""
    if options := value.get("anyOf") or value.get("allOf"):
        return " or ".join(dict.fromkeys(map(_kind, options)))
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2].removeprefix("Raw")
        return f"[{name}](#{name.lower()})" if not value["$ref"].startswith(f"#/{DRAFTS}/Raw") else "table"
    if words := value.get("enum", [value["const"]] if "const" in value else []):
        return ", ".join(f"`{json.dumps(word)}`" for word in words)
    kind = str(value.get("type", "anything"))
    if kind == "array":
        return f"list of {_kind(value['items'])}"
    if kind == "object":
        inner = value.get("additionalProperties")
        return f"table of {_kind(inner)}" if isinstance(inner, dict) else "table"
    return {"integer": "whole number", "string": "text", "boolean": "true, false"}.get(kind, kind) + _limits(value)


def _limits(value: Mapping[str, Any]) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    if low is not None and high is not None:
        return f", {low:g} to {high:g}"
    if "exclusiveMinimum" in value:
        return f", above {value['exclusiveMinimum']:g}"
    return f", at least {low:g}" if low else ""


def _default(value: Mapping[str, Any]) -> str:
    if "default" in value:
        return f"`{_cell(json.dumps(value['default']))}`"
    return "; ".join(f"(`{_cell(json.dumps(example))}`)" for example in value.get("examples", ()))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")
