"""The plan file: written, read back, edited by hand, refused; what became of the repository since. And the estimate."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stomper.commands.plan import by_code, estimate
from stomper.errors import ConfigError
from stomper.fixers.command import CommandFixer
from stomper.fixers.ruff import RuffFixer
from stomper.journal.run_folder import FORMAT, Header, RunFolder
from stomper.models import Diagnostic, Severity
from stomper.plan.plan_file import HEAD_LINES, Agenda, compare, follow, missing, read_agenda, to_toml
from stomper.plan.select_files import Selection
from stomper.plan.tasks import plan_tasks
from stomper.settings import AgendaFile, IgnoreSettings, PathSettings, ScopeSettings, Settings, WorkflowSettings
from tests.kit.repo import GitRepo
from tests.kit.runs import stored_file, stored_report

ODD = "a b/日本'\"\\.py"
FACTS: dict[str, Any] = {
    "schema_version": 1,
    "base_commit": "a" * 40,
    "checkers": ["ruff"],
    "fixers": ["ruff"],
    "codes": {"F401": {"count": 2, "files": 1, "fixers": {"ruff": 2}}, "a.b c": {"count": 1, "files": 1, "fixers": {}}},
    "files": (
        {"path": ODD, "blob": "b" * 40, "codes": {"F401": 2, "a.b c": 1}}, {"path": "z.py", "codes": {"F401": 1}},
    ),
    "skipped": (),
}  # fmt: skip


def read(tmp_path: Path, text: str) -> Agenda:
    (tmp_path / "plan.toml").write_text(text)
    return read_agenda(tmp_path / "plan.toml")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    text = to_toml(FACTS)
    assert json.loads(json.dumps(FACTS)) == {**tomllib.loads(text), "skipped": []}
    found = read(tmp_path, text)
    assert found.files == (
        AgendaFile(ODD, (("F401", 2), ("a.b c", 1))), AgendaFile("z.py", (("F401", 1),)),
    )  # fmt: skip
    assert (found.base, found.blobs, found.checkers, found.unsafe_fixes) == ("a" * 40, {ODD: "b" * 40}, ("ruff",), None)


def test_what_was_removed_by_hand_is_not_done(tmp_path: Path) -> None:
    """A code from the table of codes, and with it the file that had only that one."""
    lines = to_toml(FACTS).splitlines()
    found = read(tmp_path, "\n".join(line for line in lines if not line.startswith("F401 =")))
    assert found.files == (AgendaFile(ODD, (("a.b c", 1),)),)
    found = read(tmp_path, to_toml(FACTS).replace("F401 = 2, ", ""))
    assert found.files[0] == AgendaFile(ODD, (("a.b c", 1),))


WRITTEN = """\
base_commit = "a"
checkers = ["ruff", "my \\"own\\""]
fixers = []
unsafe_fixes = false

[estimate]
waves = 2
seconds = 1.5

[codes]
F401 = { count = 2, fixers = { ruff = 2 } }
"a.b\\tc" = { count = 1, fixers = {} }

