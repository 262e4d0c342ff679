"""Making an environment: once, whole or not at all, and nowhere else than in its own place."""

import dataclasses
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.disk.file_locks import try_to_take
from stomper.environments.make import make, variables
from stomper.environments.provide import look, provide, recipe_here
from stomper.environments.recipe import Part, Recipe, Step
from stomper.environments.store import LOCK, Place, clean_up, environments_folder, place_for, places, trim
from stomper.errors import ConfigError, ToolError
from stomper.git.repository import open_repository
from stomper.project.made_environment import RECORD, Made, read_made
from stomper.settings import EnvironmentSettings, FileSettings, Settings
from tests.kit.environments import by_shell
from tests.kit.repo import GitRepo

AUTOMATIC = EnvironmentSettings(automatic=True)
OF_RUST = Settings(files=FileSettings(include=("**/*.rs",)), environment=AUTOMATIC)
PATIENCE = 60.0


def made_by(repo: GitRepo, *scripts: str, limit: float = PATIENCE) -> Made:
    """What these lines for a shell make of a repository."""
    recipe = by_shell(*scripts)
    place = Place(environments_folder() / "kit")
    with place.alone():
        return make(open_repository(repo.path), repo.head, recipe, None, place, lambda _: None, limit)


def left(place: Path) -> list[str]:
    return sorted(file.name for file in place.iterdir())


def test_it_is_made_in_a_copy_that_has_the_commit_and_its_tags(repo: GitRepo) -> None:
    repo.commit_file("pkg/a.py", "ONE = 1\n")
    repo.git("tag", "v1.2")
    before = repo.checkout_state()
    made = made_by(repo, "git describe --tags > pkg/_version.py; touch pkg/fast.so pkg/notes.txt", "mkdir -p build")
    assert (made.source / "pkg/_version.py").read_text() == "v1.2\n"
    assert made.copies == ("pkg/_version.py", "pkg/fast.so")  # what is beside sources, and code
    assert repo.checkout_state() == before
    assert not (made.source / ".git").exists()  # nothing leads back to the user's repository
    assert read_made(made.folder) == made


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("touch half; echo no such thing >&2; exit 3", "no such thing"),
        ("sleep 1000 & sleep 1000", "still running after"),
        ("kill -KILL $$", "killed by SIGKILL"),
    ],
)
def test_what_fails_leaves_only_its_log(repo: GitRepo, script: str, said: str) -> None:
    repo.commit_file("a.py", "ONE = 1\n")
    with pytest.raises(ToolError, match=said) as caught:
        made_by(repo, "echo begun", script, limit=1.0 if "sleep" in script else PATIENCE)
    assert "--no-setup" in (caught.value.hint or "")
    folder = environments_folder() / "kit"
    assert left(folder) == ["lock", "log.txt"]
    assert "begun" in (folder / "log.txt").read_text()
    assert read_made(folder) is None


def test_the_next_one_is_made_anew(repo: GitRepo) -> None:
    repo.commit_file("a.py", "ONE = 1\n")
    with pytest.raises(ToolError):
        made_by(repo, "touch old; exit 1")
    made = made_by(repo, "test ! -e old && touch new.py")
    assert made.copies == ("new.py",)


def test_one_that_writes_into_the_checkout_is_refused(repo: GitRepo) -> None:
    repo.commit_file("a.py", "ONE = 1\n")
    with pytest.raises(ToolError, match=r"the checkout has changed while .*: b\.py"):
        made_by(repo, f"touch {repo.path}/b.py")
    assert read_made(environments_folder() / "kit") is None


def test_one_that_moves_a_branch_of_the_user_is_refused(repo: GitRepo) -> None:
    repo.commit_file("a.py", "ONE = 1\n")
    with pytest.raises(ToolError, match="its refs"):
        made_by(repo, f"git -C {repo.path} branch other")


def test_without_a_network_the_cache_is_asked(repo: GitRepo) -> None:
    repo.commit_file("a.py", "ONE = 1\n")
    step = Step(("sh", "-c", "exit 1"), ("sh", "-c", "touch cached.py"))
    place, said = Place(environments_folder() / "kit"), list[str]()
    with place.alone():
        recipe = Recipe((Part("own", "kit", (step,), ()),))
        made = make(open_repository(repo.path), repo.head, recipe, None, place, said.append)
    assert made.copies == ("cached.py",)
    assert any("without a network" in line for line in said)


