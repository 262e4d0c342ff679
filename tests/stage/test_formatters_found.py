"""Which formatters a project has: by its configuration, hooks and requirements, and by what is installed."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.errors import ConfigError, ToolError
from stomper.formatters import Formatters, find_formatters
from stomper.formatters.configured import configured
from stomper.git.trees import tree_entries
from stomper.settings import EnvironmentSettings, Settings
from tests.kit.formatters import RUFF, program
from tests.kit.repo import GitRepo

HOOKS = """\
repos:
  - repo: https://example.org/black
    rev: 1
    hooks:
      - id: black
        # - id: yapf
      - { id: "isort" }
  - repo: local
    hooks: [{name: id, args: [id]}]
"""
CONFIGURED: dict[str, tuple[str, str, set[str]]] = {
    "a table of black": ("pyproject.toml", "[tool.black]\n", {"black"}),
    "in a folder": ("libs/one/pyproject.toml", "[tool.isort]\n[tool.yapf]\n", {"isort", "yapf"}),
    "ruff as a linter": ("pyproject.toml", "[tool.ruff]\nlint.select = ['E']\n", set()),
    "ruff format": ("pyproject.toml", "[tool.ruff.format]\n", {"ruff"}),
    "ruff format in a file of its own": (".ruff.toml", "[format]\n", {"ruff"}),
    "a file of isort": (".isort.cfg", "[settings]\n", {"isort"}),
    "a file of yapf": (".style.yapf", "[style]\n", {"yapf"}),
    "setup.cfg": ("setup.cfg", "[isort]\nprofile = black\n[autopep8]\n[metadata]\n", {"isort", "autopep8"}),
    "tox.ini": ("tox.ini", "[tox]\n[isort]\n", {"isort"}),
    "hooks": (".pre-commit-config.yaml", HOOKS, {"black", "isort"}),
    "an extra": ("pyproject.toml", "[project.optional-dependencies]\nx = ['black[d]>=22; os_name!=\"\"']\n", {"black"}),
    "a group": ("pyproject.toml", "[dependency-groups]\ndev = ['isort', {include-group = 'x'}]\n", {"isort"}),
    "poetry": ("pyproject.toml", "[tool.poetry.group.dev.dependencies]\nblack = '^22'\n", {"black"}),
    "hatch": ("pyproject.toml", "[tool.hatch.envs.lint]\ndependencies = ['black']\n", {"black"}),
    "a list": ("requirements-dev.txt", "# isort\nblack==22.1 --hash=sha256:0  # why\n-r other.txt\nruff\n", {"black"}),
    "a list in a folder": ("requirements/lint.txt", "yapf\n", {"yapf"}),
    "what cannot be read": ("pyproject.toml", "[tool.black\n", set()),
    "no configuration at all": ("README.md", "[tool.black]\n", set()),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(CONFIGURED))
def test_a_project_configures_formatters(case: str, repo: GitRepo) -> None:
    path, text, names = CONFIGURED[case]
    repo.commit_file(path, text)
    assert configured(repo.path, tree_entries(repo.path, repo.head).values()) == names


Find = Callable[..., Formatters]


@pytest.fixture
def find(repo: GitRepo, tmp_path: Path) -> Find:
    """Finds the formatters of a project with a file; those of `installed` are in a folder that the settings name."""

    def found(*names: str, installed: tuple[str, ...] = (), text: str = "x = 1\n") -> Formatters:
        repo.write("pyproject.toml", text)
        repo.commit(allow_empty=True)
        tools = (("ruff", RUFF), *((name, program(tmp_path / "bin", name)) for name in installed))
        settings = Settings(formatters=names, tools=tools, environment=EnvironmentSettings(inside=False))
        return find_formatters(settings, repo.path, tree_entries(repo.path, repo.head).values())

    return found


def shown(found: Formatters) -> list[tuple[str, bool]]:
    return [(str(one), one.guessed) for one in found.found]


def test_ruff_is_guessed_at_where_nothing_is_configured(find: Find) -> None:
    assert shown(find("auto")) == [("ruff", True)]


def test_configured_ones_are_found_in_the_order_in_which_they_format(find: Find) -> None:
    found = find("auto", installed=("black", "isort"), text="[tool.black]\n[tool.isort]\n")
    assert shown(found) == [("isort", False), ("black", False)]
    assert found.notes == ()
    assert all(one.entry is not None for one in found.found)


def test_imports_alone_are_not_all_of_a_layout(find: Find) -> None:
    assert shown(find("auto", installed=("isort",), text="[tool.isort]\n")) == [("isort", False), ("ruff", True)]


def test_ruff_stands_in_for_a_black_that_is_not_there(find: Find) -> None:
    found = find("auto", text="[tool.black]\n")
    assert shown(found) == [("ruff in the place of black", False)]
    assert len(found.notes) == 1
    assert "black was not found" in found.notes[0]


def test_another_one_that_is_not_there_is_told_of(find: Find) -> None:
    found = find("auto", text="[tool.yapf]\n")
    assert found.found == ()
    assert "nothing is formatted by yapf" in found.notes[0]


def test_the_named_ones_are_used_and_no_others(find: Find) -> None:
    assert shown(find("ruff", "isort", installed=("isort",), text="[tool.black]\n")) == [
        ("isort", False),
        ("ruff", False),
    ]
    assert find(text="[tool.black]\n") == Formatters()
    with pytest.raises(ToolError, match="yapf was not found"):
        find("yapf")


def test_a_wrong_path_of_a_configured_one_is_told_of_at_once(repo: GitRepo) -> None:
    repo.commit_file("pyproject.toml", "[tool.black]\n")
    settings = dataclasses.replace(Settings(), tools=(("black", "/nowhere/black"),))
    with pytest.raises(ConfigError, match=r"tools\.black"):
        find_formatters(settings, repo.path, tree_entries(repo.path, repo.head).values())
