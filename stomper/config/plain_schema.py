"""Bring JSON Schemas that pydantic makes into the form that SchemaStore and editors take: draft 07, without null."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

DRAFT = "http://json-schema.org/draft-07/schema#"
SCHEMA_STORE = "https://json.schemastore.org"
PYDANTICS, DRAFTS = "$defs", "definitions"
# Keywords whose value has a schema for each name, a list of schemas, or one schema.
NAMED = (DRAFTS, "properties", "patternProperties")
SEVERAL = ("anyOf", "allOf", "oneOf")
ONE = ("items", "additionalProperties", "propertyNames")


def plain_schema(model: type[BaseModel], name: str, title: str) -> dict[str, Any]:
    """Give the schema of a model as a whole document."""
    made = _with_words(model.model_json_schema())
    body = plain({DRAFTS: made.pop(PYDANTICS, {}), **made})
    definitions = body.pop(DRAFTS)
    head = {"$schema": DRAFT, "$id": f"{SCHEMA_STORE}/{name}", "title": title}
    return {**head, **body, **({DRAFTS: definitions} if definitions else {})}


def _with_words(made: dict[str, Any]) -> dict[str, Any]:
    """Put the words of an enumeration where it is referred to."""
    words = {name: one for name, one in made.get(PYDANTICS, {}).items() if "enum" in one}
    within = {f"#/{PYDANTICS}/{name}": {"type": one["type"], "enum": one["enum"]} for name, one in words.items()}

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return within.get(value.get("$ref", "")) or {key: put(inner) for key, inner in value.items()}
        return [put(inner) for inner in value] if isinstance(value, list) else value

    kept = {name: one for name, one in made.get(PYDANTICS, {}).items() if name not in words}
    whole: dict[str, Any] = put({**made, PYDANTICS: kept})
    return whole


def plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give a schema, and all that are in it, without titles of classes and without null, which TOML does not have."""
    cleaned = {key: _inside(key, value) for key, value in schema.items() if key != "title"}
    if cleaned.get("default", "") is None:
        del cleaned["default"]
    options = cleaned.get("anyOf", [])
    if {"type": "null"} in options:
        left = [option for option in options if option != {"type": "null"}]
        del cleaned["anyOf"]
        cleaned = {**cleaned, **(left[0] if len(left) == 1 else {"anyOf": left})}
    return _beside_reference(cleaned)


def _inside(key: str, value: Any) -> Any:
    if key in NAMED:
        return {name: plain(one) for name, one in value.items()}
    if key in SEVERAL:
        return [plain(one) for one in value]
    if key in ONE and isinstance(value, dict):
        return plain(value)
    if key == "$ref":
        return value.replace(f"#/{PYDANTICS}/", f"#/{DRAFTS}/")
    return value


def _beside_reference(schema: dict[str, Any]) -> dict[str, Any]:
    """Draft 07 does not look at what stands beside a reference."""
    if "$ref" in schema and len(schema) > 1:
        return {"allOf": [{"$ref": schema.pop("$ref")}], **schema}
    return schema
