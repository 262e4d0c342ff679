"""The built-in fixers, each with its real program, on a file in a plain folder."""

import dataclasses
import json
import pickle
import sysconfig
from pathlib import Path

import pytest

from stomper import process
from stomper.checkers.ruff import RuffChecker
from stomper.errors import ConfigError, ToolError
from stomper.fixers import FixRequest, make_fixers
from stomper.fixers.codemods import CODEMODS
from stomper.fixers.command import CommandFixer
from stomper.fixers.demo import DemoFixer
from stomper.fixers.ruff import RuffFixer
from stomper.models import Diagnostic
from stomper.settings import CommandSettings, Settings
from tests.kit.fakes import fake_fixer

RUFF = str(Path(sysconfig.get_path("scripts")) / "ruff")
# F401 has a safe fix, E711 an unsafe one, F821 none.
SOURCE = "import os\nimport sys\n\nprint(sys.argv == None, undefined_name)\n"
SAFE = SOURCE.removeprefix("import os\n")
ALL = SAFE.replace("== None", "is None")
SELECT = '[lint]\nselect = ["E", "F"]\n'


def request(root: Path, path: str = "a.py", source: str = SOURCE, codes: frozenset[str] | None = None) -> FixRequest:
    """A try at a file with this content, with what ruff finds there."""
    scratch = root / "tmp"
    scratch.mkdir()
    tree = root / "tree"
    (tree / path).parent.mkdir(parents=True)
    (tree / path).write_text(source)
    (tree / "ruff.toml").write_text(SELECT)
    return FixRequest(tree, path, RuffChecker(RUFF, unsafe_fixes=True).check(tree, [path]), codes, scratch)


RUFFS = {
    "safe": (False, None, SAFE),
    "unsafe too": (True, None, ALL),
    "limited to one": (True, {"F401"}, SAFE),
    "limited to the unsafe one": (True, {"E711"}, SOURCE.replace("== None", "is None")),
    "limited to what cannot be fixed": (True, {"F821"}, SOURCE),
    "limited to what is not there": (True, {"E501"}, SOURCE),
}


@pytest.mark.parametrize("what", RUFFS)
def test_ruff_fixes_what_it_may(tmp_path: Path, what: str) -> None:
    unsafe, codes, expected = RUFFS[what]
    asked = request(tmp_path, codes=None if codes is None else frozenset(codes))
    reply = RuffFixer(RUFF, unsafe_fixes=unsafe).fix(asked)
    assert asked.file.read_text() == expected
    assert (reply.problem, reply.timed_out, reply.stopped) == ("", False, False)


