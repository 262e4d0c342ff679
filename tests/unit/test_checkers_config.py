"""`[tool.stomper.checker.NAME]`: what is taken, and what is refused and how."""

import dataclasses
import json
import pickle
from pathlib import Path

import pytest

from stomper.config import load_settings
from stomper.errors import ConfigError
from stomper.journal.run_folder import _load
from stomper.settings import CheckerSettings, CommandSettings, Settings

TABLES = """\
checkers = ["ruff", "lint", "hadolint"]
[checker.lint]
command = ["eslint", "--format", "json", "{files}"]
format = "json"
timeout = 20
include = ["web/**/*.js"]
exit_codes = [0, 1, 3, "8-10"]
json = { items = "messages", path = "filePath", line = "line", line_base = 0, column_base = 1 }
[checker.hadolint]
command = ["hadolint"]
format = "sarif"
whole_project = true
[checker.words]
command = ["words"]
format = "pattern"
include = ["*.md"]
pattern = '^(?P<path>.+):(?P<line>\\d+): (?P<message>.*)$'
column_base = 0
[fixer.lint-fix]
command = ["eslint", "--fix"]
include = ["*.js"]
exit_codes = "any"
"""


def load(top: Path, text: str) -> Settings:
    (top / "stomper.toml").write_text(text)
    return load_settings(top, {}, {})


def test_every_key_of_a_checker_arrives(tmp_path: Path) -> None:
    settings = load(tmp_path, TABLES)
    places = (("items", "messages"), ("path", "filePath"), ("line", "line"))
    command = ("eslint", "--format", "json", "{files}")
    codes = (0, 1, 3, 8, 9, 10)
    lint = CheckerSettings("lint", command, "json", 20, ("web/**/*.js",), codes, json=places, line_base=0)
    hadolint = CheckerSettings("hadolint", ("hadolint",), "sarif", whole_project=True)
    pattern = r"^(?P<path>.+):(?P<line>\d+): (?P<message>.*)$"
    words = CheckerSettings("words", ("words",), "pattern", include=("*.md",), pattern=pattern, column_base=0)
    assert settings.own_checkers == (lint, hadolint, words)
    assert settings.commands == (
        CommandSettings("lint-fix", ("eslint", "--fix"), 300, ("*.js",), exit_codes=tuple(range(256))),
    )
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert _load(Settings, json.loads(json.dumps(dataclasses.asdict(settings)))) == settings


def test_what_enabled_checkers_include_is_looked_at(tmp_path: Path) -> None:
    settings = load(tmp_path, TABLES)
    assert settings.included == ("**/*.py", "**/*.pyi", "web/**/*.js")
    assert [checker.name for checker in settings.enabled_own_checkers] == ["lint", "hadolint"]


