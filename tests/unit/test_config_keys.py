"""The list of keys is that of the models, which take too long to load for those who need the names only."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from stomper.config.keys import KEYS, TABLES
from stomper.config.layers import nest
from stomper.config.plain_values import are_plain, choices
from stomper.config.problems import validate
from stomper.config.raw import RawConfig

LOADED = """
import sys
from pathlib import Path
from stomper.config import load_settings
settings = load_settings(Path({top!r}), {{"max_retries": {retries}}}, {{}})
print(settings.max_retries, "pydantic" in sys.modules)
"""


def kind_of(annotation: Any) -> type:
    """`Annotated[int, ...] | None` is int, `list[Text]` is list, a Literal of words is str."""
    origin = get_origin(annotation)
    if origin in (Annotated, Union, UnionType):
        return kind_of(get_args(annotation)[0])
    kind: type = str if origin is Literal else origin or annotation
    return kind


def walk(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, type]]:
    for name, field in model.model_fields.items():
        kind = kind_of(field.annotation)
        if issubclass(kind, BaseModel):
            yield from walk(kind, f"{prefix}{name}.")
        elif kind is not dict:
            yield f"{prefix}{field.alias or name}", kind


def test_the_keys_are_the_fields_of_the_models() -> None:
    assert list(KEYS.items()) == list(walk(RawConfig))
    names = [field.alias or name for name, field in RawConfig.model_fields.items()]
    assert tuple(name for name in names if name not in KEYS) == TABLES


@pytest.mark.parametrize("key", [key for key in KEYS if choices(key)])
def test_what_is_right_at_a_glance_is_right_for_the_models(key: str) -> None:
    for value in choices(key):
        tables = nest({key: value})
        assert are_plain(tables)
        assert validate(tables)[0] == {key: value}
        raw = RawConfig.model_validate(tables).model_dump(exclude_unset=True, by_alias=True)
        assert raw == tables


NOT_PLAIN: dict[str, dict[str, object]] = {
    "a number for a switch": {"learning": 1},
    "an unknown word": {"sandbox": "maybe"},
    "an unknown key": {"sandbix": "auto"},
    "an unknown table": {"nonsense": {}},
    "one name with a dot": {"tests.sandbox": "off"},
    "an unknown table in a table": {"tests": {"nonsense": {}}},
    "a list": {"sandbox": ["auto"]},
    "a table for a switch": {"learning": {}},
    "nothing": {"learning": None},
    "a number": {"max_retries": 2},
    "a name": {"git": {"branch_prefix": "auto"}},
    "an agent": {"agent": {"mine": {}}},
}


@pytest.mark.parametrize("what", NOT_PLAIN)
def test_what_is_not_right_at_a_glance_is_for_the_models(what: str) -> None:
    assert not are_plain(NOT_PLAIN[what])


def test_there_is_something_at_a_glance() -> None:
    assert {choices(key) for key in ("learning", "max_retries")} == {(True, False), ()}
    assert {KEYS[key] for key in KEYS if choices(key)} == {bool, str}
    assert are_plain({})
    assert are_plain({"tests": {}, "agent": {}, "tool_sandbox": "off"})


def test_the_models_are_loaded_if_there_is_something_to_check(tmp_path: Path) -> None:
    for retries, loaded in ((None, "3 False"), (2, "2 True")):
        code = LOADED.format(top=str(tmp_path), retries=retries)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert (done.stdout.strip(), done.stderr) == (loaded, "")