def test_ruff_says_once_for_a_folder_which_python_it_goes_by(tmp_path: Path) -> None:
    log, program = tmp_path / "log", tmp_path / "ruff"
    program.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {RUFF} "$@"\n')
    program.chmod(0o755)
    first = request(tmp_path)
    (first.root / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.9"\n')
    (first.root / "ruff.toml").write_text(f'target-version = "py312"\n{SELECT}')
    for path in ("a.py", "b.py", "below/c.py", "below/d.py"):
        asked = dataclasses.replace(first, path=path)
        asked.file.parent.mkdir(exist_ok=True)
        asked.file.write_text(SOURCE)
        assert not RuffFixer(str(program)).fix(asked).problem
        assert asked.file.read_text() == SAFE
    told = [line.split()[-1] for line in log.read_text().splitlines() if "--show-settings" in line]
    assert told == ["a.py", "below/c.py"]
    assert log.read_text().count("--target-version py39") == 4


def test_ruff_heeds_the_projects_unfixable(tmp_path: Path) -> None:
    asked = request(tmp_path)
    (asked.root / "ruff.toml").write_text(SELECT + 'unfixable = ["F401"]\n')
    RuffFixer(RUFF).fix(asked)
    assert asked.file.read_text() == SOURCE


def test_ruff_takes_a_file_whose_name_looks_like_an_option(tmp_path: Path) -> None:
    asked = request(tmp_path, "--fix-only.py")
    assert RuffFixer(RUFF).fix(asked).problem == ""
    assert asked.file.read_text() == SAFE


def test_ruff_names_its_trouble(tmp_path: Path) -> None:
    asked = request(tmp_path)
    (asked.root / "ruff.toml").write_text("no toml")
    reply = RuffFixer(RUFF).fix(asked)
    assert reply.problem.startswith("ruff: exit code 2: ")
    assert reply.log.startswith(f"$ {RUFF} check --fix-only ")
    assert asked.file.read_text() == SOURCE


def found(tool: str, fixable: bool) -> Diagnostic:
    return Diagnostic(tool, "X1", "x", "a.py", 1, 1, fixable=fixable)


@pytest.mark.parametrize(
    ("diagnostics", "ruff", "command"),
    [
        ((found("ruff", True),), True, True),
        ((found("ruff", False),), False, True),
        ((found("mypy", True),), False, True),
        ((found("mypy", False), found("ruff", True)), True, True),
        ((), False, False),
    ],
)
def test_who_takes_what(diagnostics: tuple[Diagnostic, ...], ruff: bool, command: bool) -> None:
    assert RuffFixer(RUFF).takes(diagnostics) is ruff
    assert DemoFixer(RuffFixer(RUFF)).takes(diagnostics) is ruff
    assert CommandFixer("x", ("x",)).takes(diagnostics) is command


@pytest.mark.parametrize(
    ("command", "path", "expected"),
    [
        (["a", "{file}", "b"], "x/a.py", ["a", "x/a.py", "b"]),
        (["a", "b"], "x/a.py", ["a", "b", "x/a.py"]),
        (["--in={file}", "{file}"], "x/a.py", ["--in=x/a.py", "x/a.py"]),
        (["a"], "-rf.py", ["a", "./-rf.py"]),
        (["{file}"], "-d/a.py", ["./-d/a.py"]),
        (["a"], "x/-a.py", ["a", "x/-a.py"]),
        (["a"], "b c;$HOME.py", ["a", "b c;$HOME.py"]),
    ],
)
def test_where_a_command_gets_the_path(tmp_path: Path, command: list[str], path: str, expected: list[str]) -> None:
    asked = request(tmp_path, path)
    show = ("printf", "%s\\n")
    reply = CommandFixer("mine", (*show, *command)).fix(asked)
    assert reply.log.splitlines()[1:] == expected
    assert reply.problem == ""


def test_command_runs_at_the_top_with_a_temporary_folder_of_its_own(tmp_path: Path) -> None:
    asked = request(tmp_path, "x/a.py")
    seen = tmp_path / "environment"
    CommandFixer("mine", tuple(fake_fixer("--print-env", seen, "--run", "pwd -P > here"))).fix(asked)
    assert json.loads(seen.read_text())["TMPDIR"] == str(asked.scratch)
    assert (asked.root / "here").read_text() == f"{asked.root.resolve()}\n"


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        (["--exit", "0", "--say", "all is well"], ""),
        (
            ["--exit", "3", "--say", "no more tokens"],
            "mine: exit code 3 (not in fixer.mine.exit_codes): no more tokens",
        ),
        (["--exit", "3"], "mine: exit code 3 (not in fixer.mine.exit_codes)"),
        (["--signal", "9"], "mine: killed by SIGKILL"),
    ],
)
def test_how_a_command_ended(tmp_path: Path, flags: list[str], problem: str) -> None:
    reply = CommandFixer("mine", tuple(fake_fixer(*flags))).fix(request(tmp_path))
    assert (reply.problem, reply.timed_out, reply.stopped) == (problem, False, False)
    assert ("all is well" in reply.log) is (problem == "")


def test_command_that_does_not_end(tmp_path: Path) -> None:
    reply = CommandFixer("mine", tuple(fake_fixer("--hang")), timeout=0.2).fix(request(tmp_path))
    assert reply.timed_out
    assert reply.problem.startswith("mine: still running after ")


@pytest.mark.parametrize("program", ["no-such-program", "/etc/hostname"])
def test_command_that_cannot_be_started(tmp_path: Path, program: str) -> None:
    with pytest.raises(ToolError, match=f"cannot start {program}: "):
        CommandFixer("mine", (program,)).fix(request(tmp_path))


