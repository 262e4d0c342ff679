"""The layout of a file: by which formatters it is clean, and how other contents of it become so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper.formatters.formatter import Formatter
from stomper.formatters.layout import Layout, LayoutError, layout_of
from stomper.formatters.staying import end_formatters
from tests.kit.formatters import formatter

LONG = b"x = function(argument_number_one, argument_number_two, argument_number_three, argument_4)\n"
CLEAN = b"x = function(\n    argument_number_one, argument_number_two, argument_number_three, argument_4\n)\n"
BLACKS = b"class A:\n\n    x: int\n"  # ruff takes the empty line out
Make = Callable[..., Layout]


@pytest.fixture(autouse=True)
def staying() -> Iterator[None]:
    yield
    end_formatters()


@pytest.fixture
def make(tmp_path: Path) -> Make:
    root = tmp_path / "top"
    root.mkdir()
    (tmp_path / "scratch").mkdir()

    def layout(base: bytes, *formatters: Formatter, path: str = "a.py") -> Layout:
        def write(content: bytes) -> None:
            (root / path).write_bytes(content)

        return layout_of(formatters, (root, path, tmp_path / "scratch"), base, write)

    return layout


def test_a_clean_file_is_formatted(make: Make, tmp_path: Path) -> None:
    layout = make(CLEAN, formatter(tmp_path, "ruff"))
    assert layout.formatted(LONG) == CLEAN
    assert layout.formatted(CLEAN) == CLEAN


def test_one_that_is_not_is_left_alone(make: Make, tmp_path: Path) -> None:
    assert make(LONG, formatter(tmp_path, "ruff")).formatted(b"x=1\n") == b"x=1\n"


def test_what_is_no_python_is_left_alone(make: Make, tmp_path: Path) -> None:
    assert make(b"x = 1\n", formatter(tmp_path, "ruff"), path="a.txt").formatters == ()


def test_two_formatters_go_on_until_both_are_content(make: Make, tmp_path: Path) -> None:
    both = formatter(tmp_path, "isort"), formatter(tmp_path, "ruff")
    layout = make(b"import os\nimport sys\n\nx = 1\n", *both)
    assert [one.name for one in layout.formatters] == ["isort", "ruff"]
    assert layout.formatted(b"import sys\nimport os\nx = {'a':1}\n") == b'import os\nimport sys\n\nx = {"a": 1}\n'


def test_of_those_that_are_guessed_at_the_first_counts(make: Make, tmp_path: Path) -> None:
    guesses = formatter(tmp_path, "black", guessed=True), formatter(tmp_path, "ruff", guessed=True)
    assert [one.name for one in make(CLEAN, *guesses).formatters] == ["black"]
    assert [one.name for one in make(b"x = 1\n", guesses[1], guesses[0]).formatters] == ["ruff"]


def test_what_cannot_be_formatted_is_said_in_the_words_of_the_formatter(make: Make, tmp_path: Path) -> None:
    layout = make(CLEAN, formatter(tmp_path, "ruff"))
    with pytest.raises(LayoutError, match="ruff cannot format it: ruff: exit code 2"):
        layout.formatted(b"x = (\n")


def test_a_formatter_without_end_is_given_up(make: Make, tmp_path: Path) -> None:
    restless = tmp_path / "restless"
    restless.write_text('#!/bin/sh\nfor file; do :; done\ngrep -q clean "$file" || echo "#" >> "$file"\n')
    restless.chmod(0o755)
    layout = make(b"# clean\n", Formatter("yapf", str(restless)))
    with pytest.raises(LayoutError, match="always finds something else"):
        layout.formatted(b"x = 1\n")


def test_a_formatter_that_refuses_what_is_right_is_told_of(make: Make, tmp_path: Path) -> None:
    (tmp_path / "top" / "ruff.toml").write_text("required-version = '==0.0.1'\n")
    layout = make(b"x = 1\n", formatter(tmp_path, "ruff"))
    assert layout.formatters == ()
    assert "version" in layout.refused[0]
    assert make(b"x = (\n", formatter(tmp_path, "ruff")).refused == ()
