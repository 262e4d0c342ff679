"""What lies around a worktree: what configuration leads to above the repository, and nothing because of mere words."""

import os
from pathlib import Path

import pytest

from stomper.errors import ConfigError
from stomper.metadata.config_files import MOST_BYTES, Text, upward_words
from stomper.workspace.configuration_above import MOST, Outside, Surroundings, find_surroundings

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


def test_what_is_not_there_brings_nothing_along(tmp_path: Path) -> None:
    """A folder beside the repository that has no such file, and a link that leads nowhere."""
    (tmp_path / "beside").mkdir()
    (tmp_path / "ruff.toml").symlink_to("gone.toml")
    assert around(tmp_path / "top", "mypy_path = ../beside/none\n") == []
    (tmp_path / "beside/none").mkdir()
    assert around(tmp_path / "top", "mypy_path = ../beside/none\n") == ["../beside"]


def test_a_pipe_above_is_nothing_that_can_be_brought_along(tmp_path: Path) -> None:
    """Some who keep secrets put one there in the place of a file: it has its content for the first reader only."""
    os.mkfifo(tmp_path / ".env")
    os.mkfifo(tmp_path / "more.cfg")
    assert around(tmp_path / "top", "include = ../more.cfg\nmypy_path = ..\n") == []


def test_what_configuration_above_names_comes_with_it_and_code_beside_it_does_not(tmp_path: Path) -> None:
    for name, text in {
        "far.toml": "",
        "top2/base.toml": "",
        "mypy.ini": "plugins = far.toml, top/setup.cfg\n",
        "beside.py": 'open("code/one.py")\n',
        "other/code/one.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    top = tmp_path / "top"
    top.mkdir()
    (top / "setup.cfg").touch()
    found = find_surroundings(top, [])
    assert [thing.place for thing in found.things] == ["../far.toml", "../mypy.ini"]
    assert found.named
    (tmp_path / "mypy.ini").write_text("plugins = far.toml, top2/base.toml\n")
    assert not find_surroundings(top, []).named


def test_files_in_a_folder_that_is_named_as_a_whole_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "mid").mkdir()
    (tmp_path / "far.cfg").touch()
    (tmp_path / "mid/other.cfg").write_text("include = ../far.cfg\n")
    assert around(tmp_path / "mid/top", "mypy_path = ..\n") == ["../other.cfg"]
    assert around(tmp_path / "mid/top", "include = ../other.cfg\n") == ["../../far.cfg", "../other.cfg"]


def test_there_is_no_more_above_than_the_root(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    assert find_surroundings(top, [Text("mypy.ini", f"x = {'../' * 60}usr\n")]).levels == len(top.parents)


def test_a_way_out_and_back_brings_nothing_and_leads_back(tmp_path: Path) -> None:
    top, root = tmp_path / "top", tmp_path / "trees/tree"
    for folder in (top, root):
        folder.mkdir(parents=True)
        (folder / "base.toml").touch()
    found = find_surroundings(top, [Text("ruff.toml", "extend = '../top/base.toml'\n")])
    assert (found.levels, found.things) == (1, ())
    found.furnish(root)
    assert (root / "../top/base.toml").samefile(root / "base.toml")
    same = tmp_path / "more/top"
    same.mkdir(parents=True)
    found.furnish(same)
    assert not same.is_symlink()


def test_what_cannot_be_copied_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "trees/tree").mkdir(parents=True)
    os.mkfifo(tmp_path / "ruff.toml")
    things = (Outside("../ruff.toml", tmp_path / "ruff.toml"),)
    with pytest.raises(ConfigError, match=r"ruff\.toml cannot be read, and tools look for it: .*named pipe"):
        Surroundings(tmp_path / "top", 1, things).furnish(tmp_path / "trees/tree")
