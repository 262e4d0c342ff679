"""The presets that no project has by default, each by its real program: what it finds, and what is never clean."""

import contextlib
import dataclasses
import os
import pwd
from pathlib import Path

import pytest

from stomper.checkers import Checker, make_checkers
from stomper.checkers.command import CommandChecker
from stomper.checkers.completeness import Look
from stomper.checkers.scope import Scoped
from stomper.config import load_settings
from stomper.config.load_tools import preset_checker, preset_fixer
from stomper.config.preset_names import BUILT_IN, preset_names
from stomper.config.presets import shipped
from stomper.errors import CheckerError
from stomper.fixers import make_fixers
from stomper.fixers.base import FixReply, FixRequest
from stomper.project.tool_versions import noted_version
from tests.kit.fakes import fake_tool
from tests.kit.preset_samples import FIXED, NOT_PARSED, SAMPLES
from tests.kit.repo import GitRepo
from tests.kit.tools import NOT_INSTALLED, on_path, program_of

TOOLCHAINS = Path(pwd.getpwuid(os.getuid()).pw_dir, ".rustup")  # the tests have a home of their own
UNTESTED = ("actionlint", "golangci-lint")
some = pytest.mark.matrix(every=24)


def programs(name: str) -> list[str]:
    tools = [preset_checker(name), preset_fixer(name)]
    return list(dict.fromkeys(name if tool.command[0] == "sh" else tool.command[0] for tool in tools if tool))


