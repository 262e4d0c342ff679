"""`stomper status` and `stomper cleanup`: what is known of the runs, and nothing else touched."""

import json
import re
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.kit.cli import Stomper
from tests.kit.gates import gate_repo
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import Held, held_repo, last_run, report_of, runs
from tests.kit.samples import finding_paths, findings_repo
from tests.kit.wait import eventually

pytestmark = pytest.mark.crew

FILES = 6
ENDED = r"{run}  \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{{4}}  finished, exit code 0  2 of 2 files done, {rest}\n"
TIME = r"[\d.]+ (min \d+ )?s"


def status(repo: GitRepo, stomper: Stomper) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(stomper.run(repo, "status", "--format", "json").check().out)["runs"]
    return found


@pytest.fixture
def held(repo: GitRepo, tmp_path: Path) -> Held:
    return held_repo(repo, FILES, tmp_path, held="module_00", workflow="interrupt_grace = 60")


def test_no_runs(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    assert stomper.run(repo, "status").check().out == "no runs in this repository yet\n"
    assert status(repo, stomper) == []
    assert not (repo.git_dir / "stomper").exists()


def test_finished_and_undone_run(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2)
    stomper.run(repo, "fix", "-q").check()
    (run,) = status(repo, stomper)
    folder = last_run(repo)
    assert run["run"] == folder.run
    assert (run["state"], run["exit_code"], run["branch"]) == ("finished", 0, "refs/heads/main")
    assert (run["total"], run["done"], run["waiting"], run["in_flight"]) == (2, 2, 0, [])
    assert Path(run["report"]) == folder.path / "report.toml"
    assert "eta_seconds" not in run
    report = report_of(repo)
    assert (run["started"], run["seconds"] > 0) == (report["started"], True)
    assert run["finished"] >= report["finished"]  # ISO 8601 both; the run ends when its report is written
    assert (run["dry_run"], run["delivered"]) == (False, True)
    assert (run["diagnostics_before"], run["diagnostics_fixed"], run["diagnostics_suppressed"]) == (4, 4, 0)
    text = stomper.run(repo, "status").check().out
    assert re.fullmatch(ENDED.format(run=folder.run, rest=f"4 of 4 diagnostics fixed on main, took {TIME}"), text)
    stomper.run(repo, "undo").check()
    assert status(repo, stomper)[0]["state"] == "undone"
    undone = stomper.run(repo, "status").check().out
    assert undone.partition("undone")[2].startswith(", exit code 0  2 of 2 files done, took ")
    assert undone.endswith(" s, for main\n")
    stomper.run(repo, "redo").check()
    assert status(repo, stomper)[0]["state"] == "finished"


def test_dry_run_is_marked(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    stomper.run(repo, "fix", "-q", "--dry-run", "--branch", "other")
    (run,) = status(repo, stomper)
    assert (run["dry_run"], "delivered" in run, run["branch"]) == (True, False, "refs/heads/other")
    text = stomper.run(repo, "status").check().out
    assert "  finished (dry run), exit code " in text
    assert ", 2 of 2 diagnostics would be fixed, took " in text
    assert text.endswith(", for other\n")


@pytest.mark.thorough
def test_interrupted_run_says_how_to_go_on(held: Held, stomper: Stomper) -> None:
    running = stomper.start(held.repo, "fix", "-j2", "-q")
    held.wait_for(2)
    running.send(signal.SIGINT)
    running.wait_until("stopping")
    held.release()
    running.result().check(130)
    (run,) = status(held.repo, stomper)
    assert (run["state"], run["exit_code"], run["total"], run["done"]) == ("interrupted", 130, FILES, 2)
    text = stomper.run(held.repo, "status").check().out
    assert f"  interrupted, exit code 130  2 of {FILES} files done, 4 of 12 diagnostics fixed on main, took " in text
    assert text.endswith(f" s  -> stomper resume {run['run']}\n")


def test_killed_run_says_how_to_go_on_and_is_cleaned_up(held: Held, stomper: Stomper, leaks: Leaks) -> None:
    repo = held.repo
    running = stomper.start(repo, "fix", "-j2", "-q")
    held.wait_for(2)
    running.kill()
    (run,) = status(repo, stomper)
    assert (run["state"], run["done"], run["in_flight"]) == ("killed", 0, [])
    assert "exit_code" not in run
    hint = f"killed  0 of {FILES} files done, for main  -> stomper resume {run['run']}"
    assert hint in stomper.run(repo, "status").out
    eventually(lambda: not workers_of(run["run"]), "the guardian to end the workers")
    folder = last_run(repo).read_header().folder
    assert Path(folder).exists()
    ref = f"refs/stomper/{run['run']}/head"
    said = stomper.run(repo, "cleanup").check().out
    assert said.splitlines() == [f"removed folder {folder}", f"removed ref {ref}"]
    eventually(lambda: not leaks.find(), "nothing left behind")
    assert stomper.run(repo, "cleanup").check().out == "nothing to clean up\n"
    held.release()
    stomper.run(repo, "resume", "-q").check()


def workers_of(run: str) -> list[psutil.Process]:
    from stomper.process.environment import RUN_MARK
    from stomper.process.process_trees import marked

    return marked(RUN_MARK, run)


def test_living_run(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    held = held_repo(repo, FILES, tmp_path)
    before = time.time()
    running = stomper.start(repo, "fix", "-j2", "-q")
    held.wait_for(2)
    begun = time.time()
    eventually(lambda: time.time() > begun + 0.2)
    asked = time.time()
    (run,) = status(repo, stomper)
    told = time.time()
    assert (run["state"], run["total"], run["done"]) == ("running", FILES, 0)
    assert run["waiting"] == FILES - 2
    assert "eta_seconds" not in run
    assert [sorted(f) for f in run["in_flight"]] == [["attempt", "fixer", "path", "pid", "seconds"]] * 2
    assert {f["path"] for f in run["in_flight"]} == set(finding_paths(FILES)[:2])
    for file in run["in_flight"]:
        assert (file["fixer"], file["attempt"]) == ("hold", 1)
        assert asked - begun <= file["seconds"] <= told - before
        assert running.pid in [parent.pid for parent in psutil.Process(file["pid"]).parents()]
    text = stomper.run(repo, "status").check().out
    assert f"running  0 of {FILES} files done, 2 in flight, {FILES - 2} waiting, for main\n" in text
    assert all(f" s  {file['path']}  hold (attempt 1, pid {file['pid']})" in text for file in run["in_flight"])
    assert "run " in stomper.run(repo, "fix").check(2).err  # the lock is held
    held.release()
    running.result().check()


@pytest.mark.thorough
def test_living_run_guesses_when_it_ends(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """The third of the plan is held: two are done, three wait."""
    held = held_repo(repo, FILES, tmp_path, held=Path(finding_paths(FILES)[2]).stem)
    running = stomper.start(repo, "fix", "-j1", "-q")
    held.wait_for(1)
    (run,) = status(repo, stomper)
    assert (run["done"], len(run["in_flight"]), run["waiting"]) == (2, 1, 3)
    history = last_run(repo).history()
    seconds = [o.timing.seconds for o in history.outcomes.values() if o.status == "fixed" and o.timing is not None]
    assert run["eta_seconds"] == pytest.approx(sum(seconds) / 2 * 4)
    assert "about " in stomper.run(repo, "status").check().out
    held.release()
    running.result().check()


HOLDS = """
def test_one():
    import m00, pathlib, time
    while not hasattr(m00, "dumps") and not pathlib.Path({gate!r}).exists():
        time.sleep(0.01)
    assert hasattr(m00, "dumps")
"""


@pytest.mark.thorough
def test_run_whose_result_is_tested(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """No file is being worked on: it says which test run it is, and never that nothing is left to do."""
    gate = tmp_path / "gate"
    files = {"tests/test_hold.py": HOLDS.format(gate=str(gate))}
    gate_repo(repo, 2, files=files, keys="proof = 'none'", tests='sandbox = "off"')
    running = stomper.start(repo, "fix", "-j1", "-q")
    eventually(
        lambda: "test run 1" in (status(repo, stomper) or [{}])[0].get("phase", {}).get("text", ""), "the gate", 300
    )
    (run,) = status(repo, stomper)
    assert (run["state"], run["total"], run["done"], run["in_flight"]) == ("running", 2, 2, [])
    phase = run["phase"]
    assert sorted(phase) == ["seconds", "seconds_per_run", "test_runs", "text"]
    assert (phase["test_runs"], phase["seconds"] > 0, phase["seconds_per_run"] > 0) == (1, True, True)
    assert "began" not in phase
    text = stomper.run(repo, "status").check().out
    assert f" s  {phase['text']}\n" in text
    assert ", 0 in flight" not in text
    assert "about 0 s" not in text.partition("\n")[0]
    gate.touch()
    running.result().check(1)
    assert "phase" not in status(repo, stomper)[0]


@pytest.mark.parametrize("form", ["text", "json"])
def test_watch_ends_with_the_run(held: Held, stomper: Stomper, form: str) -> None:
    running = stomper.start(held.repo, "fix", "-j2", "-q")
    held.wait_for(2)
    watching = stomper.start(held.repo, "status", "--watch", "--format", form)
    watching.wait_until("running")
    assert watching.running()
    held.release()
    running.result().check()
    out = watching.result(timeout=30).check().out
    assert "finished" in out.splitlines()[-1]
    if form == "json":
        seen = [json.loads(line)["runs"][0]["state"] for line in out.splitlines()]
        assert (seen[0], seen[-1]) == ("running", "finished")


def test_watch_is_stopped_by_a_signal(held: Held, stomper: Stomper) -> None:
    running = stomper.start(held.repo, "fix", "-j1", "-q")
    held.wait_for(1)
    watching = stomper.start(held.repo, "status", "--watch")
    watching.wait_until("running")
    watching.send(signal.SIGINT)
    assert "Traceback" not in watching.result().check(130).err
    held.release()
    running.result().check()


FOREIGN = {"run.json": '{"format": 99}', "journal.jsonl": '{"event": "landing"}\n', "plan.json": "[]"}


@pytest.mark.thorough
def test_runs_of_another_version_are_left_alone_and_named(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 4)
    foreign, before = {}, {}
    for path, (name, text) in zip(finding_paths(4), FOREIGN.items(), strict=False):
        stomper.run(repo, "fix", "-q", path).check()
        foreign[name] = last_run(repo)
        (foreign[name].path / name).write_text(text)
        before[name] = contents(foreign[name].path)
    assert [run["state"] for run in status(repo, stomper)] == ["unreadable"] * 3
    assert f"{foreign['run.json'].run}    unreadable" in stomper.run(repo, "status").check().out
    for words in (["cleanup"], ["fix", "-q"], ["undo"], ["redo"]):
        stomper.run(repo, *words).check()
    assert [run["state"] for run in status(repo, stomper)] == [*["unreadable"] * 3, "finished"]
    assert {name: contents(run.path) for name, run in foreign.items()} == before
    named = foreign["journal.jsonl"]
    result = stomper.run(repo, "undo", named.run)
    assert result.code in (2, 3)
    assert f"run {named.run} cannot be read" in result.err
    assert f"delete {named.path}" in result.err


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.thorough
def test_old_runs_are_counted(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    stomper.run(repo, "fix", "-q").check()
    folder = last_run(repo).path
    for n in range(11):
        folder.with_name(f"20200101-0000{n:02}-aaaa").symlink_to(folder)
    lines = stomper.run(repo, "status").check().out.splitlines()
    assert lines[0] == "(2 older runs)"
    assert len(lines) == 11
    assert len(runs(repo)) == 12
