"""The JSON Schema of the configuration: the keys from the strict models, the words from the commented list of all keys.

It knows keys, types, words and limits. Rules between keys, and of texts such as patterns, are Stomper's own to check.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from stomper.config.key_comments import KeyComment, key_comments
from stomper.config.keys import WORDS
from stomper.config.plain_schema import DRAFTS, plain_schema
from stomper.config.raw import RawConfig

NAME = "stomper.json"
TITLE = "The configuration of Stomper: stomper.toml, or [tool.stomper] of pyproject.toml"
# Tables that a user names, and those that stand for one in the list of keys. What is shown there is no default.
NAMED = {"RawAgent": ("agent.openai",), "RawFixer": ("fixer.mine",), "RawChecker": ("checker.lint", "checker.server")}
EXAMPLES = ("environment", "tests.command", "tests.env", "tests.pythonpath", "proof.codes", "proof.paths", "tools")


def config_schema() -> dict[str, Any]:
    """Give the schema, for files of their own and for the table in pyproject.toml alike."""
    schema = plain_schema(RawConfig, NAME, TITLE)
    schema["description"] = "All keys, with their defaults, are what `stomper init --all -o -` prints."
    comments, definitions = key_comments(), schema[DRAFTS]
    for table in (schema, definitions["RawProfile"]):
        _describe(table, "", comments)
        for word, key in WORDS.items():
            table["properties"][word] = _or_a_word(table["properties"][word], definitions, key)
    for name, key in _tables(schema):
        _describe(definitions[name], f"{key}.", comments)
    for name, keys in NAMED.items():
        for key in keys:
            _describe(definitions[name], f"{key}.", comments, examples=True)
    return schema


def _tables(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the definition of each table whose keys are known, and its name."""
    for key, value in schema["properties"].items():
        for option in (value, *value.get("anyOf", ()), *value.get("allOf", ())):
            if "$ref" in option:
                yield option["$ref"].rpartition("/")[2], key


def _or_a_word(table: Mapping[str, Any], definitions: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Give the schema of a table in whose place a word may stand: the value of one of its keys."""
    reference = table["allOf"][0] if "allOf" in table else {"$ref": table["$ref"]}
    name = reference["$ref"].rpartition("/")[2]
    word = definitions[name]["properties"][key.rpartition(".")[2]]
    kept = {other: value for other, value in table.items() if other not in ("allOf", "$ref")}
    return {"anyOf": [word, reference], **kept}


def _describe(table: Mapping[str, Any], start: str, comments: Mapping[str, KeyComment], examples: bool = False) -> None:
    """Add to the keys of a table what the list says of them."""
    for key in table["properties"]:
        if said := comments.get(f"{start}{key}"):
            table["properties"][key] = {**_words(said, f"{start}{key}", examples), **_wrapped(table["properties"][key])}


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    return {"allOf": [schema]} if "$ref" in schema else schema


def _words(said: KeyComment, key: str, examples: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {"description": said.words[:1].upper() + said.words[1:]} if said.words else {}
    if said.value is not None:
        shown = examples or said.optional or key.startswith(EXAMPLES)
        facts |= {"examples": [said.value]} if shown else {"default": said.value}
    return facts
