"""Checkers of the user's own: what they are called with, how they are read, and what is no result."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from stomper.checkers import check_files, make_checkers
from stomper.checkers.result import spans
from stomper.errors import CheckerError, ConfigError, ToolError
from stomper.models import Diagnostic, Severity
from stomper.settings import CheckerSettings, Settings
from tests.kit.fakes import fake_tool
from tests.kit.own import log, own_checker, printing, result

ECHO = "import json, sys; open('calls', 'a').write(json.dumps(sys.argv[1:]) + '\\n'); print(sys.argv[1:])"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    top = tmp_path / "tree"
    (top / "web").mkdir(parents=True)
    for path in ("a.js", "web/ä b.js", "-x.js"):
        (top / path).write_text("1\n2\n3\n4\n")
    return top


ENTRY = {"at": [2, 3], "rule": "R1", "text": "m", "how": 1, "fix": {}}
READ: dict[str, tuple[str, Any]] = {
    "pattern": ("pattern", "talk\na.js:2:3: warning R1 m\r\nmore talk\n"),
    "json": ("json", {"files": [{"name": "{root}/a.js", "problems": [ENTRY]}]}),
    "sarif": ("sarif", log(result(level="warning"))),
}


@pytest.mark.parametrize("form", READ)
def test_each_format_is_read(root: Path, tmp_path: Path, form: str) -> None:
    output = READ[form][1]
    text = (output if isinstance(output, str) else json.dumps(output)).replace("{root}", str(root))
    (found,) = printing(tmp_path, form, text).check(root, ["a.js"])
    line = (3, 5) if form == "sarif" else (2, 3)
    assert found == Diagnostic("mine", "R1", "m", "a.js", *line, Severity.WARNING)


def test_json_in_other_shapes(root: Path, tmp_path: Path) -> None:
    """A bare list, numbers as codes, nothing but a path; what is truthy is fixable."""
    rows = [{"file": "a.js", "code": 2086, "line": "7", "fix": [1]}, {"file": "./web/ä b.js", "line": None}]
    places = (("path", "file"), ("line", "line"), ("code", "code"), ("fixable", "fix"))
    first, second = printing(tmp_path, "json", json.dumps(rows), json=places).check(root, ["a.js", "web/ä b.js"])
    assert (first.code, first.line, first.fixable, first.severity) == ("2086", 7, True, Severity.ERROR)
    assert (second.path, second.code, second.line, second.column, second.fixable) == ("web/ä b.js", "mine", 1, 1, False)


def test_lines_and_columns_that_a_tool_counts_from_0(root: Path, tmp_path: Path) -> None:
    rows = [{"file": "a.js", "at": [0, 4]}, {"file": "a.js"}]
    places = (("path", "file"), ("line", "at.0"), ("column", "at.1"))
    read = printing(tmp_path / "1", "json", json.dumps(rows), json=places, line_base=0, column_base=0)
    assert [(d.line, d.column) for d in read.check(root, ["a.js"])] == [(1, 1), (1, 5)]
    matched = printing(tmp_path / "2", "pattern", "a.js:2:0: error R1 m", column_base=0)
    assert [(d.line, d.column) for d in matched.check(root, ["a.js"])] == [(2, 1)]


@pytest.mark.parametrize(
    ("code", "hint"),
    [(4, "If 4 is a result of mine, add it to checker.mine.exit_codes (now [0, 1])"), (-9, "Run it by hand")],
)
def test_an_unexpected_exit_code_names_the_key_that_allows_it(root: Path, tmp_path: Path, code: int, hint: str) -> None:
    ends = f"import os; os.kill(os.getpid(), {-code})" if code < 0 else f"raise SystemExit({code})"
    with pytest.raises(CheckerError) as caught:
        own_checker("sarif", sys.executable, "-IS", "-c", ends).check(root, ["a.js"])
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("numbers", "words"), [((0,), "[0]"), ((0, 1, 4, 5, 6, 7, 9), '[0, 1, "4-7", 9]'), (tuple(range(256)), '["0-255"]')]
)
def test_allowed_codes_are_shown_as_they_are_written(numbers: tuple[int, ...], words: str) -> None:
    assert spans(numbers) == words


NO_RESULTS: dict[str, tuple[str, str | dict[str, Any], int, str]] = {
    "an exit code that is none": ("sarif", log(), 2, "mine gave no result (exit code 2)"),
    "half a document, sarif": ("sarif", '{"version": "2.1.0", "ru', 1, 'not JSON: {"version": "2.1.0", "ru'),
    "half a document, json": ("json", '{"files": [', 0, 'mine\'s output is not JSON: {"files": ['),
    "nothing, sarif": ("sarif", "", 0, "not JSON: nothing (exit code 0)"),
    "nothing, json": ("json", "", 0, "not JSON: nothing (exit code 0)"),
    "nothing, pattern, failing": ("pattern", "", 1, "exit code 1 does not go with its output"),
    "only talk, failing": ("pattern", "cannot open a.js", 1, "does not go with its output: cannot open a.js"),
    "no results, failing": ("sarif", log(), 1, "exit code 1 does not go with its output"),
    "no items, failing": ("json", {"files": []}, 1, "exit code 1 does not go with its output"),
    "another shape": ("json", {"other": []}, 0, "has no 'files' where `items` says so"),
    "an item without a path": ("json", {"files": {"problems": [{"rule": "x"}]}}, 1, "an entry that cannot be read"),
    "a file that is not there": ("sarif", log(result("gone.js")), 0, "complains about 'gone.js', which is not there"),
    "only files outside": ("sarif", log(result("file:///etc/passwd")), 1, "does not go with its output"),
}


@pytest.mark.parametrize("what", NO_RESULTS)
def test_what_is_no_result_is_an_error(root: Path, tmp_path: Path, what: str) -> None:
    form, output, code, words = NO_RESULTS[what]
    with pytest.raises(CheckerError) as caught:
        printing(tmp_path, form, output, code).check(root, ["a.js"])
    assert words in caught.value.message


@pytest.mark.parametrize("mode", ["crash", "signal=SIGSEGV", "exit2=no configuration", "half", "nothing=1", "hang"])
def test_a_program_that_fails_is_quoted(root: Path, tmp_path: Path, mode: str) -> None:
    fake = fake_tool(tmp_path / "bin", "mine", mode)
    checker = own_checker("sarif", str(fake.path), timeout=0.5 if mode == "hang" else 60)
    words = {
        "crash": "exit code 101): thread 'main' panicked", "signal=SIGSEGV": "killed by SIGSEGV",
        "exit2=no configuration": "exit code 2): no configuration", "hang": "still running", "half": "F401",
        "nothing=1": "not JSON: nothing",
    }[mode]  # fmt: skip
    with pytest.raises(CheckerError) as caught:
        checker.check(root, ["a.js"])
    assert words in caught.value.message


def test_what_a_clean_tool_prints_is_clean(root: Path, tmp_path: Path) -> None:
    assert printing(tmp_path / "1", "sarif", log(), 0).check(root, ["a.js"]) == ()
    assert printing(tmp_path / "2", "pattern", "3 files checked", 0).check(root, ["a.js"]) == ()
    assert printing(tmp_path / "3", "json", {"files": []}, 0).check(root, ["a.js"]) == ()


def test_only_what_was_asked_for_is_told(root: Path, tmp_path: Path) -> None:
    """A tool that looks at the whole project, or follows includes; its exit code is about what is left out."""
    output = log(result("a.js"), result("web/%C3%A4%20b.js"), result("web"))
    assert [d.path for d in printing(tmp_path, "sarif", output).check(root, ["web/ä b.js"])] == ["web/ä b.js"]
    assert printing(tmp_path, "sarif", output).check(root, ["-x.js"]) == ()


def test_what_is_suppressed_is_no_diagnostic_and_explains_the_exit_code(root: Path, tmp_path: Path) -> None:
    output = log(result(suppressions=[{"kind": "inSource"}]))
    assert printing(tmp_path, "sarif", output).check(root, ["a.js"]) == ()


CALLS: dict[str, tuple[tuple[str, ...], bool, list[list[str]]]] = {
    "at the end": (("-q",), False, [["-q", "./-x.js", "a.js"]]),
    "where it says": (("{files}", "-q"), False, [["./-x.js", "a.js", "-q"]]),
    "one by one": (("--at={file}",), False, [["--at=./-x.js"], ["--at=a.js"]]),
    "not at all": (("-q",), True, [["-q"]]),
}


@pytest.mark.parametrize("what", CALLS)
def test_paths_come_where_the_command_has_its_place(root: Path, what: str) -> None:
    words, whole, expected = CALLS[what]
    checker = own_checker("pattern", sys.executable, "-c", ECHO, *words, whole_project=whole)
    assert checker.check(root, ["a.js", "-x.js"]) == ()
    assert [json.loads(line) for line in (root / "calls").read_text().splitlines()] == expected


def test_each_checker_sees_its_own_files(tmp_path: Path) -> None:
    """ruff would call anything that it is given Python; a file that nobody claims is still its."""
    seen = f"import sys; open({str(tmp_path / 'seen')!r}, 'a').write(' '.join(sys.argv[1:]))"
    lint = CheckerSettings(
        "lint", (sys.executable, "-c", seen), "pattern", include=("*.js", "web"), pattern="(?P<path>x)"
    )
    for path in ("a.py", "a.js", "script", "web/b.css"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("import os\n")
    (tmp_path / "ruff.toml").write_text('extend-include = ["script"]\n')
    paths = ["a.py", "a.js", "script", "web/b.css"]
    checkers = make_checkers(Settings(checkers=("ruff", "lint"), own_checkers=(lint,)), tmp_path)
    assert [(d.tool, d.path) for d in check_files(checkers, tmp_path, paths)] == [("ruff", "a.py"), ("ruff", "script")]
    assert (tmp_path / "seen").read_text() == "a.js web/b.css"


def test_a_missing_program_and_an_unknown_name_are_told_apart(tmp_path: Path) -> None:
    missing = CheckerSettings("lint", ("no-such-linter",), "sarif")
    with pytest.raises(ToolError, match="no-such-linter was not found"):
        make_checkers(Settings(checkers=("lint",), own_checkers=(missing,)), tmp_path)
    with pytest.raises(ConfigError) as caught:
        make_checkers(Settings(checkers=("lnit",), own_checkers=(missing,)), tmp_path)
    assert "Did you mean 'lint'?" in str(caught.value.hint)


def test_a_program_of_node_modules_is_found(tmp_path: Path) -> None:
    fake = fake_tool(tmp_path / "node_modules" / ".bin", "lint", "print=a.js:1:1: error R1 m")
    settings = Settings(checkers=("lint",), own_checkers=(own_checker("pattern", "lint", name="lint").settings,))
    (tmp_path / "a.js").write_text("")
    (checker,) = make_checkers(settings, tmp_path)
    assert [d.code for d in checker.check(tmp_path, ["a.js"])] == []
    assert fake.calls() == []
    included = own_checker("pattern", "lint", name="lint", include=("*.js",)).settings
    (checker,) = make_checkers(Settings(checkers=("lint",), own_checkers=(included,)), tmp_path)
    assert [d.code for d in checker.check(tmp_path, ["a.js"])] == ["R1"]
