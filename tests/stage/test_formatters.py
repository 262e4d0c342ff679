"""Real formatters on files of a checkout: by the nearest configuration, byte for byte, or with their own words."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.errors import ToolError
from stomper.formatters.staying import STAYING, end_formatters
from tests.kit.formatters import formatter, program

NAMES = ("ruff", "black", "isort", "yapf", "autopep8")
WITH_IMPORTS = b"import sys\nimport os\n\nx = {  'a':1 }\n"
FORMATTED = {
    "ruff": b'import sys\nimport os\n\nx = {"a": 1}\n',
    "black": b'import sys\nimport os\n\nx = {"a": 1}\n',
    "isort": b"import os\nimport sys\n\nx = {  'a':1 }\n",
    "yapf": b"import sys\nimport os\n\nx = {'a': 1}\n",
    "autopep8": b"import sys\nimport os\n\nx = {'a': 1}\n",
}


@pytest.fixture(autouse=True)
def staying() -> Iterator[None]:
    yield
    end_formatters()


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bin")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "top" / ".git").mkdir(parents=True)
    (tmp_path / "scratch").mkdir()
    return tmp_path / "top"


def formatted(programs: Path, name: str, top: Path, content: bytes, path: str = "a.py") -> bytes:
    file = top / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return formatter(programs, name).format(top, path, top.parent / "scratch")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_formatted(programs: Path, name: str, top: Path) -> None:
    marks = (b"",) if name == "ruff" else (b"", b"\xef\xbb\xbf")  # ruff takes the mark for a fault of layout
    for ends, mark in itertools.product((b"\n", b"\r\n"), marks):
        before, after = (mark + text.replace(b"\n", ends) for text in (WITH_IMPORTS, FORMATTED[name]))
        assert formatted(programs, name, top, before) == after
        assert formatted(programs, name, top, after) == after


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_no_option(programs: Path, name: str, top: Path) -> None:
    assert formatted(programs, name, top, WITH_IMPORTS, "--config=b.py") == FORMATTED[name]


def test_programs_in_python_stay(programs: Path, top: Path) -> None:
    formatted(programs, "black", top, b"x = 1\n")
    entry = formatter(programs, "black").entry
    assert entry is not None
    first = STAYING.services[entry].pid
    formatted(programs, "black", top, b"x=1\n")
    assert STAYING.services[entry].pid == first


def test_a_program_that_is_no_script_is_started_each_time(programs: Path, tmp_path: Path, top: Path) -> None:
    shim = tmp_path / "shim" / "black"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {program(programs, "black")} "$@"\n')
    shim.chmod(0o755)
    (top / "a.py").write_text("x=1\n")
    made = formatter(programs, "black")
    alone = type(made)("black", str(shim))
    assert alone.format(top, "a.py", tmp_path) == b"x = 1\n"


LONG = b"some_function_name(argument_number_one, argument_number_two)\n"
SPLIT = b"some_function_name(\n    argument_number_one, argument_number_two\n)\n"
CONFIG = {
    "ruff": ("pyproject.toml", "[tool.ruff]\nline-length = 50\n"),
    "black": ("pyproject.toml", "[tool.black]\nline-length = 50\n"),
}


@pytest.mark.parametrize("name", sorted(CONFIG))
def test_the_nearest_configuration_counts(programs: Path, name: str, top: Path) -> None:
    file, text = CONFIG[name]
    (top / "narrow").mkdir()
    (top / "narrow" / file).write_text(text)
    assert formatted(programs, name, top, LONG) == LONG
    assert formatted(programs, name, top, LONG, "narrow/deep/a.py") == SPLIT


EXCLUDING = {
    "ruff": "[tool.ruff.format]\nexclude = ['made*.py']\n",
    "ruff, for all": "[tool.ruff]\nextend-exclude = ['made*.py']\n",
    "black": "[tool.black]\nextend-exclude = 'made'\n",
    "black, several lines": "[tool.black]\nforce-exclude = '''\n(\n  ^/other  # one\n  | made\n)\n'''\n",
    "isort": "[tool.isort]\nextend_skip = ['made.py']\n",
}


@pytest.mark.parametrize("case", sorted(EXCLUDING))
def test_what_a_formatter_leaves_out_is_not_formatted(programs: Path, case: str, top: Path) -> None:
    (top / "pyproject.toml").write_text(EXCLUDING[case])
    name = case.partition(",")[0]
    assert formatted(programs, name, top, WITH_IMPORTS, "made.py") == WITH_IMPORTS
    assert formatted(programs, name, top, WITH_IMPORTS, "a.py") == FORMATTED[name]


@pytest.mark.parametrize("name", ["ruff", "black"])
def test_regions_and_stubs_are_left_as_the_formatter_has_them(programs: Path, name: str, top: Path) -> None:
    kept = b"y = [1,2]  # fmt: skip\n# fmt: off\nx = [1,\n     2]\n# fmt: on\n"
    assert formatted(programs, name, top, kept + b"z=1\n") == kept + b"z = 1\n"
    stub = b"def f() -> int: ...\ndef g() -> int: ...\n"
    assert formatted(programs, name, top, stub, "a.pyi") == stub


def test_tabs_stay_tabs(programs: Path, top: Path) -> None:
    (top / "ruff.toml").write_text("[format]\nindent-style = 'tab'\nquote-style = 'single'\n")
    assert formatted(programs, "ruff", top, b"if x:\n\ty = 'a'\n") == b"if x:\n\ty = 'a'\n"


REFUSALS = {
    "ruff": "[tool.ruff]\nrequired-version = '==0.0.1'\n",
    "black": "[tool.black]\nrequired-version = '1'\n",
}


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_a_formatter_that_refuses_says_why(programs: Path, name: str, top: Path) -> None:
    (top / "pyproject.toml").write_text(REFUSALS[name])
    with pytest.raises(ToolError, match=r"(?i)version"):
        formatted(programs, name, top, WITH_IMPORTS)


@pytest.mark.parametrize("name", ["ruff", "black", "yapf"])
def test_what_does_not_parse_is_not_formatted(programs: Path, name: str, top: Path) -> None:
    with pytest.raises(ToolError, match=name):
        formatted(programs, name, top, b"x = (\n")


def test_a_program_that_ends_is_an_error_and_started_anew(programs: Path, top: Path) -> None:
    formatted(programs, "isort", top, WITH_IMPORTS)
    entry = formatter(programs, "isort").entry
    assert entry is not None
    STAYING.services[entry].end()
    with pytest.raises(ToolError, match=r"isort\.main"):
        formatted(programs, "isort", top, WITH_IMPORTS)
    assert formatted(programs, "isort", top, WITH_IMPORTS) == FORMATTED["isort"]


def test_a_package_that_cannot_be_imported_is_an_error(programs: Path, tmp_path: Path, top: Path) -> None:
    script = tmp_path / "black"
    script.write_text(Path(program(programs, "black")).read_text().replace("from black", "from black.nothing"))
    made = formatter(programs, "black")
    from stomper.formatters.staying import entry_of

    broken = type(made)("black", str(script), entry_of(str(script), "black"))
    (top / "a.py").write_text("x=1\n")
    with pytest.raises(ToolError, match="nothing"):
        broken.format(top, "a.py", tmp_path)