def test_demo_fixes_as_ruff_does_and_stops_when_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stomper.fixers.demo.SHORTEST", 0.0)
    monkeypatch.setattr("stomper.fixers.demo.LONGEST", 0.01)
    asked = request(tmp_path)
    assert DemoFixer(RuffFixer(RUFF)).fix(asked).problem == ""
    assert asked.file.read_text() == SAFE
    asked.file.write_text(SOURCE)
    monkeypatch.setattr("stomper.fixers.demo.SHORTEST", 1000.0)
    monkeypatch.setattr("stomper.fixers.demo.LONGEST", 1000.0)
    process.request_stop(0)
    assert DemoFixer(RuffFixer(RUFF)).fix(asked).stopped
    assert asked.file.read_text() == SOURCE


def test_chain_is_made_in_the_order_asked_for_and_travels(tmp_path: Path) -> None:
    mine = CommandSettings("mine", ("x", "{file}"), 7.0)
    settings = Settings(fixers=("mine", "demo", "ruff"), commands=(mine,), tools=(("ruff", RUFF),), unsafe_fixes=True)
    made = make_fixers(settings, tmp_path)
    ruff = RuffFixer(RUFF, unsafe_fixes=True)
    assert made == (CommandFixer("mine", ("x", "{file}"), 7.0), DemoFixer(ruff), ruff)
    assert pickle.loads(pickle.dumps(made)) == made


def test_unknown_fixer_is_named_with_the_nearest(tmp_path: Path) -> None:
    settings = Settings(fixers=("mien",), commands=(CommandSettings("mine", ("x",)),))
    with pytest.raises(ConfigError) as caught:
        make_fixers(settings, tmp_path)
    assert caught.value.message == "unknown fixer 'mien'"
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("Did you mean 'mine'? Known: aider, ")
    assert all(f" {name}," in caught.value.hint for name in ("codex", "drill-sergeant", "mine", "ruff"))


def test_a_command_takes_the_files_it_is_for() -> None:
    found = [Diagnostic("lint", "X1", "m", "web/a.js", 1, 1)]
    taken = [CommandFixer("mine", ("x",), include=include).takes(found) for include in ((), ("*.js",), ("*.py",))]
    assert taken == [True, True, False]
    assert not CommandFixer("mine", ("x",), include=("*.js",)).takes([])


def test_other_exit_codes_can_say_that_a_command_ran(tmp_path: Path) -> None:
    asked = request(tmp_path)
    command = ("sh", "-c", "exit 1", "sh", "{file}")
    assert CommandFixer("mine", command).fix(asked).problem.startswith("mine: exit code 1")
    assert CommandFixer("mine", command, exit_codes=(0, 1)).fix(asked).problem == ""
    problem = CommandFixer("mine", command, exit_codes=(2,)).fix(asked).problem
    assert problem.startswith("mine: exit code 1 (not in fixer.mine.exit_codes)")


def test_programs_of_fixers_are_found_as_those_of_checkers(tmp_path: Path) -> None:
    (tmp_path / "node_modules" / ".bin").mkdir(parents=True)
    tool = tmp_path / "node_modules" / ".bin" / "mine-fix"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    settings = Settings(fixers=("mine",), commands=(CommandSettings("mine", ("mine-fix", "-w"), include=("*.js",)),))
    assert make_fixers(settings, tmp_path) == (CommandFixer("mine", (str(tool), "-w"), include=("*.js",)),)


def test_codemods_are_a_fixer_each_and_none_twice(tmp_path: Path) -> None:
    names = [fixer.name for fixer in make_fixers(Settings(fixers=("codemods/raise-from", "codemods")), tmp_path)]
    assert names[0] == "codemods/raise-from"
    assert sorted(names) == sorted(
        [
            "annotate",
            "annotate-used",
            "ruff-format",
            "ruff-unsafe",
            *(f"codemods/{codemod.name}" for codemod in CODEMODS),
        ]
    )


def test_unknown_codemod_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        make_fixers(Settings(fixers=("codemods/raise-form",)), tmp_path)
    assert "Did you mean 'codemods/raise-from'?" in str(caught.value.hint)
