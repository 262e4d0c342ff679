"""Presets of the user's own, named by their files: which are taken, which refused and how, and who has to agree."""

import json
import sys
from pathlib import Path

import pytest

from stomper.checkers import make_checkers
from stomper.config import load_settings
from stomper.errors import ConfigError
from tests.hostile.canaries import UNTRUSTING
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

PATTERN = r"^(?P<path>[^:\n]+):(?P<line>\d+): (?P<message>[^\n]*)$"


def preset(text: str) -> str:
    """A tool that says this of the files it is given."""
    program = f"import sys\nfor path in sys.argv[1:]: print(f'{{path}}:1: {text}')"
    command = json.dumps([sys.executable, "-ISc", program, "{files}"])
    return f"[checker]\ncommand = {command}\nformat = 'pattern'\npattern = '{PATTERN}'\ninclude = ['*.md']\n"


def write(repo: GitRepo, name: str, text: str, checkers: str = "ruff") -> str:
    """Write a preset that the repository's configuration names; give its path."""
    path = f"tools/{name}.toml"
    repo.write(path, text)
    repo.write("stomper.toml", f"presets = ['{path}']\ncheckers = ['{checkers}', '{name}']\n")
    repo.write("a.py", "A = 1\n")
    repo.commit_file("notes.md", "words\n")
    return path


def found(repo: GitRepo) -> list[str]:
    (_, checker) = make_checkers(load_settings(repo.path, {}, {}), repo.path)
    return [f"{one.path}: {one.tool} {one.message}" for one in checker.check(repo.path, ["a.py", "b.txt", "notes.md"])]


def test_a_preset_is_a_tool_that_is_called_as_its_file(repo: GitRepo, stomper: Stomper) -> None:
    write(repo, "words", preset("too few"))
    assert "notes.md:1:1: words too few" in stomper.run(repo, "check").check(1).out
    assert "words" not in stomper.run(repo, "check", "--skip-checker", "words").check(0).out


def test_one_with_the_name_of_ours_takes_its_place(repo: GitRepo) -> None:
    write(repo, "yamllint", preset("mine"))
    assert found(repo) == ["notes.md: yamllint mine"]


def test_a_table_of_the_configuration_changes_a_key_of_it(repo: GitRepo) -> None:
    write(repo, "words", preset("too few"))
    repo.write("stomper.toml", f"{repo.read('stomper.toml').decode()}[checker.words]\ninclude = ['*.txt']\n")
    repo.write("b.txt", "")
    assert found(repo) == ["b.txt: words too few"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[checker]\ncomand = ['x']\n", 'unknown key "checker.words.comand"'),
        ("[cheker]\n", 'unknown key "cheker"'),
        ("about = 'nothing else'\n", "no table [checker] and no table [fixer]"),
        ("[checker\n", "not readable as TOML"),
        ("tested = 1\n[fixer]\ncommand = ['x']\n", "tested: expected a string"),
    ],
)
def test_what_is_no_preset_is_refused(repo: GitRepo, text: str, words: str) -> None:
    path = write(repo, "words", text)
    with pytest.raises(ConfigError) as caught:
        load_settings(repo.path, {}, {})
    assert f"preset {repo.path / path}" in caught.value.message
    assert words in f"{caught.value.message} {caught.value.hint}"


def test_a_file_that_is_not_there_is_named(repo: GitRepo) -> None:
    repo.commit_file("stomper.toml", "presets = ['tools/gone.toml']\n")
    with pytest.raises(ConfigError, match=r"tools/gone\.toml: cannot be read: No such file"):
        load_settings(repo.path, {}, {})


def test_check_names_what_is_wrong_with_a_file(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("bad.toml", "[checker]\ncomand = ['x']\n")
    repo.write("good.toml", preset("x"))
    done = stomper.run(repo, "presets", "check", "good.toml", "bad.toml").check(1)
    assert f"good: {sys.executable}" in done.out
    assert 'unknown key "checker.bad.comand"' in done.out


def test_all_presets_that_come_with_stomper_are_presets(repo: GitRepo, stomper: Stomper) -> None:
    stomper.run(repo, "presets", "check").check(0)


def test_what_the_fixer_does_not_say_is_as_the_checker_says(repo: GitRepo) -> None:
    text = f"{preset('x')}configured_by = ['w.toml']\nexecutes = {{ 'w.py' = [] }}\n[fixer]\ncommand = ['fix']\n"
    write(repo, "words", text)
    (fixer,) = load_settings(repo.path, {"fixers": ["words"]}, {}).commands
    assert (fixer.include, fixer.takes) == (("*.md",), ("words",))
    assert (fixer.configured_by, fixer.executes) == (("w.toml",), (("w.py", ()),))


def test_a_preset_of_the_repository_is_asked_for_before_it_runs(
    repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    write(repo, "words", preset("x").replace("import sys", f"open('{trace}', 'w'); import sys"))
    asked = stomper.run(repo, "check", env=UNTRUSTING).check(2)
    assert "words" in asked.err
    assert not trace.exists()
    stomper.run(repo, "check", "--untrusted", env=UNTRUSTING).check(0)
    assert not trace.exists()
    stomper.run(repo, "check", "--trust", env=UNTRUSTING).check(1)
    assert trace.exists()