START = "[checker.a]\ncommand = ['a']\n"
JSON = START + 'format = "json"\n'
PATTERN = START + 'format = "pattern"\n'
REFUSED = {
    START: "checker.a needs a `command` and a `format`",
    START
    + 'format = "xml"': "checker.a.format: expected 'sarif', 'pattern', 'json' or 'lsp', found the string \"xml\"",
    "[checker.a]\nformat = 'sarif'": "checker.a needs a `command` and a `format`",
    JSON: 'checker.a: format = "json" needs `json`, which says how to read the output',
    PATTERN: 'checker.a: format = "pattern" needs `pattern`',
    JSON + "json = { path = 'p' }\npattern = '(?P<path>x)'": '`pattern` means nothing beside format = "json"',
    JSON + "json = { line = 'l' }": "checker.a.json.path: expected a value, found nothing",
    JSON + "json = { path = 'p', lin = 'l' }": 'did you mean "checker.a.json.line"?',
    START + "format = 'sarif'\nincldue = []": 'did you mean "checker.a.include"?',
    PATTERN + "pattern = '(?P<path>'": "checker.a.pattern: is not a regular expression",
    PATTERN + "pattern = '(?P<line>x)'": "checker.a.pattern: has no group for the path: (?P<path>...)",
    PATTERN + "pattern = '(?P<path>x)(?P<row>y)'": "has a group that means nothing: row; there are path, line,",
    START + "format = 'sarif'\nexit_codes = []": "checker.a.exit_codes: expected at least one exit code",
    START + "format = 'sarif'\nexit_codes = [256]": "checker.a.exit_codes: item 1: expected exit codes from 0 to 255",
    START + "format = 'sarif'\nexit_codes = [0, '4-2']": "checker.a.exit_codes: item 2: expected exit codes from 0",
    START + "format = 'sarif'\nexit_codes = ['any']": '"any" stands alone, not in a list',
    START + "format = 'sarif'\nexit_codes = [true]": "item 1: expected a number or a range",
    START + "format = 'sarif'\nexit_codes = 3": 'expected a list of exit codes, as in [0, "2-4"], or "any"',
    START + "format = 'sarif'\nline_base = 0": "mean nothing: SARIF counts from 1",
    JSON + "column_base = 0\njson = { path = 'p' }": 'beside format = "json" belong into `json`',
    JSON + "json = { path = 'p', line_base = 2 }": "checker.a.json.line_base: expected 0 or 1, found the integer 2",
    JSON + "json = { path = 'p', line_bas = 0 }": 'did you mean "checker.a.json.line_base"?',
    "[checker.mypy]\ncommand = ['a']\nformat = 'sarif'": "checker.mypy: mypy is a built-in checker; give yours",
    "[checker.'a b']\ncommand = ['a']\nformat = 'sarif'": "the name of a checker is made of letters",
    "[checker.a]\ncommand = ['a', '--x={files}']\nformat = 'sarif'": "{files} must be a word of its own",
    "[checker.a]\ncommand = ['a', '{file}']\nformat = 'sarif'\nwhole_project = true": "has no {files} and no {file}",
    "[fixer.sarif]\ncommand = ['a']": "fixer.sarif: sarif is a built-in fixer",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert REFUSED[text] in f"{caught.value.message}\n{caught.value.hint}"


@pytest.mark.parametrize(
    ("format", "looked_at", "words"),
    [
        ("json", "{ pattern = '(?P<path>x)' }", '`looked_at` beside format = "json" needs `path`'),
        ("sarif", "{ path = 'x' }", "a log names them itself"),
    ],
)
def test_what_was_looked_at_is_told_as_the_format_can(tmp_path: Path, format: str, looked_at: str, words: str) -> None:
    places = "json = { path = 'p' }\n" if format == "json" else ""
    with pytest.raises(ConfigError, match=words):
        load(tmp_path, f"[checker.a]\ncommand = ['a']\nformat = '{format}'\n{places}looked_at = {looked_at}\n")


def test_a_whole_tool_with_the_name_of_a_preset_gets_nothing_of_it(tmp_path: Path) -> None:
    fixer = "[fixer.black]\ncommand = ['black']\n"
    checker = "[checker.shellcheck]\ncommand = ['sc']\nformat = 'sarif'\n"
    settings = load(tmp_path, f"checkers = ['shellcheck']\nfixers = ['black']\n{fixer}{checker}")
    assert settings.own_checkers == (CheckerSettings("shellcheck", ("sc",), "sarif"),)
    assert settings.commands == (CommandSettings("black", ("black",)),)
    (black,) = load(tmp_path, "[fixer.black]\ntimeout = 7\n").commands
    assert (black.timeout, black.include) == (7, ("*.py", "*.pyi"))


def test_a_server_is_told_its_sections_as_tables(tmp_path: Path) -> None:
    """Editors write the name of a section with dots, as one key."""
    text = """[checker.a]
command = ["a", "--stdio"]
format = "lsp"
quiet_time = 0
env = { A = "1" }
[checker.a.settings]
"b.c" = { d = [1, 2] }
b.c.e = true
"""
    (server,) = load(tmp_path, text).own_checkers
    assert (server.format, server.quiet_time, server.env) == ("lsp", 0, (("A", "1"),))
    assert server.settings == '{"b": {"c": {"d": [1, 2], "e": true}}}'