[[files]]
path = "日本'.py"
codes = { F401 = 2, "a.b\\tc" = 1 }
"""


def test_the_form_for_people() -> None:
    """A line for each code and a few for each file; what cannot be seen is an escape."""
    codes = {"F401": {"count": 2, "fixers": {"ruff": 2}}, "a.b\tc": {"count": 1, "fixers": {}}}
    facts: dict[str, Any] = {
        "base_commit": "a",
        "checkers": ["ruff", 'my "own"'],
        "fixers": [],
        "unsafe_fixes": False,
        "estimate": {"waves": 2, "seconds": 1.5},
        "codes": codes,
        "files": ({"path": "日本'.py", "codes": {"F401": 2, "a.b\tc": 1}},),
    }
    assert to_toml(facts) == HEAD_LINES + WRITTEN


REFUSED = {
    "no TOML": ("[", "not valid TOML"),
    "no base": ("schema_version = 1", "base_commit: expected a value"),
    "another version": (to_toml({**FACTS, "schema_version": 2}), "schema_version: expected 1 or less"),
    "a key": (to_toml({**FACTS, "fixer": ["x"]}), 'unknown key "fixer"'),
    "a key of a file": (to_toml(FACTS).replace("blob", "blub"), 'entry 1 of files: unknown key "blub"'),
    "a key of a code": (to_toml(FACTS).replace("count = 1", "cuont = 1"), 'unknown key "cuont"'),
    "a count": (to_toml(FACTS).replace("F401 = 2", "F401 = 0"), "entry 1 of files: files.codes.F401: expected 1"),
    "a path": (to_toml(FACTS).replace("z.py", "../z.py"), "must be a path from the top of the repository"),
    "a file twice": (to_toml({**FACTS, "files": FACTS["files"] * 2}), "is there twice"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_refused_with_file_and_key(tmp_path: Path, what: str) -> None:
    text, words = REFUSED[what]
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert words in caught.value.message
    assert str(tmp_path / "plan.toml") in caught.value.message
    if "unknown key" in words:
        near = {"fixer": "fixers", "blub": "blob", "cuont": "count"}[words.split('"')[1]]
        assert caught.value.hint == f'did you mean "{near}"?'


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_agenda(tmp_path / "plan.toml")


def agenda(*files: AgendaFile, base: str = "", blobs: dict[str, str] | None = None) -> Agenda:
    return Agenda(base, files, blobs or {}, None, ("mine",), True, False)


def test_what_became_of_the_files(repo: GitRepo) -> None:
    for name in "abc":
        repo.write(f"{name}.py", name)
    base = repo.commit("base")
    files = [AgendaFile(f"{name}.py", (("F401", 1),)) for name in "abc"]
    plan = agenda(*files, base=base, blobs={f"{name}.py": repo.rev(f"HEAD:{name}.py") for name in "abc"})
    assert compare(plan, repo.opened(), base).moved is False
    repo.write("b.py", "edited")
    (repo.path / "c.py").unlink()
    moved = compare(plan, repo.opened(), repo.commit("on"))
    assert (moved.moved, moved.changed, moved.gone) == (True, ("b.py",), ("c.py",))


def test_a_plan_stands_above_the_configuration() -> None:
    configured = Settings(error_types=("E",), max_errors=1, ignores=IgnoreSettings(("x",), ("F",)), fixers=("ruff",))
    files = (AgendaFile("a.py", (("F401", 1),)), AgendaFile("b.py", (("F401", 1),)))
    found = follow(configured, agenda(*files), ["b.py"])
    assert (found.error_types, found.max_errors, found.ignores) == ((), None, IgnoreSettings(("x",), ()))
    assert (found.checkers, found.fixers, found.unsafe_fixes) == (("ruff",), ("mine",), True)
    assert found.scope == ScopeSettings(agenda=files[:1])


def test_a_run_that_is_taken_up_again_still_knows_its_agenda(tmp_path: Path) -> None:
    scope = ScopeSettings(fix_baseline=True, picked=("F401",), agenda=(AgendaFile("a.py", (("F401", 2),)),))
    header = Header("1", FORMAT, "1", "/", "/", "a" * 40, None, 0.0, (), Settings(scope=scope))
    RunFolder(tmp_path).create(header)
    assert RunFolder(tmp_path).read_header() == header


def found(path: str, code: str = "F401", line: int = 1, fixable: bool = True) -> Diagnostic:
    return Diagnostic("ruff", code, f"message of {code}", path, line, 1, fixable=fixable)


def test_only_what_is_on_the_agenda_is_taken_up_and_what_is_lost_is_said() -> None:
    files = (AgendaFile("a.py", (("E501", 2), ("F401", 1))), AgendaFile("b.py", (("F4O1", 1),)))
    settings = Settings(scope=ScopeSettings(agenda=files))
    all_of_it = [found("a.py"), found("a.py", line=2), found("a.py", "E501"), found("b.py")]
    plan = plan_tasks(all_of_it, Selection(("a.py", "b.py"), {}, ()), settings)
    assert [[d.code for d in task.diagnostics] for task in plan.tasks] == [["F401", "E501"]]
    assert (plan.before, plan.aside) == (2, (all_of_it[1], all_of_it[3]))
    assert missing(plan, settings) == ["E501 in a.py (1 of 2 found)", "F4O1 in b.py (0 of 1 found)"]


def test_what_the_baseline_knows_is_put_aside() -> None:
    all_of_it = [found("a.py"), found("a.py", "E501"), found("b.py")]
    selection, known = Selection(("a.py", "b.py"), {}, ()), [all_of_it[0], all_of_it[2]]
    plan = plan_tasks(all_of_it, selection, Settings(error_types=("F",)), known)
    assert (plan.tasks, plan.before, plan.aside) == ((), 0, (all_of_it[0], all_of_it[2]))
    plan = plan_tasks(all_of_it, selection, Settings(scope=ScopeSettings(fix_baseline=True)), known)
    assert (plan.before, plan.aside) == (3, ())


def test_codes_with_who_would_try_them() -> None:
    fixers = (RuffFixer("/ruff"), CommandFixer("mine", ("true",)))
    some = [found("a.py"), found("b.py"), found("b.py", fixable=False), found("c.py", "A1"), found("c.py", "B1")]
    both, mine = (("ruff", 1), ("mine", 1)), (("mine", 3),)
    rows = by_code(some, fixers, Settings())
    assert [(row.code, row.count, row.files, row.fixers) for row in rows] == [
        ("F401", 3, 2, (("ruff", 2), *mine)),
        ("A1", 1, 1, both),
        ("B1", 1, 1, both),
    ]
    assert [name for name, _ in rows[0].known] == ["ruff", "mine"]


def test_a_fixer_tries_only_in_files_whose_chain_has_it() -> None:
    fixers = (RuffFixer("/ruff"), CommandFixer("mine", ("true",)))
    tables = (
        PathSettings("b.py", fixers=("mine",)),
        PathSettings("c.py", fixers=()),
        PathSettings("c.py", max_retries=0),
    )
    settings = Settings(fixers=("ruff",), per_path=tables)
    rows = by_code([found("a.py"), found("b.py"), found("c.py")], fixers, settings)
    assert [(row.count, row.fixers) for row in rows] == [(3, (("ruff", 1), ("mine", 1)))]


def test_a_file_has_what_is_asked_of_it() -> None:
    tables = (
        PathSettings("b.py", severity="error"),
        PathSettings("c.py", ignored=("F",)),
        PathSettings("d.py", error_types=("E",)),
    )
    some = [replace(found(f"{name}.py"), severity=Severity.WARNING) for name in "abcd"]
    plan = plan_tasks(some, Selection(tuple(d.path for d in some), {}, ()), Settings(per_path=tables))
    assert [task.path for task in plan.tasks] == ["a.py"]


def recorded(state: Path, run: str, seconds: list[float], fixers: tuple[str, ...] = ("ruff",)) -> None:
    folder = RunFolder(state / "runs" / run)
    folder.create(Header(run, FORMAT, "1", "/", "/", "a" * 40, None, 0.0, (), Settings(fixers=fixers)))
    tried = [{"fixer": "ruff", "result": "kept", "before": 1, "seconds": 1.0}]
    files = [stored_file(seconds=s, attempts=tried) for s in seconds] + [stored_file(seconds=99.0)]
    times = {"started": "2024-01-02T03:04:05Z", "finished": "2024-01-02T03:04:15Z"}
    report = stored_report(**times, concurrency={"wall_seconds": 4.0}, files=files)
    (folder.path / "report.json").write_text(json.dumps(report))


def test_estimate_is_by_recorded_runs_with_the_same_fixers(tmp_path: Path) -> None:
    settings = Settings(fixers=("ruff",), workflow=WorkflowSettings(max_parallel_files=4))
    recorded(tmp_path, "1", [50.0], fixers=("ruff", "agent"))
    recorded(tmp_path, "2", [])
    assert estimate(tmp_path, settings, 8) is None
    recorded(tmp_path, "3", [1.0, 3.0])
    (tmp_path / "runs" / "4").mkdir()
    made = estimate(tmp_path, settings, 8)
    assert made is not None
    assert (made.runs, made.a_file, made.overhead, made.total) == (1, 2.0, 6.0, 6.0 + 2.0 * 8 / 4)
    two = estimate(tmp_path, settings, 2)
    assert two is not None
    assert two.total == 6.0 + 2.0  # no more workers than files
