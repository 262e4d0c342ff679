"""The circumstances in a report: addresses without secrets, versions as installers note them, options, TOML."""

import dataclasses
import tomllib
from pathlib import Path

import pytest

from stomper.git.remotes import shown_remote
from stomper.project.tool_versions import noted_version
from stomper.report.places import placeless
from stomper.run.report_facts import options_report
from stomper.settings import CheckerSettings, Settings, TestSettings
from stomper.text.toml import toml_document

ADDRESSES = {
    "https://example.org/team/shop.git": "https://example.org/team/shop.git",
    "https://me:hunter2@example.org/team/shop.git?token=1#x": "https://example.org/team/shop.git",
    "https://ghp_0123456789@example.org:8443/shop": "https://example.org:8443/shop",
    "ssh://git:word@example.org:22/shop.git": "ssh://git@example.org:22/shop.git",
    "git@example.org:team/shop.git": "git@example.org:team/shop.git",
    "/srv/git/shop.git": "",
    "../shop": "",
    "file:///srv/git/shop.git": "",
    "ext::ssh -i key example.org %S": "",
    "https://[::1/broken": "",
    "": "",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_shown_without_what_is_secret_or_of_this_machine(address: str) -> None:
    assert shown_remote(address) == ADDRESSES[address]


def test_versions_are_read_where_installers_note_them(tmp_path: Path) -> None:
    (tmp_path / "lib" / "python3.12" / "site-packages" / "pytest_x-1.2.3.dist-info").mkdir(parents=True)
    assert noted_version(str(tmp_path / "bin" / "x"), "pytest-x") == "1.2.3"
    assert noted_version(str(tmp_path / "bin" / "x"), "pytest") == ""
    (tmp_path / "node_modules" / "lint" / "bin").mkdir(parents=True)
    (tmp_path / "node_modules" / ".bin").mkdir()
    program = tmp_path / "node_modules" / "lint" / "bin" / "lint.js"
    program.touch()
    (program.parent.parent / "package.json").write_text('{"name": "lint", "version": "9.8"}')
    (tmp_path / "node_modules" / ".bin" / "lint").symlink_to(program)
    assert noted_version(str(tmp_path / "node_modules" / ".bin" / "lint"), "lint") == "9.8"
    (program.parent.parent / "package.json").write_text("half {")
    assert noted_version(str(program), "lint") == ""


def test_options_are_what_is_not_as_by_default_and_hide_variables() -> None:
    assert options_report(Settings()) == {}
    told = dataclasses.replace(
        Settings(),
        max_retries=7,
        checkers_asked=True,
        tests=TestSettings(env=(("MODE", "hunter2hunter2"),), asked=True),
        own_checkers=(CheckerSettings("lint", ("lint", "-q"), "json", json=(("path", "p"),)),),
    )
    assert options_report(told) == {
        "max_retries": 7,
        "tests": {"env": [["MODE", "[secret]"]]},
        "own_checkers": [{"name": "lint", "command": ["lint", "-q"], "format": "json", "json": [["path", "p"]]}],
    }


def test_only_whole_folders_are_places() -> None:
    places = (("/a/b", ""), ("/a", "~"))
    assert [placeless(text, places) for text in ("see /a/b/c.py:3", "/a/bc", "'/a/b'", "https://h/a/b")] == [
        "see c.py:3", "~/bc", "'.'", "https://h/a/b",
    ]  # fmt: skip


def test_toml_is_read_as_it_was_meant() -> None:
    table = {
        "a": {"x": {}, "list": [{"one": 1}, {"two": {"b c": [{"deep": "\n"}]}}]},
        "empty": [],
        "mixed": [1, {"in": "line"}],
        "": {"é": {"k": 1}},
    }
    assert tomllib.loads(toml_document(table)) == table