def test_nothing_of_the_users_own_is_installed_into(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere/else")
    monkeypatch.setenv("PIP_TARGET", "/somewhere/else")
    repo.commit_file("a.py", "ONE = 1\n")
    made = made_by(repo, "echo $VIRTUAL_ENV $PIP_REQUIRE_VIRTUALENV $PIP_USER [$PIP_TARGET] > said.py")
    assert (made.source / "said.py").read_text() == f"{made.folder}/venv 1 0 []\n"
    assert variables(made.folder)["UV_PROJECT_ENVIRONMENT"] == f"{made.folder}/venv"


@pytest.fixture
def crates(repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that only cargo is started for, with a cargo that counts in the file which this gives."""
    count, program = tmp_path / "count", tmp_path / "bin" / "cargo"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho $* >> {count}\nsleep 0.2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    repo.write("Cargo.toml", "")
    repo.write("a.rs", "")
    repo.commit("a crate")
    return count


FETCHED = "fetch\n"


def test_it_is_made_once_for_the_same_files(repo: GitRepo, crates: Path) -> None:
    said = list[str]()
    first = provide(open_repository(repo.path), OF_RUST, said.append)
    assert Path(first.environment.made).is_dir()
    assert provide(open_repository(repo.path), OF_RUST, said.append) == first
    repo.commit_file("b.rs", "")  # which no set-up goes by
    assert provide(open_repository(repo.path), OF_RUST, said.append) == first
    assert crates.read_text() == FETCHED
    assert said == ["environment: cargo fetch"]
    repo.commit_file("Cargo.toml", "[package]\n")
    assert provide(open_repository(repo.path), OF_RUST, said.append) != first
    assert crates.read_text() == FETCHED * 2


def test_two_at_once_make_one(repo: GitRepo, crates: Path) -> None:
    found = list[Settings]()

    def one() -> None:
        found.append(provide(open_repository(repo.path), OF_RUST, lambda _: None))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert crates.read_text() == FETCHED


def test_one_that_is_in_use_is_not_waited_for(repo: GitRepo, crates: Path) -> None:
    made = Path(provide(open_repository(repo.path), OF_RUST, lambda _: None).environment.made)
    assert is_in_use(made)
    with Place(made).alone() as mine:
        assert not mine


def is_in_use(folder: Path) -> bool:
    with (folder / LOCK).open("rb") as file:
        return not try_to_take(file.fileno())


def test_what_is_not_to_be_made_is_only_used(repo: GitRepo, crates: Path) -> None:
    assert provide(open_repository(repo.path), OF_RUST, lambda _: None, makes=False) == OF_RUST
    assert not crates.exists()


PIPS = '[project]\nname = "a"\nversion = "1"\ndependencies = ["x"]\n'


def recipe_text(repo: GitRepo, environment: EnvironmentSettings) -> str:
    return recipe_here(open_repository(repo.path), Settings(environment=environment)).text


@pytest.mark.parametrize("name", ["", ".venv", "venv"])
def test_a_project_with_an_environment_needs_none(repo: GitRepo, name: str) -> None:
    repo.commit_file("pyproject.toml", PIPS)
    (repo.path / name).mkdir(exist_ok=True)
    assert recipe_text(repo, AUTOMATIC) == ("" if name else "python -m pip install x")


def test_a_configured_interpreter_is_enough(repo: GitRepo) -> None:
    repo.commit_file("pyproject.toml", PIPS)
    assert recipe_text(repo, dataclasses.replace(AUTOMATIC, python="/usr/bin/python3")) == ""


@pytest.mark.thorough
def test_a_python_that_is_not_here_is_named(repo: GitRepo) -> None:
    repo.commit_file("pyproject.toml", f'{PIPS}requires-python = ">=2.7,<3"\n')
    with pytest.raises(ConfigError, match=r"for Python 2\.7 to 2\.7, and none of these is on PATH"):
        look(open_repository(repo.path), Settings(environment=AUTOMATIC))


def place_of(name: str, made: bool = True) -> Place:
    place = Place(environments_folder() / name)
    with place.alone():
        (place.folder / "source").mkdir()
        if made:
            (place.folder / RECORD).write_bytes(Made(place.folder).record())
    return place


def test_what_is_too_much_goes_and_what_is_used_stays() -> None:
    used, unused = place_of("used"), place_of("unused")
    assert used.use() == Made(used.folder)
    assert trim(bytes_kept=0) == ["unused"]
    assert not unused.folder.exists()
    assert used.folder.exists()


def test_a_cleanup_removes_what_a_kill_left(repo: GitRepo, make_repo: Callable[[str], GitRepo]) -> None:
    mine, others = open_repository(repo.path).common, open_repository(make_repo("other").path).common
    half, whole, foreign = (place_for(mine, ["half"]), place_for(mine, ["whole"]), place_for(others, ["whole"]))
    place_of(half.folder.name, made=False)
    place_of(whole.folder.name)
    place_of(foreign.folder.name)
    assert clean_up(mine, everything=False) == [half.folder.name]
    assert clean_up(mine, everything=True) == [whole.folder.name]
    assert places() == [foreign]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 0}', '{"format": 1, "python": "", "copies": ["../x"], "links": []}']
)
def test_a_record_that_is_none_counts_for_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)
    assert read_made(tmp_path) is None
