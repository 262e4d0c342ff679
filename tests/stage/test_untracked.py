"""Untracked files that a worktree needs: configuration, and what the commit names; never what is nobody's source."""

import sys
from pathlib import Path

import pytest

from stomper.errors import ConfigError
from stomper.git.trees import tree_entries
from stomper.project.untracked_files import MANY_FILES, config_texts, find_folders, find_untracked
from stomper.settings import EnvironmentSettings
from tests.kit.layouts import both, build
from tests.kit.repo import GitRepo

NAMING = """\
import pkg.gen
from . import _version, local_settings, build, dist, env, venv, scratch, prefix, tools, hidden, far, kept  # not-a-name
"""
IGNORED = {
    ".env": "A=1\n",
    "pkg/conftest.py": "",
    "pkg/_version.py": "version = '1'\n",
    "pkg/local_settings.py": "",
    "pkg/gen/__init__.py": "",
    "pkg/gen/data.json": "{}\n",
    "pkg/gen/deep/a.py": "",
    "pkg.egg-info/PKG-INFO": "",
}
NOT_NEEDED = {
    "build/lib/pkg/__init__.py": "",
    "dist/pkg.py": "",
    "venv/lib/a.py": "",
    "env/pyvenv.cfg": "",
    "env/a.py": "",
    "prefix/pyvenv.cfg": "",
    "prefix/a.py": "",
    "tools/conda-meta/history": "",
    "tools/a.py": "",
    "hidden/.kept/a.py": "",
    "far/one/two/three/a.py": "",
    "kept/node_modules/a.py": "",
    ".cache/a.py": "",
    "scratch/notes.txt": "",
    "unheard_of/a.py": "",
    "unheard_of.py": "",
    "not-a-name.py": "",
}


def found_in(repo: GitRepo, *named: str) -> tuple[str, ...]:
    entries = tree_entries(repo.path, "HEAD")
    return find_untracked(repo.path, "HEAD", entries, config_texts(repo.path, entries.values()), named)


@pytest.fixture
def full(repo: GitRepo) -> GitRepo:
    build(repo, {"pkg/__init__.py": NAMING, ".gitignore": "*\n!pkg/\n!pkg/__init__.py\n"})
    for name, content in {**IGNORED, **NOT_NEEDED}.items():
        repo.write(name, content)
    return repo


def test_what_is_needed_and_nothing_else(full: GitRepo) -> None:
    assert found_in(full) == (
        *(".env", "pkg.egg-info", "pkg/_version.py", "pkg/conftest.py", "pkg/gen", "pkg/local_settings.py"),
    )


def test_what_the_user_has_named_is_not_taken_twice(full: GitRepo) -> None:
    assert "pkg/gen" not in found_in(full, "pkg/gen/data.json")
    assert ".env" not in found_in(full, ".env")


def test_it_is_in_the_worktree_and_no_change(full: GitRepo, tmp_path: Path) -> None:
    with both(full, tmp_path / "trees") as pair:
        root = pair.tree.root
        there = {path for path in (*IGNORED, *NOT_NEEDED) if (root / path).exists()}
        assert pair.tree.snapshot() == {}
        pair.tree.restore({})
        assert (root / "pkg/gen/deep/a.py").exists()
    assert there == set(IGNORED)


def test_new_files_count_as_ignored_ones_do(repo: GitRepo) -> None:
    build(repo, {"a.py": "import helpers\n"})
    for name in ("helpers.py", "other.py", "ruff.toml"):
        repo.write(name, "")
    assert found_in(repo) == ("helpers.py", "ruff.toml")


def test_one_that_is_in_the_commit_is_not_untracked(repo: GitRepo) -> None:
    """As with `--git-changed`, whose base commit has the new files."""
    build(repo, {"a.py": "import helpers, gen\n", "helpers.py": "", "gen/a.py": ""})
    repo.git("rm", "--cached", "-q", "-r", "helpers.py", "gen")
    assert found_in(repo) == ()


