"""Configuration: what each source may say, which one wins, and how a mistake is told."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from stomper.config import Setting, explain_settings, load_settings
from stomper.config.environment import VARIABLES, parse, unknown_variables
from stomper.config.keys import KEYS
from stomper.config.load import resolve_parallel, usable_cpus
from stomper.errors import EXIT_USAGE, ConfigError
from stomper.settings import MAX_WORKERS, AgentSettings, CommandSettings, Settings

EVERYTHING = """
checkers = ["ruff", "mypy"]
fixers = ["ruff", "docfmt"]
max_retries = 0
allow_other_files = true
unsafe_fixes = true
error_types = ["E", "F401"]
max_errors = 7
max_files = 8
severity = "warning"
strategy = "by-tool"
learning = false

[workflow]
max_parallel_files = 9
test_validation = "none"
continue_on_error = false
start_method = "forkserver"
worktrees = "recycled"
interrupt_grace = 2
max_load = 8.5
min_free_memory = 64
rounds = 2

[budget]
max_cost = 2.5
max_tokens = 1000
max_minutes = 30
file_max_cost = 0.5
file_max_tokens = 100
file_max_minutes = 3

[files]
include = ["src/**/*.py"]
exclude = ["src/gen/**"]

[ignores]
files = ["setup.py"]
errors = ["E501"]

[git]
branch_prefix = "team/stomper"
branch_exists = "replace"
commit_style = "plain"
commit_per = "code"
commit_message = "{type}: {summary} ({ticket})"
commit_body = "{details}"
trailers = ["Reviewed-by: {ticket}"]
ticket = "AB-1"
signoff = true
sign = false
hooks = true
hook_timeout = 2
blame_ignore_revs = true
types = { safe = "style" }

[fixer.docfmt]
command = ["docfmt", "--in-place", "{file}"]
timeout = 20

[fixer.other]
command = ["other", ""]

[agent.codex]
model = "m"

[agent.local]
client = "openai"
base_url = "http://127.0.0.1:8080/v1"
key_variable = "LOCAL_KEY"
timeout = 60
input_price = 3

