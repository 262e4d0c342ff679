"""Where tools and the project's interpreter are looked for, and in which order."""

import sys
from pathlib import Path

import pytest

from stomper.errors import ConfigError, ToolError
from stomper.project import find_tools
from stomper.project.find_tools import find_python, find_tool

# From first to last, each with the folder below the test's that it is in.
ORDER = {
    "project .venv": "top/.venv/bin",
    "project venv": "top/venv/bin",
    "active virtual environment": "active/bin",
    "PATH": "path",
    "shipped with Stomper": "shipped",
}
FOUND = list(ORDER)


def install(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, with nothing found anywhere."""
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(find_tools, "_scripts", lambda: str(tmp_path / "shipped"))
    (tmp_path / "top").mkdir()
    return tmp_path / "top"


@pytest.mark.parametrize("first", range(len(FOUND)))
def test_tool_is_the_first_in_order(top: Path, tmp_path: Path, first: int) -> None:
    for origin in FOUND[first:]:
        install(tmp_path / ORDER[origin], "ruff")
    tool = find_tool("ruff", top)
    assert (tool.name, tool.path, tool.origin) == ("ruff", str(tmp_path / ORDER[FOUND[first]] / "ruff"), FOUND[first])


def test_configured_path_beats_all(top: Path, tmp_path: Path) -> None:
    for folder in ORDER.values():
        install(tmp_path / folder, "ruff")
    mine = install(tmp_path / "mine", "my-ruff")
    tool = find_tool("ruff", top, str(mine))
    assert (tool.path, tool.origin) == (str(mine), "configured")


@pytest.mark.parametrize("what", ["absent", "folder", "not executable"])
def test_configured_path_that_is_no_program_is_an_error_not_passed_over(top: Path, tmp_path: Path, what: str) -> None:
    install(tmp_path / "path", "ruff")
    place = tmp_path / "mine"
    if what == "folder":
        place.mkdir()
    elif what == "not executable":
        place.write_text("")
        place.chmod(0o644)
    with pytest.raises(ConfigError, match=rf"tools\.ruff: {place} is not a program"):
        find_tool("ruff", top, str(place))


def test_only_ruff_is_shipped(top: Path, tmp_path: Path) -> None:
    install(tmp_path / "shipped", "mypy")
    with pytest.raises(ToolError) as caught:
        find_tool("mypy", top)
    assert caught.value.message == "mypy was not found: not in the project's environment or node_modules, not on PATH"
    assert "mypy = '/path' below [tools] in stomper.toml" in str(caught.value.hint)


def test_what_is_there_but_cannot_be_run_is_passed_over(top: Path, tmp_path: Path) -> None:
    install(top / ".venv/bin", "ruff").chmod(0o644)
    (top / "venv/bin/ruff").mkdir(parents=True)
    last = install(tmp_path / "path", "ruff")
    assert find_tool("ruff", top).path == str(last)


def test_path_that_is_relative_is_made_absolute(top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers run the tool from other folders."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "path")
    install(tmp_path / "path", "ruff")
    assert find_tool("ruff", top).path == str(tmp_path / "path" / "ruff")


def test_frozen_binary_ships_what_it_unpacked(top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "unpacked"), raising=False)
    install(tmp_path / "shipped", "ruff")
    ours = install(tmp_path / "unpacked" / "bin", "ruff")
    assert find_tool("ruff", top).path == str(ours)


PYTHONS = ["top/.venv/bin/python", "top/venv/bin/python", "poetry/bin/python", "active/bin/python", "path/python3"]


@pytest.mark.parametrize("first", range(len(PYTHONS)))
def test_interpreter_is_the_first_in_order(top: Path, tmp_path: Path, first: int) -> None:
    for place in PYTHONS[first:]:
        install((tmp_path / place).parent, Path(place).name)
    (top / "poetry.lock").touch()
    poetry = install(tmp_path / "path", "poetry")
    poetry.write_text(f'#!/bin/sh\n[ "$*" = "env info --path" ] && echo {tmp_path}/poetry\n')
    assert find_python(top, None) == str(tmp_path / PYTHONS[first])


def test_poetry_is_not_asked_without_its_lock(top: Path, tmp_path: Path) -> None:
    install(tmp_path / "poetry/bin", "python")
    install(tmp_path / "path", "poetry").write_text(f"#!/bin/sh\necho {tmp_path}/poetry\n")
    expected = install(tmp_path / "path", "python3")
    assert find_python(top, None) == str(expected)


def test_poetry_that_fails_or_is_not_there_is_passed_over(top: Path, tmp_path: Path) -> None:
    (top / "poetry.lock").touch()
    expected = install(tmp_path / "path", "python3")
    assert find_python(top, None) == str(expected)
    install(tmp_path / "poetry/bin", "python")
    install(tmp_path / "path", "poetry").write_text(f"#!/bin/sh\necho {tmp_path}/poetry\nexit 1\n")
    assert find_python(top, None) == str(expected)


def test_configured_interpreter_beats_all_and_must_be_one(top: Path, tmp_path: Path) -> None:
    install(top / ".venv/bin", "python")
    mine = install(tmp_path / "mine", "python")
    assert find_python(top, str(mine)) == str(mine)
    with pytest.raises(ConfigError, match=r"environment\.python: /no/python is not a program"):
        find_python(top, "/no/python")


def test_without_any_other_it_is_that_which_our_own_was_made_of(top: Path) -> None:
    assert find_python(top, None) == str(Path(sys.base_prefix) / "bin" / "python3")
