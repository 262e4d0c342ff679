"""Nothing is written into git's own folders, whoever names it, and no repository names a place outside of itself."""

from pathlib import Path

import pytest

from stomper.config import load_settings
from stomper.disk.output_places import require_outlet
from stomper.errors import ConfigError, UsageError
from stomper.plan.baseline_file import read_entries
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

INSIDE = [
    ".git/hooks/post-commit",
    ".git/x.json",
    "sub/../.git/x.json",
    "link/x.json",
    ".git/stomper/x.json",
    "file.json",
]


@pytest.fixture
def sample(repo: GitRepo) -> GitRepo:
    repo.commit_file("a.py", "x = 1\n")
    (repo.path / "sub").mkdir()
    (repo.path / "link").symlink_to(".git")
    (repo.path / "file.json").symlink_to(".git/config")
    return repo


@pytest.mark.parametrize("path", INSIDE)
def test_no_place_inside_of_gits_folder_is_written_to(path: str, sample: GitRepo) -> None:
    with pytest.raises(UsageError, match="inside of git's own folder"):
        require_outlet(sample.path / path, "--log-file")


def test_git_directories_of_other_names_are_known_by_what_is_in_them(sample: GitRepo, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    sample.git("clone", "--quiet", "--bare", ".", bare)
    tree = sample.add_worktree(tmp_path / "tree", "--detach")
    for place in (bare / "x.log", bare / "hooks" / "x", sample.git_dir / "worktrees" / "tree" / "x"):
        with pytest.raises(UsageError):
            require_outlet(place, "--report")
    # A working tree that lies in the folder of a bare repository is one all the same.
    inner = bare / "main"
    sample.git("-C", str(bare), "worktree", "add", "--quiet", "--detach", str(inner))
    for place in (inner / "x.log", tree / "x.log", tmp_path / "x.log", sample.path / "x.log"):
        require_outlet(place, "--report")
    sample.git("worktree", "remove", "--force", tree)


@pytest.mark.parametrize(
    "words",
    [
        ["fix", "--log-file", ".git/hooks/post-commit"],
        ["check", "--report", ".git/config.json"],
        ["plan", "-o", ".git/plan.toml"],
        ["stats", "export", ".git/stats.toml"],
    ],
    ids=" ".join,
)
def test_commands_refuse_it_before_any_work(words: list[str], sample: GitRepo, stomper: Stomper) -> None:
    assert "inside of git's own folder" in stomper.run(sample, *words).check(2).err
    assert not (sample.git_dir / "hooks" / "post-commit").exists()


def test_a_baseline_of_the_users_variable_is_not_written_into_gits_folder(sample: GitRepo, stomper: Stomper) -> None:
    result = stomper.run(sample, "baseline", "write", env={"STOMPER_BASELINE": ".git/known.json"}).check(2)
    assert "inside of git's own folder" in result.err


@pytest.mark.parametrize("path", ["../known.json", "/tmp/known.json", ".git/known.json", "out/known.json", ".GIT/x"])
def test_the_configuration_names_no_baseline_elsewhere(path: str, sample: GitRepo, tmp_path: Path) -> None:
    (sample.path / "out").symlink_to(tmp_path)
    sample.write("stomper.toml", f"baseline = '{path}'\n")
    with pytest.raises(ConfigError, match=r"stomper\.toml: baseline: "):
        load_settings(sample.path, {})
    sample.write("stomper.toml", "baseline = 'sub/known.json'\n")
    assert load_settings(sample.path, {}).baseline == "sub/known.json"


def test_the_users_own_variable_may_name_one_elsewhere(sample: GitRepo) -> None:
    assert load_settings(sample.path, {}, {"STOMPER_BASELINE": "/tmp/known.json"}).baseline == "/tmp/known.json"


def test_a_link_of_the_usual_name_leads_nowhere(sample: GitRepo, tmp_path: Path) -> None:
    (sample.path / "stomper-baseline.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="leads out of the repository"):
        read_entries(sample.path, None)