[tools]
ruff = "bin/ruff"
mypy = "/opt/mypy"
"python3.11" = "~/py"
"""


def own(top: Path, text: str) -> Path:
    path = top / "stomper.toml"
    path.write_text(text, encoding="utf-8")
    return path


def project(top: Path, text: str) -> Path:
    path = top / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(top: Path, options: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> str:
    """The message and hint that this configuration is refused with."""
    with pytest.raises(ConfigError) as caught:
        load_settings(top, options or {}, environ or {})
    assert caught.value.exit_code == EXIT_USAGE
    return f"{caught.value.message}\nhint: {caught.value.hint}"


def value_of(settings: Settings, key: str) -> object:
    value: object = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value


# --- what the sources say


def test_nothing_said_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}, {}) == Settings()


def test_every_setting_has_a_key() -> None:
    # Tables of any name have no keys of their own; where to land, what to choose, how to end is for the command line.
    tables = {"agents", "commands", "own_checkers", "tools", "per_path"}
    names = {field.name for field in dataclasses.fields(Settings)} - tables - {"landing", "choice", "scope", "ending"}
    sections = {name: value_of(Settings(), name) for name in names}
    dotted = set()
    for name, value in sections.items():
        if dataclasses.is_dataclass(value):
            dotted |= {f"{name}.{field.name}" for field in dataclasses.fields(value)}
        else:
            dotted.add(name)
    # Variables are a table of any names; whether a mode or checkers were asked for is found out, and so is trust.
    found_out = {"tests.asked", "checkers_asked", "configured_only", "environment.inside", "prompts.own"}
    found_out |= {"environment.automatic", "environment.made"}
    assert set(KEYS) == dotted - {"tests.env", "environment.env", "proof.codes", "proof.paths", "git.types"} - found_out


def test_every_key_of_a_file_arrives(tmp_path: Path) -> None:
    own(tmp_path, EVERYTHING)
    settings = load_settings(tmp_path, {}, {})
    assert settings.checkers == ("ruff", "mypy")
    assert settings.fixers == ("ruff", "docfmt")
    assert settings.agents == (
        AgentSettings("codex", "codex", "m"),
        AgentSettings("local", "openai", None, "http://127.0.0.1:8080/v1", "LOCAL_KEY", timeout=60, input_price=3.0),
    )
    assert (settings.max_retries, settings.max_errors, settings.max_files) == (0, 7, 8)
    assert (settings.severity, settings.strategy) == ("warning", "by-tool")
    assert (settings.allow_other_files, settings.unsafe_fixes) == (True, True)
    assert settings.error_types == ("E", "F401")
    assert dataclasses.astuple(settings.workflow) == (9, "none", False, "forkserver", "recycled", 2.0, 8.5, 64, 2)
    assert dataclasses.astuple(settings.budget) == (2.5, 1000, 30.0, 0.5, 100, 3.0)
    assert settings.learning is False
    assert dataclasses.astuple(settings.files) == (("src/**/*.py",), ("src/gen/**",))
    assert dataclasses.astuple(settings.ignores) == (("setup.py",), ("E501",))
    assert dataclasses.astuple(settings.git) == (
        *("team/stomper", "replace", "plain", "code", "{type}: {summary} ({ticket})", "{details}"),
        *(("Reviewed-by: {ticket}",), "AB-1", True, False, True, 2.0, True, (("safe", "style"),)),
    )
    assert settings.commands == (
        CommandSettings("docfmt", ("docfmt", "--in-place", "{file}"), 20.0),
        CommandSettings("other", ("other", "")),
    )
    assert settings.tool("ruff") == str(tmp_path / "bin/ruff")
    assert settings.tool("mypy") == "/opt/mypy"
    assert settings.tool("python3.11") == str(Path.home() / "py")


def test_settings_can_be_hashed_so_nothing_in_them_can_change(tmp_path: Path) -> None:
    own(tmp_path, EVERYTHING)
    assert hash(load_settings(tmp_path, {"fixers": ["ruff"]}, {"STOMPER_CHECKERS": "ruff"}))


def test_pyproject_says_the_same(tmp_path: Path) -> None:
    own(tmp_path, EVERYTHING)
    expected = load_settings(tmp_path, {}, {})
    (tmp_path / "stomper.toml").unlink()
    project(tmp_path, "[tool.stomper]" + EVERYTHING.replace("\n[", "\n[tool.stomper."))
    assert load_settings(tmp_path, {}, {}) == expected


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'\n", "[tool.ruff]\n", "[tool.stomper]\n", "tool = 3\n"])
def test_a_pyproject_without_settings_is_fine(tmp_path: Path, text: str) -> None:
    own(tmp_path, "max_retries = 5")
    project(tmp_path, text)
    assert load_settings(tmp_path, {}, {}).max_retries == 5


def test_an_empty_own_file_leaves_the_word_to_pyproject(tmp_path: Path) -> None:
    own(tmp_path, "# nothing yet\n[workflow]\n")
    project(tmp_path, "[tool.stomper]\nmax_retries = 5")
    assert load_settings(tmp_path, {}, {}).max_retries == 5


def test_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    (tmp_path / "stomper.toml").write_bytes(b"\xef\xbb\xbfmax_retries = 5\r\nmax_errors = 2\r\n")
    assert load_settings(tmp_path, {}, {}).max_retries == 5


@pytest.mark.parametrize(("asked", "cpus", "expected"), [(0, 2, 2), (0, 32, 32), (0, 96, 32), (5, 2, 5)])
def test_zero_means_all_cpus_up_to_the_limit(asked: int, cpus: int, expected: int) -> None:
    assert resolve_parallel(asked, cpus) == expected


def test_zero_is_resolved_for_this_machine(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {"workflow.max_parallel_files": 0}, {})
    assert settings.workflow.max_parallel_files == min(usable_cpus(), MAX_WORKERS)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system cannot bind a process to CPUs")
def test_all_cpus_are_those_this_process_may_use() -> None:
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    code += "from stomper.config.load import usable_cpus; print(usable_cpus())"
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, check=True)
    assert run.stdout.strip() == b"1"


def test_workers_need_no_pydantic() -> None:
    code = "import sys, stomper.settings; print('pydantic' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, check=True)
    assert run.stdout.strip() == b"False"


# --- who wins


@pytest.mark.parametrize(
    ("file", "environ", "options", "value", "source"),
    [
        ("", {}, {}, 3, "default"),
        ("max_retries = 1", {}, {}, 1, "FILE"),
        ("max_retries = 1", {"STOMPER_MAX_RETRIES": "2"}, {}, 2, "STOMPER_MAX_RETRIES"),
        ("max_retries = 1", {"STOMPER_MAX_RETRIES": "2"}, {"max_retries": 4}, 4, "option"),
        ("max_retries = 1", {}, {"max_retries": 0}, 0, "option"),
        ("max_retries = 1", {}, {"max_retries": None}, 1, "FILE"),
    ],
)
def test_the_stronger_source_wins_and_is_named(
    tmp_path: Path, file: str, environ: dict[str, str], options: dict[str, object], value: int, source: str
) -> None:
    path = own(tmp_path, file)
    explained = {setting.key: setting for setting in explain_settings(tmp_path, options, environ)}
    assert explained["max_retries"] == Setting("max_retries", value, str(path) if source == "FILE" else source)
    assert load_settings(tmp_path, options, environ).max_retries == value


def test_sources_are_merged_key_by_key(tmp_path: Path) -> None:
    project(tmp_path, "[tool.stomper.workflow]\ncontinue_on_error = false\nmax_parallel_files = 2")
    environ = {"STOMPER_MAX_PARALLEL_FILES": "3", "STOMPER_UNSAFE_FIXES": "yes"}
    settings = load_settings(tmp_path, {"ignores.errors": ("E501",)}, environ)
    assert (settings.workflow.continue_on_error, settings.workflow.max_parallel_files) == (False, 3)
    assert (settings.unsafe_fixes, settings.ignores.errors) == (True, ("E501",))


def test_explain_names_every_key_and_table_entry(tmp_path: Path) -> None:
    path = own(tmp_path, EVERYTHING)
    explained = {setting.key: setting for setting in explain_settings(tmp_path, {}, {})}
    assert set(explained) >= set(KEYS)
    assert explained["tools.ruff"] == Setting("tools.ruff", "bin/ruff", str(path))
    assert explained["fixer.docfmt.timeout"].source == str(path)


def test_without_an_environ_it_is_that_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOMPER_MAX_RETRIES", "11")
    assert load_settings(tmp_path, {}).max_retries == 11
    assert load_settings(tmp_path, {}, {}).max_retries == 3


# --- wrong files


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("max_retires = 3", ['unknown key "max_retires"', 'did you mean "max_retries"?']),
        ("[workflow]\nmax_paralel_files = 3", ['"workflow.max_paralel_files"', 'did you mean "workflow.max_parallel']),
        ("max_parallel_files = 3", ['unknown key "max_parallel_files"', 'did you mean "workflow.max_parallel_files"?']),
        ("[workflow]\nmax_retries = 3", ['unknown key "workflow.max_retries"', 'did you mean "max_retries"?']),
        ("[workflw]\nmax_parallel_files = 3", ['unknown key "workflw"', 'did you mean "workflow"?']),
        ("[fixer.a]\ncommand = ['a']\ntimeot = 3", ['"fixer.a.timeot"', 'did you mean "fixer.a.timeout"?']),
        ("[agent.codex]\nmodell = 'm'", ['"agent.codex.modell"', 'did you mean "agent.codex.model"?']),
        ("[agent.mine]\nmodel = 'm'", ["agent.mine needs a `client`: one of claude-code, codex, "]),
        ("[agent.ruff]\nclient = 'codex'", ["agent.ruff: ruff is a built-in fixer"]),
        ("[agent.a]\nclient = 'openai'\nbase_url = 'localhost'", ["agent.a.base_url: is not an address that begins"]),
        (
            "[agent.codex]\nkey_variable = 'sk-123'",
            ["agent.codex.key_variable: is the name of an environment variable"],
        ),
        ("[agent.codex]\n[fixer.codex]\ncommand = ['x']\n[agent.codex]\nmodel = 'm'", ["not valid TOML"]),
        (
            "[agent.codex]\nmodel = 'm'\n[fixer.codex]\ncommand = ['x']",
            ["codex is the name of a fixer and of an agent"],
        ),
        ("proof = 'sure'", ["proof.level: expected 'safe', 'proved', 'tested' or 'none', found the string \"sure\""]),
        ("proof = 3", ["proof: expected a table, found the integer 3"]),
        ("[proof]\nlevl = 'safe'", ['unknown key "proof.levl"', 'did you mean "proof.level"?']),
        ("[proof.codes]\nE711 = 'sure'", ["proof.codes.E711: expected 'safe', 'proved', 'tested' or 'none'"]),
        ("[proof.paths]\n'' = 'safe'", ["must not be empty"]),
        ("prof = 'safe'", ['unknown key "prof"', 'did you mean "proof"?']),
        ("qqq = 3", ['unknown key "qqq"', "no key is like it; `stomper init --all -o -` shows all of them"]),
        ("retries = 3", ['unknown key "retries"', 'did you mean "max_retries"?']),
        ("minutes = 3", ['unknown key "minutes"', 'did you mean "budget.max_minutes"?']),
        ("style = 3", ['unknown key "style"', "hint: keys like it: git.commit_style"]),
        ("[workflow]\nfrob = 3", ["the keys of [workflow] are max_parallel_files, test_validation, "]),
        ("[fixer.a]\ncommand = ['a']\nfrob = 3", ["the keys of [fixer.a] are command, timeout, "]),
        ("[tool.stomper]\nmax_retries = 3", ['unknown key "tool"', "without [tool.stomper]"]),
        ('max_retries = "4"', ['max_retries: expected a whole number, found the string "4"']),
        ("max_retries = true", ["max_retries: expected a whole number, found the boolean true"]),
        ("max_retries = 4.0", ["max_retries: expected a whole number, found the number 4.0"]),
        ("max_retries = -1", ["max_retries: expected 0 or more, found the integer -1"]),
        ("max_retries = 101", ["max_retries: expected 100 or less, found the integer 101"]),
        ("max_retries = 2024-01-01", ["max_retries: expected a whole number, found 2024-01-01 (date)"]),
        ("max_errors = 0", ["max_errors: expected 1 or more, found the integer 0"]),
        ("unsafe_fixes = 1", ["unsafe_fixes: expected true or false, found the integer 1"]),
        ('allow_other_files = "yes"', ['allow_other_files: expected true or false, found the string "yes"']),
        ('fixers = "ruff"', ['fixers: expected a list of strings, found the string "ruff"']),
        ('fixers = ["ruff", 3]', ["fixers, item 2: expected a string, found the integer 3"]),
        ('error_types = [""]', ["error_types, item 1: must not be empty"]),
        ("workflow = 3", ["workflow: expected a table, found the integer 3"]),
        ("[fixers.a]\ncommand = ['a']", ["fixers: expected a list of strings, found a table"]),
        ("[workflow]\nmax_parallel_files = 33", ["workflow.max_parallel_files: expected 32 or less"]),
        ("[workflow]\nmax_parallel_files = -1", ["workflow.max_parallel_files: expected 0 or more"]),
        ("[workflow]\nstart_method = 'fork'", ["workflow.start_method: expected 'spawn' or 'forkserver', found"]),
        ("[workflow]\ntest_validation = 'all'", ["expected 'full', 'quick', 'final' or 'none', found the string"]),
        ("[workflow]\ninterrupt_grace = -0.5", ["workflow.interrupt_grace: expected 0 or more"]),
        ("[workflow]\ninterrupt_grace = true", ["workflow.interrupt_grace: expected a number, found the boolean"]),
        ("[workflow]\ninterrupt_grace = inf", ["workflow.interrupt_grace: expected a finite number"]),
        ("[workflow]\ninterrupt_grace = nan", ["workflow.interrupt_grace: expected a finite number"]),
        ("[git]\ncommit_style = 'pretty'", ["git.commit_style: expected 'conventional' or 'plain'"]),
        ("[files]\ninclude = [' ']", ["files.include, item 1: must not be empty"]),
        ("[fixer.a]\ntimeout = 3", ["fixer.a needs a `command`"]),
        ("[fixer.a]\ncommand = []", ["fixer.a.command: must name a program"]),
        ("[fixer.a]\ncommand = ['', 'x']", ["fixer.a.command: must begin with the name of a program"]),
        ('[fixer.a]\ncommand = ["a", "\\u0000"]', ["fixer.a.command: must not contain a NUL"]),
        ("[fixer.a]\ncommand = 'a b'", ["fixer.a.command: expected a list of strings"]),
        ("[fixer.a]\ncommand = ['a']\ntimeout = 0", ["fixer.a.timeout: expected more than 0, found the integer 0"]),
        ("[fixer.ruff]\ncommand = ['a']", ["fixer.ruff: ruff is a built-in fixer; give yours another name"]),
        ("[fixer.'a.b']\ncommand = ['a']", ["fixer.a.b: the name of a fixer is made of"]),
        ("[tools]\nruff = ''", ["tools.ruff: must not be empty"]),
        ("[tools]\nruff = 3", ["tools.ruff: expected a string, found the integer 3"]),
        ('[tools]\nruff = "a\\u0000"', ["tools.ruff: must not contain a NUL"]),
    ],
)
def test_a_wrong_file_is_refused_with_file_and_key(tmp_path: Path, text: str, parts: list[str]) -> None:
    path = own(tmp_path, text)
    told = refused(tmp_path)
    assert told.startswith(f"{path}: ")
    for part in parts:
        assert part in told


@pytest.mark.parametrize("prefix", ["stomper", "a/b", "fix-1", "ünï", "a.b"])
def test_a_branch_prefix_that_git_takes(tmp_path: Path, prefix: str) -> None:
    assert load_settings(tmp_path, {"git.branch_prefix": prefix}, {}).git.branch_prefix == prefix


@pytest.mark.parametrize(
    "prefix",
    ["", "a b", "a..b", "/a", "a/", "a//b", "-a", ".a", "a/.b", "a.", "a.lock", "a.lock/b", "@", "a@{b", "a~1", "a\\b"],
)
def test_a_branch_prefix_that_git_refuses(tmp_path: Path, prefix: str) -> None:
    assert "--branch-prefix: is not a name that git takes" in refused(tmp_path, {"git.branch_prefix": prefix})


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = own(tmp_path, 'max_retires = 3\nunsafe_fixes = 1\n[workflow]\nmax_parallel_files = "4"')
    told = refused(tmp_path)
    assert told.startswith(f"{path}: 3 problems\n  ")
    assert all(part in told for part in ("max_retires", "unsafe_fixes", "workflow.max_parallel_files"))


def test_pyproject_is_named_with_its_table(tmp_path: Path) -> None:
    path = project(tmp_path, "[tool.stomper]\nmax_retires = 3")
    assert refused(tmp_path).startswith(f'{path} [tool.stomper]: unknown key "max_retires"')
    project(tmp_path, "[tool]\nstomper = 3")
    assert "expected a table, found the integer 3" in refused(tmp_path)


def test_two_files_with_settings_are_refused(tmp_path: Path) -> None:
    first, second = own(tmp_path, "max_retries = 3"), project(tmp_path, "[tool.stomper]\nmax_errors = 3")
    told = refused(tmp_path)
    assert str(first) in told
    assert str(second) in told
    assert "hint: keep one" in told


@pytest.mark.parametrize("name", ["stomper.toml", "pyproject.toml"])
@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (b"a = 1\nb = oops\n", ["not valid TOML at line 2, column 5: Invalid value", "hint: correct line 2 of"]),
        (b"a = 1\nb\n", ["not valid TOML at line 2, column 2"]),
        (b"a = 1\nb = [1,\n", ["not valid TOML at line 2, column"]),
        (b"a = 1\nb = 'caf\xe9'\n", ["line 2 is not UTF-8 (byte 0xe9)", "hint: save the file in UTF-8"]),
        (b"a = " + b"9" * 5000, ["not readable as TOML"]),
        (b"a = " + b"[" * 50000, ["not readable as TOML"]),
    ],
)
def test_a_file_that_is_not_toml(tmp_path: Path, name: str, data: bytes, parts: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    told = refused(tmp_path)
    assert told.startswith(f"{path}: ")
    for part in parts:
        assert part in told


def test_a_tool_in_the_home_of_nobody(tmp_path: Path) -> None:
    own(tmp_path, "[tools]\nruff = '~no-such-user/ruff'")
    assert "tools.ruff: no home folder is known for ~no-such-user/ruff" in refused(tmp_path)


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "stomper.toml").mkdir()
    assert "stomper.toml: cannot be read: is a folder, not a regular file" in refused(tmp_path)


# --- tests and environment


def test_a_mode_that_was_named_was_asked_for(tmp_path: Path) -> None:
    assert not load_settings(tmp_path, {}, {}).tests.asked
    own(tmp_path, '[workflow]\ntest_validation = "final"')
    assert load_settings(tmp_path, {}, {}).tests.asked


def test_tables_of_variables_and_the_interpreter(tmp_path: Path) -> None:
    own(
        tmp_path, '[tests.env]\nMODE = "ci"\n[environment]\npython = "bin/python"\ncopy = [".env"]\nsetup = ["make it"]'
    )
    settings = load_settings(tmp_path, {}, {})
    assert settings.tests.env == (("MODE", "ci"),)
    assert settings.environment.python == str(tmp_path / "bin/python")
    assert settings.environment.copy == (".env",)
    assert settings.environment.setup == ("make it",)


# --- environment and options


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("STOMPER_CHECKERS", "ruff, mypy", "checkers", ("ruff", "mypy")),
        ("STOMPER_FIXERS", "", "fixers", ()),
        ("STOMPER_MAX_RETRIES", " 4 ", "max_retries", 4),
        ("STOMPER_WORKFLOW_MAX_PARALLEL_FILES", "3", "workflow.max_parallel_files", 3),
        ("STOMPER_MAX_PARALLEL_FILES", "3", "workflow.max_parallel_files", 3),
        ("STOMPER_TEST_VALIDATION", "none", "workflow.test_validation", "none"),
        ("STOMPER_INTERRUPT_GRACE", "2.5", "workflow.interrupt_grace", 2.5),
        ("STOMPER_INTERRUPT_GRACE", "2", "workflow.interrupt_grace", 2.0),
        ("STOMPER_IGNORES_ERRORS", "E501,W", "ignores.errors", ("E501", "W")),
        ("STOMPER_IGNORES_FILES", "a.py,", "ignores.files", ("a.py",)),
        ("STOMPER_GIT_BRANCH_PREFIX", "bot", "git.branch_prefix", "bot"),
        ("STOMPER_PROOF", "safe", "proof.level", "safe"),
        ("STOMPER_PROOF_LEVEL", "none", "proof.level", "none"),
        ("STOMPER_COMMIT_STYLE", "plain", "git.commit_style", "plain"),
        *(("STOMPER_UNSAFE_FIXES", text, "unsafe_fixes", True) for text in ("true", "1", "yes", "on", "TRUE")),
        *(("STOMPER_CONTINUE_ON_ERROR", text, "workflow.continue_on_error", False) for text in ("false", "0", "no")),
        ("STOMPER_CONTINUE_ON_ERROR", "off", "workflow.continue_on_error", False),
    ],
)
def test_a_variable_sets_its_key(tmp_path: Path, variable: str, text: str, key: str, value: object) -> None:
    found = value_of(load_settings(tmp_path, {}, {variable: text}), key)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("environ", "parts"),
    [
        ({"STOMPER_MAX_RETRIS": "3"}, ["unknown variable STOMPER_MAX_RETRIS", "did you mean STOMPER_MAX_RETRIES?"]),
        ({"STOMPER_MAX_PARALLEL": "3"}, ["did you mean STOMPER_MAX_PARALLEL_FILES?"]),
        ({"STOMPER_COST": "3"}, ["did you mean STOMPER_MAX_COST?"]),
        ({"STOMPER_CHECKER": "ruff"}, ["did you mean STOMPER_CHECKERS?"]),
        ({"STOMPER_MAX_RETRIES": "x"}, ['STOMPER_MAX_RETRIES: expected a whole number, found the string "x"']),
        ({"STOMPER_MAX_RETRIES": "1_0"}, ['STOMPER_MAX_RETRIES: expected a whole number, found the string "1_0"']),
        ({"STOMPER_PROOF": "sure"}, ["STOMPER_PROOF: expected 'safe', 'proved', 'tested' or 'none', found the"]),
        ({"STOMPER_LEVEL": "safe"}, ["unknown variable STOMPER_LEVEL"]),
        ({"STOMPER_MAX_RETRIES": ""}, ['STOMPER_MAX_RETRIES: expected a whole number, found the string ""']),
        ({"STOMPER_MAX_RETRIES": "9" * 9000}, ["STOMPER_MAX_RETRIES: expected a whole number", "999...\n"]),
        ({"STOMPER_MAX_PARALLEL_FILES": "99"}, ["STOMPER_MAX_PARALLEL_FILES: expected 32 or less"]),
        ({"STOMPER_UNSAFE_FIXES": "maybe"}, ["STOMPER_UNSAFE_FIXES: expected true or false"]),
        ({"STOMPER_START_METHOD": "caf\udce9"}, ['expected text in UTF-8, found the string "caf\\xe9"']),
        ({"STOMPER_INTERRUPT_GRACE": "nan"}, ["STOMPER_INTERRUPT_GRACE: expected a finite number"]),
        ({"STOMPER_INTERRUPT_GRACE": "soon"}, ["STOMPER_INTERRUPT_GRACE: expected a number, found the string"]),
        ({"STOMPER_BRANCH_PREFIX": "caf\udce9"}, ["STOMPER_BRANCH_PREFIX: is not a name that git takes"]),
        (
            {"STOMPER_MAX_RETRIS": "1", "STOMPER_MAX_RETRIES": "x"},
            ["2 problems", "STOMPER_MAX_RETRIS", "STOMPER_MAX_RETRIES: exp"],
        ),
        (
            {"STOMPER_MAX_PARALLEL_FILES": "3", "STOMPER_WORKFLOW_MAX_PARALLEL_FILES": "3"},
            ["STOMPER_MAX_PARALLEL_FILES and STOMPER_WORKFLOW_MAX_PARALLEL_FILES both set", "keep one of"],
        ),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, environ: dict[str, str], parts: list[str]) -> None:
    told = refused(tmp_path, {}, environ)
    assert told.startswith("environment: ")
    told.encode("utf-8")
    for part in parts:
        assert part in told


def test_a_variable_that_is_like_none_of_ours_is_named_and_no_error(tmp_path: Path) -> None:
    names = [f"STOMPER_{word}" for word in ("A", "JOBS", "TEST_BIN", "TOOLS_RUFF", "VERSION")]
    environ = {**dict.fromkeys(names, "1"), "STOMPER_MAX_RETRIES": "2", "STOMPER_TRUST": "1", "HOME": "/"}
    assert load_settings(tmp_path, {}, environ).max_retries == 2
    assert unknown_variables(environ) == tuple(names)
    assert unknown_variables({"STOMPER_MAX_RETRIS": "2"}) == ()  # an error, by itself


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    environ = {
        "_STOMPER_RUN": "x",
        "STOMPER_TEST_RUFF_BIN": "x",
        "STOMPER_REQUIRE_CLIENTS": "x",
        "stomper_x": "x",
        "STOMPERS": "x",
        "PATH": "x",
    }
    assert load_settings(tmp_path, {}, environ) == Settings()


def test_every_key_has_its_variable_and_no_variable_two_meanings() -> None:
    assert set(VARIABLES.values()) == set(KEYS)
    for key in KEYS:
        assert VARIABLES["STOMPER_" + key.upper().replace(".", "_")] == key
    assert "STOMPER_FILES" not in VARIABLES


def test_a_short_integer_is_no_boolean() -> None:
    assert type(parse(int, "1")) is int
    assert type(parse(bool, "1")) is bool


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"workflow.max_parallel_files": 99}, ["--max-parallel-files: expected 32 or less, found the integer 99"]),
        ({"fixers": ("ruff", 3)}, ["--fixer, item 2: expected a string"]),
        ({"ignores.errors": ("",)}, ["--ignore, item 1: must not be empty"]),
        ({"max_retris": 3}, ['unknown key "max_retris"', 'did you mean "max_retries"?']),
        ({"tools": {"ruff": "x"}}, ['unknown key "tools"']),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: dict[str, object], parts: list[str]) -> None:
    told = refused(tmp_path, options)
    assert told.startswith("command line: ")
    for part in parts:
        assert part in told


def test_options_of_each_kind(tmp_path: Path) -> None:
    options = {"fixers": ("ruff",), "unsafe_fixes": True, "max_errors": 5, "files.exclude": ["a"], "error_types": ()}
    settings = load_settings(tmp_path, options, {})
    assert (settings.fixers, settings.unsafe_fixes, settings.max_errors) == (("ruff",), True, 5)
    assert (settings.files.exclude, settings.error_types) == (("a",), ())


def test_a_home_that_is_no_folder_has_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As git has it; what can be reached and cannot be read is an error still."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    top = tmp_path / "top"
    assert load_settings(top, {}, {}) == Settings(workflow=load_settings(top, {}, {}).workflow)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "stomper" / "stomper.toml").mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        load_settings(top, {}, {})
    assert caught.value.hint is not None
