"""The project's environment in the shapes that tools give it; one that is broken is named and never passed over."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.errors import ConfigError
from stomper.project.find_environments import own_environment
from stomper.project.find_tools import find_python, find_tool
from stomper.project.private_environment import _is_stompers_alone


def environment(folder: Path, *programs: str) -> Path:
    """An environment with an interpreter that starts, and these programs."""
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").touch()
    for name in ("python", *programs):
        program = folder / "bin" / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return folder


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project on a machine that has no other Python."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    (tmp_path / "path").mkdir()
    (tmp_path / "top").mkdir()
    return tmp_path / "top"


@pytest.mark.parametrize("name", [".venv", "venv", "env", ".env", ".conda", ".pixi/envs/default"])
def test_it_is_found_by_its_names(top: Path, name: str) -> None:
    environment(top / name, "mypy")
    assert find_python(top, None) == str(top / name / "bin/python")
    assert find_tool("mypy", top).path == str(top / name / "bin/mypy")


def test_a_conda_prefix_is_one(top: Path) -> None:
    (environment(top / "env") / "pyvenv.cfg").rename(top / "env" / "conda-meta")
    assert find_python(top, None) == str(top / "env/bin/python")


def test_a_folder_that_is_called_env_is_not_one(top: Path) -> None:
    (environment(top / "env") / "pyvenv.cfg").unlink()
    assert Path(find_python(top, None)) == Path(sys.base_prefix) / "bin/python3"


@pytest.mark.parametrize(("more", "is_private"), [((), True), (("pytest",), False)])
def test_an_environment_of_stomper_alone_is_no_projects(
    more: tuple[str, ...], is_private: bool, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be active or on PATH; with something of a project beside Stomper it is the project's too."""
    own = environment(tmp_path / "own")
    needs = "Requires-Dist: Click>=8\nRequires-Dist: pytest>=8; extra == 'dev'\n"
    for name, content in (("stomper", needs), ("click", ""), ("pip", ""), *((name, "") for name in more)):
        metadata = own / f"lib/python3.11/site-packages/{name}-1.0.dist-info/METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Name: {name}\n{content}\nwords")
    monkeypatch.setattr(sys, "prefix", str(own))
    _is_stompers_alone.cache_clear()
    found = []
    for name, value in (("VIRTUAL_ENV", str(own)), ("PATH", f"{own}/bin")):
        with monkeypatch.context() as context:
            context.setenv(name, value)
            found.append(find_python(top, None).startswith(str(own)))
    _is_stompers_alone.cache_clear()
    assert found == [not is_private] * 2


@pytest.mark.parametrize("words", ["{outside}", "{outside}\n", "../outside", "outside"])
def test_a_file_leads_to_it(top: Path, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its path, or its name in the folder for all of them."""
    environment(tmp_path / "outside", "mypy")
    monkeypatch.setenv("WORKON_HOME", str(tmp_path))
    (top / ".venv").write_text(words.format(outside=tmp_path / "outside"))
    assert Path(find_python(top, None)).samefile(tmp_path / "outside/bin/python")
    assert Path(find_tool("mypy", top).path).samefile(tmp_path / "outside/bin/mypy")


KEPT = {
    "poetry": ("poetry.lock", "", "env info --path"),
    "pipenv": ("Pipfile", "", "--venv"),
    "hatch": ("pyproject.toml", "[tool.hatch.envs.default]\n", "env find default"),
}


@pytest.mark.parametrize("tool", KEPT)
def test_one_that_is_kept_elsewhere_is_asked_for(top: Path, tool: str, tmp_path: Path) -> None:
    file, content, words = KEPT[tool]
    outside = environment(tmp_path / "outside", "mypy")
    (top / file).write_text(content)
    program = tmp_path / "path" / tool
    program.write_text(f'#!/bin/sh\n[ "$*" = "{words}" ] && echo {outside}\n')
    program.chmod(0o755)
    assert find_python(top, None) == str(outside / "bin/python")
    assert find_tool("mypy", top).path == str(outside / "bin/mypy")


def test_pdm_writes_down_its_interpreter(top: Path, tmp_path: Path) -> None:
    outside = environment(tmp_path / "outside")
    (top / ".pdm-python").write_text(f"{outside}/bin/python\n")
    assert find_python(top, None) == str(outside / "bin/python")


def dangling(top: Path) -> None:
    (environment(top / ".venv") / "bin/python").unlink()
    (top / ".venv/bin/python").symlink_to("/nowhere/python3.9")


def linked(top: Path) -> None:
    (top / ".venv").symlink_to(top / "gone")


def from_windows(top: Path) -> None:
    (top / ".venv" / "Scripts").mkdir(parents=True)


def empty(top: Path) -> None:
    (top / ".venv").mkdir()


def of_another_machine(top: Path) -> None:
    (environment(top / ".venv") / "bin/python").write_bytes(b"\x7fELF of another machine")


def crashing(top: Path) -> None:
    (environment(top / ".venv") / "bin/python").write_text("#!/bin/sh\necho no luck >&2\nexit 3\n")


def pointing(top: Path) -> None:
    (top / ".venv").write_text("/gone/env\n")


BROKEN: dict[Callable[[Path], None], str] = {
    dangling: "leads to /nowhere/python3.9, which is not there",
    linked: "leads to .*/gone, which is not there",
    from_windows: "made for Windows",
    empty: "has no bin/python",
    of_another_machine: "cannot start .*bin/python",
    crashing: "does not start .*no luck",
    pointing: "the file names /gone/env, which is not there",
}


@pytest.mark.parametrize("make", BROKEN, ids=lambda make: make.__name__)
def test_a_broken_one_is_the_cause(top: Path, make: Callable[[Path], None], tmp_path: Path) -> None:
    environment(tmp_path / "other", "mypy")
    (tmp_path / "path/mypy").symlink_to(tmp_path / "other/bin/mypy")  # which would see other packages
    make(top)
    words = rf"environment \.venv is broken: .*{BROKEN[make]}"
    with pytest.raises(ConfigError, match=words):
        find_python(top, None)
    with pytest.raises(ConfigError, match=words):
        find_tool("mypy", top)
    assert find_python(top, sys.executable) == sys.executable


def test_a_broken_one_does_no_harm_beside_one_that_works(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dangling(top)
    monkeypatch.setenv("VIRTUAL_ENV", str(environment(tmp_path / "active")))
    assert find_python(top, None) == str(tmp_path / "active/bin/python")
    environment(top / "venv")
    assert find_python(top, None) == str(top / "venv/bin/python")


def test_an_active_one_that_is_the_broken_one_does_not_help(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dangling(top)
    monkeypatch.setenv("VIRTUAL_ENV", str(top / ".venv"))
    with pytest.raises(ConfigError, match="is broken"):
        own_environment(top)


def test_ruff_is_found_without_any_python(top: Path) -> None:
    (environment(top / ".venv", "ruff") / "bin/python").unlink()
    assert find_tool("ruff", top).path == str(top / ".venv/bin/ruff")


def test_a_program_of_an_environment_that_was_moved_is_named(top: Path) -> None:
    environment(top / ".venv", "mypy")
    (top / ".venv/bin/mypy").write_text("#!/old/place/.venv/bin/python3\n")
    with pytest.raises(ConfigError, match=r"bin/mypy is started by /old/place/\.venv/bin/python3, which is not there"):
        find_tool("mypy", top)
