"""The JSON Schema of the configuration takes what Stomper takes: all examples, presets and keys, and no others."""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from stomper.cli.main import stomper
from stomper.config.every_key import EVERY_KEY
from stomper.config.key_comments import key_comments
from stomper.config.keys import KEYS, WORDS
from stomper.config.preset_names import preset_names
from stomper.config.presets import shipped
from stomper.config.schema import EXAMPLES, config_schema
from stomper.report.schema import report_schema
from stomper.settings import Settings
from tests.kit.cli import ROOT

BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Keys whose default is not a value of the settings by this name, or is found out.
OTHERWISE = {"checkers", "formatters", "proof.level"}


@cache
def whole() -> dict[str, Any]:
    return config_schema()


@cache
def validator() -> jsonschema.Draft7Validator:
    jsonschema.Draft7Validator.check_schema(whole())
    return jsonschema.Draft7Validator(whole())


def problems(values: Any) -> list[str]:
    return [error.message for error in validator().iter_errors(values)]


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables of Stomper in the documentation."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for number, block in enumerate(BLOCK.findall(page.read_text("utf-8"))):
            tables = tomllib.loads(block)
            if "tool" in tables:
                yield f"{page.name}-{number}", tables["tool"]["stomper"]


@pytest.mark.parametrize("values", [pytest.param(values, id=name) for name, values in examples()])
def test_an_example_of_the_documentation_is_taken(values: dict[str, Any]) -> None:
    assert not problems(values)


def test_every_key_is_taken_and_has_words_where_the_list_has_some() -> None:
    assert not problems(tomllib.loads(re.sub(r"^# (?=\w+ = )", "", EVERY_KEY, flags=re.MULTILINE)))
    for key, said in key_comments().items():
        if key in KEYS and said.words:
            assert described(key)["description"].lower() == said.words.lower()


def described(key: str) -> dict[str, Any]:
    """What the schema has of a key."""
    schema = found = whole()
    for part in key.split("."):
        value = found["properties"][part]
        inner = next((one for one in (value, *value.get("allOf", []), *value.get("anyOf", [])) if "$ref" in one), None)
        found = schema["definitions"][inner["$ref"].rpartition("/")[2]] if inner else value
    return found


def test_the_presets_are_taken() -> None:
    for name in preset_names():
        for kind, table in shipped(name).tables.items():
            assert not problems({kind: {name: dict(table)}}), name


def test_defaults_are_those_of_the_settings() -> None:
    for key in KEYS:
        if "default" in (found := described(key)) and key not in OTHERWISE and not key.startswith(EXAMPLES):
            value: Any = Settings()
            for part in key.split("."):
                value = getattr(value, part)
            assert json.loads(json.dumps(value)) == found["default"], key


@pytest.mark.parametrize(
    "values",
    [
        {"chekers": ["ruff"]},
        {"checkers": "ruff"},
        {"max_retries": -1},
        {"max_retries": 1.5},
        {"severity": "fatal"},
        {"workflow": {"max_parallel_files": 33}},
        {"workflow": {"jobs": 3}},
        {"proof": "sure"},
        {"proof": {"level": "sure"}},
        {"profiles": {"ci": {"profile": "x"}}},
        {"fixer": {"mine": {"command": ["x"], "exit_codes": [256]}}},
        {"fixer": {"mine": {"command": ["x"], "exit_codes": "all"}}},
        {"baseline": None},
    ],
    ids=repr,
)
def test_what_is_wrong_is_refused(values: dict[str, Any]) -> None:
    assert problems(values)


@pytest.mark.parametrize("values", [{"proof": "safe"}, {"fixer": {"mine": {"command": ["x"], "exit_codes": "any"}}}])
def test_a_word_may_stand_for_a_table_or_a_list(values: dict[str, Any]) -> None:
    assert not problems(values)
    assert "proof" in WORDS


@pytest.mark.parametrize(("kind", "schema"), [("config", config_schema), ("report", report_schema)])
def test_the_command_prints_the_schema(kind: str, schema: Any) -> None:
    assert json.loads(CliRunner().invoke(stomper, ["schema", kind]).stdout) == schema()
    jsonschema.Draft7Validator.check_schema(schema())


def test_a_schema_has_the_form_of_a_schema_store() -> None:
    for schema in (config_schema(), report_schema()):
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
        assert schema["$id"].startswith("https://json.schemastore.org/")
        text = json.dumps(schema)
        assert "$defs" not in text
        assert '"null"' not in text
        assert Path(schema["$id"]).suffix == ".json"