def test_configuration_leads_to_files_that_lead_to_others(repo: GitRepo) -> None:
    build(repo, {"conf/ruff.toml": "extend = '../local/one.toml'\n", "a.py": "", ".gitignore": "/local/\n/.venv/\n"})
    repo.write("local/one.toml", "extend = 'two.toml'\n")
    repo.write("local/two.toml", "")
    repo.write("local/three.toml", "")
    assert found_in(repo) == ("local/one.toml", "local/two.toml")


def test_what_no_person_writes_is_no_configuration(repo: GitRepo) -> None:
    build(repo, {"mypy.ini": "[x]\ncache = local/cache.bin\n", "a.py": "", ".gitignore": "/local/\n"})
    repo.write("local/cache.bin", "")
    assert found_in(repo) == ()


def test_large_configuration_is_not_read(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    build(repo, {"one.toml": "a = 'x'\n", "two.toml": "a = 'xxxxxxxxxxxxxxxxxxxx'\n"})
    monkeypatch.setattr("stomper.project.untracked_files.LARGE", 20)
    assert [text.path for text in config_texts(repo.path, tree_entries(repo.path, "HEAD").values())] == ["one.toml"]


def test_a_link_of_any_name_is_where_it_leads(repo: GitRepo) -> None:
    (repo.path / "shared").symlink_to("../shared")
    build(repo, {"a.py": ""})
    texts = config_texts(repo.path, tree_entries(repo.path, "HEAD").values())
    assert [(text.path, text.content) for text in texts] == [("shared", "../shared")]


def test_nothing_of_an_environment_is_taken_for_configuration(repo: GitRepo) -> None:
    build(repo, {"mypy.ini": "[mypy]\nplugins = .venv/lib/plugin.py\n", "a.py": "", ".gitignore": "/.venv/\n"})
    repo.write(".venv/pyvenv.cfg", "")
    repo.write(".venv/lib/plugin.py", "")
    assert found_in(repo) == ()


@pytest.mark.parametrize("limit", ["MOST_FILES", "MOST_BYTES"])
def test_what_is_too_large_for_copies_is_refused_by_name(
    limit: str, full: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(f"stomper.project.untracked_files.{limit}", 2)
    with pytest.raises(ConfigError, match=r"pkg/gen/ is not in git.*too large") as caught:
        found_in(full)
    assert "link = ['pkg/gen']" in (caught.value.hint or "")
    settings = EnvironmentSettings(python=sys.executable, link=("pkg/gen",))
    with both(full, tmp_path / "trees", settings) as pair:
        assert (pair.tree.root / "pkg/gen").is_symlink()


def test_a_full_folder_of_a_common_name_is_code_only_where_it_is_imported(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is a script among the data, and `data` is a word of every project."""
    repo.write(".gitignore", "/data/\n")
    repo.commit_file("a.py", "data = 1\n# import metadata\nimport data_of_mine\n")
    repo.write("data/load.py", "")
    assert find_untracked(repo.path, "HEAD", {"a.py"}, ()) == ("data",)
    with monkeypatch.context() as patch:
        patch.setattr("stomper.project.untracked_files.MANY_BYTES", 2)
        repo.write("data/one.csv", "1,2,3\n")
        assert find_untracked(repo.path, "HEAD", {"a.py"}, ()) == ()
    for number in range(MANY_FILES):
        repo.write(f"data/{number}.csv", "")
    assert find_untracked(repo.path, "HEAD", {"a.py"}, ()) == ()
    for line in ("import os, data", "from data.load import x", "def f():\n    from . import data"):
        repo.commit_file("a.py", f"{line}\n")
        assert find_untracked(repo.path, "HEAD", {"a.py"}, ()) == ("data",)


def test_a_folder_without_code_counts_only_where_its_name_is_imported(repo: GitRepo) -> None:
    build(repo, {"a.py": "import build\n\nwandb = build\n", ".gitignore": "/build/\n/wandb/\n"})
    for name in ("build", "wandb"):
        repo.write(f"{name}/log.txt", "")
    assert find_folders(repo.path, "HEAD", {"a.py"}) == ("build",)
    assert find_folders(repo.path, "HEAD", {"a.py"}, ["build"]) == ()
