"""What lies around a worktree: what configuration leads to above the repository, and nothing because of mere words."""

from pathlib import Path

import pytest

from stomper.configfiles import MOST_BYTES, Text, upward_words
from stomper.errors import ConfigError
from stomper.surroundings import MOST, find_surroundings

PROSE = {
    "template of a changelog": (
        "pyproject.toml",
        '[tool.towncrier]\nstart_string = ".. towncrier release notes start"\n',
    ),
    "template of several lines": ("pyproject.toml", 'template = """\n.. note::\n\n  .. _here: x\n"""\n'),
    "comment": ("setup.cfg", "[metadata]\n# .. code-block:: python\nname = x\n"),
    "docstring": ("conftest.py", '"""Fixtures.\n\n.. versionadded:: 1.0\n"""\n'),
    "docstring of one line": ("setup.py", '""".. image:: x.png"""\n'),
}
PATHS = {
    "alone": ("mypy.ini", "[mypy]\nmypy_path = ..\n"),
    "one of a list": ("mypy.ini", "[mypy]\nmypy_path =\n  ..\n  ../more\n"),
    "option": ("pytest.ini", "[pytest]\naddopts = --rootdir .. -q tests\n"),
    "quoted": ("conftest.py", 'sys.path.insert(0, os.path.join(HERE, ".."))\n'),
    "array": ("pyproject.toml", "mypy_path = ['..', 'x']\n"),
}


def around(top: Path, text: str, path: str = "mypy.ini") -> list[str]:
    """The places of what is found for one configuration of a repository."""
    top.mkdir(parents=True, exist_ok=True)
    return [thing.place for thing in find_surroundings(top, [Text(path, text)]).things]


@pytest.mark.parametrize("case", PROSE)
def test_a_directive_in_a_text_is_no_path(case: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/beside.py").touch()
    path, text = PROSE[case]
    assert around(tmp_path / "folder/top", text, path) == []


@pytest.mark.parametrize("case", PATHS)
def test_the_folder_above_is_what_a_path_names(case: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/beside.py").touch()
    path, text = PATHS[case]
    assert around(tmp_path / "folder/top", text, path) == ["../beside.py"]


def test_of_a_full_folder_above_what_can_be_imported_is_taken(tmp_path: Path) -> None:
    for number in range(MOST + 1):
        (tmp_path / f"{number}.txt").touch()
    (tmp_path / "one.py").touch()
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").touch()
    (tmp_path / "photos").mkdir()
    assert around(tmp_path / "top", "mypy_path = ..\n") == ["../one.py", "../pkg"]
    for number in range(MOST + 1):
        (tmp_path / f"m{number}.py").touch()
    with pytest.raises(ConfigError, match=rf"holds {MOST + 3} modules and packages"):
        around(tmp_path / "top", "mypy_path = ..\n")


@pytest.mark.parametrize("word", ["../../" + "b" * 300, "../a\0b", "../top/../" + "c/" * 3000])
def test_a_word_that_no_path_can_be_is_none(word: str, tmp_path: Path) -> None:
    assert upward_words(f"x = '{word}'")
    assert around(tmp_path / "top", f"x = '{word}'\n") == []


def test_a_large_file_is_linked_to_and_not_copied(tmp_path: Path) -> None:
    top, root = tmp_path / "far/top", tmp_path / "trees/far/tree"
    top.mkdir(parents=True)
    root.mkdir(parents=True)
    with (top.parent / "disk.img").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    (top.parent / "small.py").touch()
    find_surroundings(top, [Text("mypy.ini", "mypy_path = ..\n")]).furnish(root)
    assert (root.parent / "disk.img").readlink() == top.parent / "disk.img"
    assert not (root.parent / "small.py").is_symlink()
