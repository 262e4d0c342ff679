"""The checkers that are presets and on by default where a project configures them, each by its real program."""

import dataclasses
import shutil
import subprocess
from pathlib import Path

import pytest

from stomper.checkers.enabled import choose_checkers
from stomper.config import load_settings
from stomper.config.preset_names import BUILT_IN
from stomper.config.presets import shipped
from stomper.errors import CheckerError
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_tool
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of
from tests.kit.tool_samples import CLEAN, SAMPLES
from tests.kit.tools import command_checker, on_path, program_of, tool_checker

names = pytest.mark.parametrize("name", BUILT_IN)
BROKEN = "def f(:\n"


def rows(found: object) -> list[tuple[int, int, str]]:
    return [(d.line, d.column, d.code) for d in found]  # type: ignore[attr-defined]


def write(repo: GitRepo, name: str, *paths: str) -> None:
    sample = SAMPLES[name]
    for path, text in {**sample.config, **dict.fromkeys(paths, sample.content)}.items():
        repo.write(path, text)


@names
@pytest.mark.matrix(every=1)
def test_finds_what_the_real_program_says(repo: GitRepo, name: str) -> None:
    write(repo, name, "pkg/wrong.py", "pkg/-ä b.py")
    repo.write("pkg/clean.py", CLEAN)
    look = tool_checker(repo.path, name).look(repo.path, ["pkg/clean.py", "pkg/wrong.py", "pkg/-ä b.py"])
    wrong = [d for d in look.found if d.path == "pkg/wrong.py"]
    assert rows(wrong) == list(SAMPLES[name].found)
    assert {d.path for d in look.found} == {"pkg/wrong.py", "pkg/-ä b.py"}
    assert {d.tool for d in look.found} == {name}
    assert look.left_out == frozenset()


@names
@pytest.mark.matrix(every=2)
def test_a_file_that_cannot_be_read_as_python_is_never_clean(repo: GitRepo, name: str) -> None:
    write(repo, name)
    repo.write("broken.py", BROKEN)
    assert [d.path for d in tool_checker(repo.path, name).check(repo.path, ["broken.py"])][:1] == ["broken.py"]


@names
@pytest.mark.matrix(every=3)
def test_its_own_configuration_says_what_it_leaves_out(repo: GitRepo, name: str) -> None:
    write(repo, name, "old/a.py", "new/b.py")
    for path, text in SAMPLES[name].left_out.items():
        repo.write(path, text)
    found = tool_checker(repo.path, name).check(repo.path, ["new/b.py", "old/a.py"])
    assert {d.path for d in found} == {"new/b.py"}


@names
@pytest.mark.matrix(every=3)
def test_a_file_is_looked_at_from_its_nearest_configuration(repo: GitRepo, name: str) -> None:
    """What the inner configuration leaves out counts from its own folder."""
    for folder in ("", "inner/"):
        for path, text in SAMPLES[name].left_out.items():
            repo.write(f"{folder}{path}", text)
    for path in ("inner/old/a.py", "inner/new/b.py", "new/c.py"):
        repo.write(path, SAMPLES[name].content)
    found = tool_checker(repo.path, name).check(repo.path, ["inner/new/b.py", "inner/old/a.py", "new/c.py"])
    assert {d.path for d in found} == {"inner/new/b.py", "new/c.py"}


@names
def test_on_by_default_where_a_project_configures_it(repo: GitRepo, name: str) -> None:
    program = program_of(name)
    for config in ({}, *(SAMPLES[name].config, *SAMPLES[name].others)):
        for path, text in config.items():
            repo.write(path, text)
        settings = dataclasses.replace(load_settings(repo.path, {}, {}), tools=((name, program),))
        chosen, notes = choose_checkers(settings, {}, repo.path)
        assert (name in chosen.checkers) == bool(config)
        assert name not in choose_checkers(settings, {name: False}, repo.path)[0].checkers
        assert notes == ()
        for path in config:
            (repo.path / path).unlink()


@names
def test_what_is_configured_and_missing_is_said(
    repo: GitRepo, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo, name)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    chosen, notes = choose_checkers(load_settings(repo.path, {}, {}), {}, repo.path)
    config = next(iter(SAMPLES[name].config))
    if name == "pyrefly":  # comes with Stomper
        assert name in chosen.checkers
    else:
        why = f"{name} is configured in {config} but was not found: it is left out."
        assert notes == (f"{why} Install it, or say --skip-checker {name}",)


@names
@pytest.mark.matrix(every=1)
def test_a_usage_error_is_no_result(repo: GitRepo, name: str) -> None:
    """The real program, asked for something that it does not know: its own exit code and words."""
    write(repo, name, "a.py")
    inner = command_checker(repo.path, name)
    wrong = dataclasses.replace(inner, command=(*inner.command[:-1], "--no-such-option", "{files}"))
    with pytest.raises(CheckerError, match=f"{name} "):
        wrong.look(repo.path, ["a.py"])


def half_of(text: bytes) -> str:
    return text[: len(text) // 2].decode("utf-8", "ignore")


@names
@pytest.mark.parametrize("mode", ["crash", "signal", "nothing", "nothing=1", "half", "exit2=no memory left"])
def test_what_did_not_come_to_its_end_is_no_result(repo: GitRepo, tmp_path: Path, name: str, mode: str) -> None:
    write(repo, name, "a.py")
    if mode == "half":
        command = [word for word in command_checker(repo.path, name).command if "{" not in word]
        done = subprocess.run([*command, "a.py"], cwd=repo.path, capture_output=True)
        mode = f"print={half_of(done.stdout)}"
    fake = fake_tool(tmp_path / "bin", name, mode, real=program_of(name))
    with pytest.raises(CheckerError) as caught:
        tool_checker(repo.path, name, str(fake.path)).look(repo.path, ["a.py"])
    assert caught.value.message.startswith(name)


@names
@pytest.mark.matrix(every=4)
def test_what_hangs_is_no_result(repo: GitRepo, tmp_path: Path, name: str) -> None:
    write(repo, name, "a.py")
    fake = fake_tool(tmp_path / "bin", name, "hang", real=program_of(name))
    with pytest.raises(CheckerError, match=f"{name} gave no result"):
        tool_checker(repo.path, name, str(fake.path), timeout=0.3).look(repo.path, ["a.py"])


@names
def test_the_version_that_the_table_names_is_the_one_that_is_run(name: str) -> None:
    done = subprocess.run([program_of(name), "--version"], capture_output=True, text=True, check=True)
    assert shipped(name).tested in done.stdout


def test_what_pylint_tells_of_all_files_together_is_no_fix_of_one(repo: GitRepo, stomper: Stomper) -> None:
    """Of one file alone pylint is silent about lines that are in another one too."""
    lines = "".join(f"    b{n} = a + {n}\n" for n in range(9))
    for path, unused in (("aaa.py", "os"), ("bbb.py", "sys")):
        repo.write(
            path, f'"""A module."""\nimport {unused}\n\n\ndef f(a):\n    """A function."""\n{lines}    return b8\n'
        )
    repo.write("pyproject.toml", '[tool.pylint.main]\ndisable = ["all"]\nenable = ["R0801"]\n')
    repo.commit()
    stomper.run(repo, "fix", "--proof", "none", env=on_path("pylint")).check(1)
    report = report_of(repo)
    assert next(code for code in report["codes"] if code["code"] == "R0801")["left"] == 1
    assert "resolve 1 issue in bbb.py" in repo.message()
