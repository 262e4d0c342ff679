"""Hold requests and answers against the description of an API that its maker has published."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

FOLDER = Path(__file__).parents[2] / "data" / "forges"
HERE = "urn:api"
# What any request may be answered, whether its description says so or not: no token, no right, not there, too much.
ANYWHERE = (401, 403, 404, 429, 503)
NUMBER = re.compile(r"-?\d+")


@cache
def description(name: str) -> "Description":
    """Read a description: github, forgejo, gitlab or bitbucket."""
    return Description(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


class Description:
    """A description, of OpenAPI 3.0 or of Swagger 2.0."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = with_null(document)
        contents = Resource.from_contents(self.document, default_specification=DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource(HERE, contents)
        self._paths = [(self._pattern(path), item) for path, item in self.document["paths"].items()]

    def example(self, name: str) -> Any:
        """Give a copy of an answer that the description has as an example."""
        return json.loads(json.dumps(self.document["components"]["examples"][name]["value"]))

    def sample(self, name: str) -> Any:
        """Make the smallest answer that a schema allows."""
        return self._smallest(self.document["components"]["schemas"][name])

    def _smallest(self, schema: dict[str, Any]) -> Any:
        schema = self._followed(schema)
        if parts := schema.get("anyOf"):
            return self._smallest(parts[0])
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        wanted = schema.get("type", "null")
        kind = wanted if isinstance(wanted, str) else "null" if "null" in wanted else wanted[0]
        if kind == "object":
            known = schema.get("properties", {})
            return {key: self._smallest(known.get(key, {})) for key in schema.get("required", ())}
        return {"array": [], "string": "", "integer": 1, "number": 1, "boolean": False}.get(kind)

    def wrong_request(self, method: str, path: str, query: str, body: Any) -> list[str]:
        """Say what is wrong with a request."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path} is not described"]
        known = {one["name"]: one for one in self._parameters(operation) if one["in"] == "query"}
        given = parse_qsl(query, keep_blank_values=True)
        found = [f"{method} {path}: no parameter {name}" for name, _ in given if name not in known]
        for name, value in given:
            if name in known:
                found += self._wrong(known[name].get("schema", known[name]), _typed(value), f"{path}?{name}")
        schema = self._body_schema(operation)
        if schema is None:
            return found + ([f"{method} {path}: takes no body"] if body is not None else [])
        return found + self._wrong(schema, body, f"{method} {path}") + self._unknown(schema, body, path)

    def wrong_answer(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """Say what is wrong with an answer."""
        operation = self._operation(method, path)
        answers = operation["responses"] if operation else {}
        if str(status) not in answers:
            return [] if status in ANYWHERE else [f"{method} {path}: {status} is not described"]
        answer = self._followed(answers[str(status)])
        schema = answer.get("schema") or next((one["schema"] for one in answer.get("content", {}).values()), None)
        if schema is None:
            return [] if body is None else [f"{method} {path}: {status} has no body"]
        where = f"{method} {path} -> {status}"
        strict = "swagger" in self.document
        return self._wrong(schema, body, where) + (self._unknown(schema, body, where) if strict else [])

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        found = [item for pattern, item in self._paths if pattern.fullmatch(path) and method.lower() in item]
        if not found:
            return None
        return {**found[0][method.lower()], "shared": found[0].get("parameters", [])}

    def _parameters(self, operation: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [self._followed(one) for one in (*operation["shared"], *operation.get("parameters", ()))]

    def _body_schema(self, operation: Mapping[str, Any]) -> dict[str, Any] | None:
        bodies = [one["schema"] for one in self._parameters(operation) if one["in"] == "body"]
        content = self._followed(operation.get("requestBody", {})).get("content", {})
        bodies += [one["schema"] for one in content.values()]
        return bodies[0] if bodies else None

    def _followed(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            found: Any = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            node = found
        return node

    def _wrong(self, schema: Mapping[str, Any], value: Any, where: str) -> list[str]:
        validator = Draft4Validator(_anchored(schema), registry=self._registry)
        return [f"{where}: {'/'.join(map(str, one.path))}: {one.message}"[:400] for one in validator.iter_errors(value)]

    def _unknown(self, schema: Mapping[str, Any], value: Any, where: str) -> list[str]:
        """Name the keys that a table has and its schema does not; neither maker forbids them, but they do nothing."""
        return [f"{where}: there is no {key}" for key in self._strangers(dict(schema), value)]

    def _strangers(self, schema: dict[str, Any], value: Any) -> Iterator[str]:
        schema = self._followed(schema)
        if isinstance(value, list) and "items" in schema:
            for one in value:
                yield from self._strangers(schema["items"], one)
        properties = {**schema.get("properties", {})}
        for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
            properties |= self._followed(part).get("properties", {})
        # Who says that there may be more keys does not name them all.
        open_ = any(
            self._followed(one).get("additionalProperties") is True for one in (schema, *schema.get("allOf", ()))
        )
        if isinstance(value, dict) and properties and not open_:
            for key, inner in value.items():
                if key not in properties:
                    yield key
                else:
                    yield from self._strangers(properties[key], inner)

    def _pattern(self, path: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))


def with_null(node: Any) -> Any:
    """Say `nullable` as JSON Schema does."""
    if isinstance(node, list):
        return [with_null(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {key: with_null(value) for key, value in node.items() if key != "nullable" or not isinstance(value, bool)}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def _anchored(schema: Mapping[str, Any]) -> Any:
    """Have the references of a part lead into the document."""
    if isinstance(schema, list):
        return [_anchored(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: f"{HERE}{value}" if key == "$ref" and isinstance(value, str) else _anchored(value)
        for key, value in schema.items()
    }


def _typed(text: str) -> Any:
    if NUMBER.fullmatch(text):
        return int(text)
    return {"true": True, "false": False}.get(text, text)
