"""The ground of kept outcomes: whatever has a say in an outcome and is changed makes it another one."""

import dataclasses
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stomper.git.ignores import users_rules
from stomper.outcome_cache import ground as ground_module
from stomper.outcome_cache.ground import TICK, Ground
from stomper.outcome_cache.marks import UnfitError, marks_of
from stomper.outcome_cache.rules import Breadth
from stomper.settings import (
    CacheSettings,
    ChoiceSettings,
    EndingSettings,
    EnvironmentSettings,
    GitSettings,
    GuardSettings,
    HistorySettings,
    LandingSettings,
    Settings,
    WorkflowSettings,
)
from tests.kit.caches import bare_venv, job_in
from tests.kit.formatters import program
from tests.kit.repo import GitRepo
from tests.kit.runs import real_ruff

BOTH = (Breadth.FILE, Breadth.TREE)
PYPROJECT = '[project]\nname = "x"\nversion = "1"\n'


@dataclasses.dataclass
class Place:
    """A repository in a folder of its own, and the settings of a run there."""

    repo: GitRepo
    above: Path
    settings: Settings

    def digests(self) -> dict[Breadth, str]:
        users_rules.cache_clear()
        ground = Ground(job_in(self.repo, self.settings), BOTH, began=time.time() + 60)
        return {breadth: ground.digest(breadth) for breadth in BOTH}


@pytest.fixture
def place(repo: GitRepo, tmp_path: Path) -> Place:
    repo.write("pyproject.toml", PYPROJECT)
    repo.write("a.py", "import os\n")
    repo.write("pkg/b.py", "b = 1\n")
    repo.write("README.md", "about\n")
    repo.write(".gitignore", "/local.py\n")
    repo.commit()
    python, ruff = bare_venv(tmp_path / "venv"), tmp_path / "ruff"
    ruff.write_text(f'#!/bin/sh\nexec {real_ruff()} "$@"\n')
    ruff.chmod(0o755)
    settings = Settings(environment=EnvironmentSettings(python=str(python)), tools=(("ruff", str(ruff)),))
    return Place(repo, repo.path.parent, settings)


def by(**changed: Any) -> Callable[[Place, pytest.MonkeyPatch], object]:
    """A change of settings."""

    def change(place: Place, _: pytest.MonkeyPatch) -> None:
        place.settings = dataclasses.replace(place.settings, **changed)

    return change


def commit(path: str, content: str) -> Callable[[Place, pytest.MonkeyPatch], object]:
    return lambda place, _: place.repo.commit_file(path, content)


def write(path: Callable[[Place], Path], content: str = "x = 1\n") -> Callable[[Place, pytest.MonkeyPatch], object]:
    def change(place: Place, _: pytest.MonkeyPatch) -> None:
        file = path(place)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as end:
            end.write(content)
        place.repo.agreed_settings = place.repo.settings()

    return change


def copied(place: Place, _: pytest.MonkeyPatch) -> None:
    place.repo.write("local.py", "x = 1\n")
    environment = dataclasses.replace(place.settings.environment, copy=("local.py",))
    place.settings = dataclasses.replace(place.settings, environment=environment)


def variable(name: str, value: str) -> Callable[[Place, pytest.MonkeyPatch], object]:
    return lambda _, monkeypatch: monkeypatch.setenv(name, value)


def another_stomper(_: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground_module, "own_code", lambda: "another")


def another_mode(place: Place, _: pytest.MonkeyPatch) -> None:
    (place.repo.path / "pkg/b.py").chmod(0o755)
    place.repo.commit()


def packages(place: Place) -> Path:
    return next(Path(str(place.settings.environment.python)).parents[1].glob("lib/python3*/site-packages"))