@pytest.fixture
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a preset whose program is on PATH from now on."""
    found = str(request.param)
    monkeypatch.setenv("PATH", on_path(*programs(found))["PATH"])
    if TOOLCHAINS.is_dir():
        monkeypatch.setenv("RUSTUP_HOME", str(TOOLCHAINS))
    return found


real = pytest.mark.parametrize("name", SAMPLES, indirect=True)


def checker_of(top: Path, name: str) -> Checker:
    (checker,) = make_checkers(load_settings(top, {"checkers": [name]}, {}), top)
    return checker


def look(repo: GitRepo, name: str, text: str, path: str = "") -> Look:
    """What the checker says of the file of its sample with this text."""
    sample = SAMPLES[name]
    for config, content in sample.config.items():
        repo.write(config, content)
    repo.write(path or sample.path, text)
    return checker_of(repo.path, name).look(repo.path, [path or sample.path])


def rows(found: Look) -> list[tuple[int, int, str]]:
    return [(one.line, one.column, one.code) for one in found.found]


@real
@some
def test_finds_what_the_real_program_says(repo: GitRepo, name: str) -> None:
    found = look(repo, name, SAMPLES[name].content)
    assert rows(found) == list(SAMPLES[name].found)
    assert {(one.tool, one.path) for one in found.found} == {(name, SAMPLES[name].path)}
    assert str(repo.path) not in repr(found.found), "a message with the path of a worktree is another one in the next"
    assert found.left_out == frozenset()


@real
@some
def test_a_clean_file_is_clean_and_nothing_is_written(repo: GitRepo, name: str) -> None:
    found = look(repo, name, SAMPLES[name].clean)
    assert (found.found, found.left_out) == ((), frozenset())
    expected = {SAMPLES[name].path, *SAMPLES[name].config}
    assert set(repo.git("ls-files", "--others", "-z").strip("\0").split("\0")) == expected


@real
@some
def test_what_is_none_of_its_language_is_never_clean(repo: GitRepo, name: str) -> None:
    if name in NOT_PARSED:
        assert SAMPLES[name].broken == ""
        return
    with contextlib.suppress(CheckerError):  # that is an answer, too
        assert look(repo, name, SAMPLES[name].broken).found != ()


@real
@some
def test_a_name_with_a_dash_a_blank_and_an_umlaut(repo: GitRepo, name: str) -> None:
    place = Path(SAMPLES[name].path)
    path = f"-ä b{place.suffix}" if place.suffix else str(place)
    if name == "clippy":  # cargo knows the names of its sources
        path = str(place)
    assert {one.path for one in look(repo, name, SAMPLES[name].content, path).found} == {path}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("mode", ["crash", "signal=SIGSEGV", "exit7=no memory left", "nothing=1"])
@some
def test_a_program_that_fails_is_no_result(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, mode: str
) -> None:
    fake = fake_tool(tmp_path / "bin", programs(name)[0], mode)
    monkeypatch.setenv("PATH", fake.on_path()["PATH"])
    with pytest.raises(CheckerError) as caught:
        look(repo, name, SAMPLES[name].clean)
    assert caught.value.message.startswith(name)


TAKE_ANY_OPTION = ("prettier", "markdownlint-cli2")


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in TAKE_ANY_OPTION], indirect=True)
@some
def test_a_wrong_option_is_no_result(repo: GitRepo, name: str) -> None:
    """The real program, asked for something that it does not know."""
    sample = SAMPLES[name]
    for path, text in {**sample.config, sample.path: sample.content}.items():
        repo.write(path, text)
    scoped = checker_of(repo.path, name)
    assert isinstance(scoped, Scoped)
    assert isinstance(scoped.checker, CommandChecker)
    words = ["--no-such-option" if word == "{files}" else word for word in scoped.checker.command]
    wrong = (*words, "--no-such-option") if words == list(scoped.checker.command) else tuple(words)
    with pytest.raises(CheckerError, match=f"^{name}"):
        dataclasses.replace(scoped.checker, command=wrong).look(repo.path, [sample.path])


SILENT = {"shfmt", "gofmt", "rustfmt", "markdownlint", "yamllint", "vulture"}
"""Those that say nothing where nothing is wrong."""


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in SILENT])
@some
def test_silence_is_not_clean(repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fake = fake_tool(tmp_path / "bin", programs(name)[0], "nothing=0")
    monkeypatch.setenv("PATH", fake.on_path()["PATH"])
    with pytest.raises(CheckerError, match=f"^{name}"):
        look(repo, name, SAMPLES[name].clean)


LEFT_OUT = {
    "eslint": ("eslint.config.js", 'module.exports = [{ ignores: ["src/**"] }];\n'),
    "tsc": ("tsconfig.json", '{ "include": ["web"] }\n'),
    "rubocop": (".rubocop.yml", "AllCops:\n  Exclude: [lib/*]\n"),
    "sqlfluff": (".sqlfluffignore", "db/\n"),
}


@pytest.mark.parametrize("name", LEFT_OUT, indirect=True)
@pytest.mark.matrix(every=2)
def test_what_its_configuration_leaves_out_is_said(repo: GitRepo, name: str) -> None:
    """Another file is looked at, so that there is something to look at."""
    path, sample = SAMPLES[name].path, SAMPLES[name]
    other = f"web/{Path(path).name}"
    for file, text in {**sample.config, other: sample.content, path: sample.content}.items():
        repo.write(file, text)
    repo.write(*LEFT_OUT[name])
    found = checker_of(repo.path, name).look(repo.path, [other, path])
    assert found.left_out == {path}
    assert path not in {one.path for one in found.found}


@pytest.mark.parametrize("name", ["vulture"], indirect=True)
def test_vulture_looks_where_its_configuration_says_or_at_all_but_environments(repo: GitRepo, name: str) -> None:
    for path in ("web/b.py", ".venv/lib/c.py"):
        repo.write(path, "import a\n\na.f()\n")
    sample = SAMPLES[name]
    assert [one.code for one in look(repo, name, sample.content).found] == ["import"]
    (repo.path / "web" / "b.py").unlink()
    assert rows(look(repo, name, sample.content)) == list(sample.found)
    repo.write("web/b.py", "import a\n\na.f()\n")
    repo.write("pyproject.toml", '[tool.vulture]\npaths = ["pkg"]\n')
    assert rows(look(repo, name, sample.content)) == list(sample.found)


def fix(repo: GitRepo, name: str, path: str) -> FixReply:
    (fixer,) = make_fixers(load_settings(repo.path, {"fixers": [name]}, {}), repo.path)
    found = checker_of(repo.path, name).check(repo.path, [path]) if name in SAMPLES else ()
    scratch = repo.path.parent / "scratch"
    scratch.mkdir()
    return fixer.fix(FixRequest(repo.path, path, found, None, scratch))


@pytest.mark.parametrize("name", [*(n for n, sample in SAMPLES.items() if sample.fixed), *FIXED], indirect=True)
@some
def test_the_fixer_fixes_the_file(repo: GitRepo, name: str) -> None:
    """In the folder of its configuration, as the checker."""
    path = f"inner/{SAMPLES[name].path}" if name in SAMPLES else "inner/a.py"
    before, after = (SAMPLES[name].content, SAMPLES[name].fixed) if name in SAMPLES else FIXED[name]
    for file, text in (SAMPLES[name].config if name in SAMPLES else {}).items():
        repo.write(f"inner/{file}", text)
    repo.write(path, before)
    assert fix(repo, name, path).problem == ""
    assert repo.read(path).decode() == after


def test_every_preset_is_here() -> None:
    """One that nobody could run says so."""
    assert set(preset_names()) == {*BUILT_IN, *SAMPLES, *FIXED, *UNTESTED}
    for name in preset_names():
        assert bool(shipped(name).tested) == (name not in UNTESTED)


@pytest.mark.parametrize("name", [*SAMPLES, *FIXED])
def test_the_version_is_the_one_that_is_run(name: str) -> None:
    """Where it is `make setup` that has installed it, and the installer notes the version of the program."""
    program = programs(name)[0]
    if program not in NOT_INSTALLED:
        noted = noted_version(program_of(program), {"tsc": "typescript"}.get(program, program))
        assert noted in ("", shipped(name).tested)