CHANGES: dict[str, Callable[[Place, pytest.MonkeyPatch], object]] = {
    "configuration": commit("pyproject.toml", PYPROJECT + "[tool.ruff]\nline-length = 99\n"),
    "configuration of a folder": commit("pkg/ruff.toml", "line-length = 99\n"),
    "a new path": commit("os.py", ""),
    "a file that is not Python": commit("requirements.txt", "six\n"),
    "rules of git": commit(".gitignore", "/pkg\n"),
    "a mode": another_mode,
    "unsafe fixes": by(unsafe_fixes=True),
    "a guard": by(guards=GuardSettings(deletion_percent=50)),
    "the chain": by(fixers=("ruff",)),
    "codes": by(error_types=("F",)),
    "steps": by(git=GitSettings(commit_per="code")),
    "the program of ruff": write(lambda place: Path(dict(place.settings.tools)["ruff"]), " "),
    "formatters": by(formatters=()),
    "a requirement that is a formatter": commit("requirements-dev.txt", "black\n"),
    "a variable of ruff": variable("RUFF_NO_FIX", "1"),
    "the user's ruff": write(lambda _: Path(os.environ["XDG_CONFIG_HOME"]) / "ruff" / "ruff.toml", "line-length = 9\n"),
    "rules of the user": write(lambda _: Path(os.environ["XDG_CONFIG_HOME"]) / "git" / "ignore", "*.log\n"),
    "rules beside the commit": write(lambda place: place.repo.git_dir / "info" / "exclude", "*.log\n"),
    "attributes beside the commit": write(lambda place: place.repo.git_dir / "info" / "attributes", "*.py text\n"),
    "configuration above": write(lambda place: place.above / "ruff.toml", "line-length = 99\n"),
    "untracked configuration": write(lambda place: place.repo.path / "pkg" / ".ruff.toml", "line-length = 99\n"),
    "a copied file": copied,
    "Stomper": another_stomper,
}
OF_THE_TREE: dict[str, Callable[[Place, pytest.MonkeyPatch], object]] = {
    "other Python source": commit("pkg/b.py", "b = 2\n"),
    "a page of text": commit("README.md", "more\n"),
    "a package of the project": write(lambda place: packages(place) / "six.py"),
    "a variable with folders": variable("PYTHONPATH", "/nowhere"),
}
NONE: dict[str, Callable[[Place, pytest.MonkeyPatch], object]] = {
    "nothing": lambda *_: None,
    "how many at once": by(workflow=WorkflowSettings(max_parallel_files=7)),
    "where the result goes": by(landing=LandingSettings(dry_run=True)),
    "the exit code": by(ending=EndingSettings(exit_zero=True)),
    "which files are asked for": by(choice=ChoiceSettings(patterns=("pkg/*",)), max_files=3),
    "the cache itself": by(cache=CacheSettings(size=3)),
    "how long runs are kept": by(history=HistorySettings(keep_runs=3)),
    "a file that tools do not see": write(lambda place: place.repo.path / "notes.txt"),
    "a commit without a change": lambda place, _: place.repo.commit("again", allow_empty=True),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_has_a_say_in_every_outcome(what: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = place.digests()
    CHANGES[what](place, monkeypatch)
    after = place.digests()
    assert all(before.values())
    assert before[Breadth.FILE] != after[Breadth.FILE]
    assert before[Breadth.TREE] != after[Breadth.TREE]


@pytest.mark.parametrize("what", ["the program", "a package"])
def test_a_formatter_has_a_say(what: str, place: Place, tmp_path: Path) -> None:
    venv = bare_venv(tmp_path / "formatters").parents[1]
    black = venv / "bin" / "black"
    script = Path(program(tmp_path / "bin", "black")).read_text()
    black.write_text(script.replace(sys.executable, str(venv / "bin" / "python")))
    black.chmod(0o755)
    tools = (*place.settings.tools, ("black", str(black)))
    place.settings = dataclasses.replace(place.settings, formatters=("black",), tools=tools)
    before = place.digests()
    file = black if what == "the program" else next(venv.glob("lib/*/site-packages")) / "black.py"
    with file.open("a") as end:
        end.write("# changed\n")
    after = place.digests()
    assert all(before.values())
    assert before[Breadth.FILE] != after[Breadth.FILE]


@pytest.mark.parametrize("what", OF_THE_TREE)
def test_what_has_a_say_in_what_depends_on_the_tree(what: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = place.digests()
    OF_THE_TREE[what](place, monkeypatch)
    assert before[Breadth.TREE] != place.digests()[Breadth.TREE]


@pytest.mark.parametrize("what", ["other Python source", "a page of text", "a package of the project"])
def test_what_has_no_say_in_a_file_alone(what: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = place.digests()
    OF_THE_TREE[what](place, monkeypatch)
    assert before[Breadth.FILE] == place.digests()[Breadth.FILE]


@pytest.mark.parametrize("what", NONE)
def test_what_has_no_say(what: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = place.digests()
    NONE[what](place, monkeypatch)
    assert before == place.digests()


def test_a_file_that_is_named_by_its_full_path_and_what_that_names(place: Place, tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner.toml", tmp_path / "outer.toml"
    inner.write_text("line-length = 99\n")
    outer.write_text(f'extend = "{inner}"\n')
    place.repo.commit_file("pyproject.toml", f'{PYPROJECT}[tool.ruff]\nextend = "{outer}"\n')
    digests = [place.digests()]
    for file in (outer, inner):
        file.write_text(file.read_text() + "# changed\n")
        digests.append(place.digests())
    assert len({each[Breadth.FILE] for each in digests}) == 3


def test_paths_of_our_own_tables_are_settings_and_no_more(place: Place, tmp_path: Path) -> None:
    log = tmp_path / "mine.log"
    log.touch()
    place.repo.commit_file("pyproject.toml", f'{PYPROJECT}[tool.stomper.fixer.x]\ncommand = ["x", "{log}"]\n')
    before = place.digests()
    log.write_text("changed")
    assert before == place.digests()


def test_the_folders_of_an_editable_install_belong_to_the_packages(place: Place, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere"
    source.mkdir()
    (packages(place) / "elsewhere.pth").write_text(f"{source}\n")
    before = place.digests()
    (source / "lib.py").write_text("x: int = 1\n")
    assert before[Breadth.TREE] != place.digests()[Breadth.TREE]


def test_a_file_that_was_put_back_with_its_old_time_has_another_mark(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    info, before = file.stat(), list(marks_of([tmp_path]))
    file.write_text("two")
    os.utime(file, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert list(marks_of([tmp_path])) != before


def test_links_that_go_round_are_looked_at_once(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path)
    assert len(list(marks_of([tmp_path, tmp_path]))) == 1


def test_where_too_much_lies_nothing_is_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnfitError):
        list(marks_of([packages(place).parents[2]], most=2))
    monkeypatch.setattr(ground_module, "marks_of", lambda places, until=0.0: marks_of(places, most=0))
    assert set(place.digests().values()) == {""}


def test_a_python_that_says_nothing_keeps_nothing_of_the_tree(place: Place, tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexit 1\n")
    silent.chmod(0o755)
    place.settings = dataclasses.replace(place.settings, environment=EnvironmentSettings(python=str(silent)))
    digests = place.digests()
    assert digests[Breadth.FILE]
    assert not digests[Breadth.TREE]
    assert sys.executable != str(silent)


def test_what_is_changed_while_work_is_done_leaves_no_ground(place: Place) -> None:
    job = job_in(place.repo, place.settings)
    six, before = packages(place) / "six.py", (place.above / "ruff").stat().st_ctime
    six.write_text("x = 1\n")
    while six.stat().st_ctime <= before + TICK:
        six.write_text("x = 1\n")
    now = Ground(job, BOTH, began=time.time() + 60)
    assert now.digest(Breadth.TREE)
    then = Ground(job, BOTH, began=six.stat().st_ctime)
    assert then.digest(Breadth.FILE)
    assert not then.digest(Breadth.TREE)
