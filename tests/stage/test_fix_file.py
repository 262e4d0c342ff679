"""One task in, one outcome out, whatever happens in between: the worker never raises."""

import dataclasses
import json
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper import process
from stomper.fixers import Fixer, FixReply
from stomper.learning.records import Record
from stomper.models import INTERRUPTED, Failed, Fixed, FixTask, Outcome, Partial, Rejected, Skipped, Unchanged
from stomper.project_tests.command import TestCommand
from stomper.project_tests.per_file import Tester
from stomper.project_tests.results import WHOLE
from stomper.project_tests.suite import Suite
from stomper.project_tests.verdict import BaseResults
from stomper.settings import GuardSettings, Settings
from stomper.worker.fix_file import TaskLog, fix_file, fix_in_worker, ordered
from tests.kit.jobs import BAD, Editing, Obedient, commit_files, found_in, job_on
from tests.kit.repo import GitRepo

PATH = "0.txt"
HALF = "bad A\nbad B\n"
ONCE = Settings(max_retries=0)
STOPPED = FixReply("stopped", stopped=True)

Work = Callable[..., Outcome]


@pytest.fixture
def work(repo: GitRepo, tmp_path: Path) -> Work:
    """Commits a file and works its task with these fixers. Whatever comes, nothing but the log may be left."""

    def work(content: str, *fixers: Fixer, settings: Settings | None = None) -> Outcome:
        (task,) = commit_files(repo, content)
        with job_on(repo, tmp_path / "job", *fixers, settings=settings) as job:
            outcome = fix_file(job, task)
            assert repo.worktrees() == [repo.path]
            assert list(job.active.iterdir()) == []
            assert [place.name for place in job.site.folder.iterdir()] == ["token"]
            assert (outcome.path, outcome.before) == (PATH, task.diagnostics)
            assert pickle.loads(pickle.dumps(outcome)) == outcome
        return outcome

    return work


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "job" / "logs" / "00000.log"


def timed_out(text: str) -> Editing:
    return Editing((), reply=FixReply(f"editing: {text}", log="partial words", timed_out=True))


FIX_A = Editing((("A", "bad A", "good A"),), name="first")
SUPPRESS = Editing((("A", "bad A\n", ""),), name="cheat")


def test_fixed(work: Work, log: Path) -> None:
    outcome = work("bad A\nbad A\n", Editing((("A", BAD, "good "),), reply=FixReply(log="its words")))
    assert isinstance(outcome, Fixed)
    assert [blob.path for blob in outcome.patch.blobs] == [PATH]
    assert b"+good A\n+good A\n" in outcome.patch.data
    assert (outcome.after, outcome.reason) == ((), "")
    assert 0 < outcome.timing.started <= outcome.timing.finished
    assert not log.exists()


def test_partial(work: Work, log: Path) -> None:
    outcome = work(HALF, FIX_A)
    assert isinstance(outcome, Partial)
    assert [diagnostic.code for diagnostic in outcome.after] == ["B"]
    assert outcome.reason == "B left; first found no fix for B"
    assert log.read_text() == "first: kept\nfirst: no-change\n"


def test_unchanged(work: Work, log: Path) -> None:
    outcome = work(HALF, Editing((("A", "bad A", "bad NEW"),)))
    assert isinstance(outcome, Unchanged)
    assert outcome.reason == "A, B left; editing: would add NEW"
    assert log.read_text() == "editing: worse would add NEW\n"


def test_unchanged_where_nobody_takes_it(work: Work) -> None:
    outcome = work(HALF)
    assert isinstance(outcome, Unchanged)
    assert (outcome.attempts, outcome.reason) == ((), "no fixer has a fix for A, B")


MUCH = "bad A\n" * 20 + "rest\n"


def test_rejected(work: Work, log: Path) -> None:
    outcome = work(MUCH, SUPPRESS)
    assert isinstance(outcome, Rejected)
    assert outcome.reason.startswith("A left; cheat: ")
    assert "refused" in log.read_text()


def test_warnings_come_with_what_was_fixed(work: Work) -> None:
    outcome = work(MUCH, SUPPRESS, settings=Settings(guards=GuardSettings(deletion="warn")))
    assert isinstance(outcome, Fixed)
    assert outcome.reason.startswith("warning: ")


def test_failed(work: Work, log: Path) -> None:
    outcome = work("bad A\ndo fail\n", Obedient(log.with_name("o")))
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.trace) == ("A left; obedient: failed as told", "")
    assert log.read_text().startswith("the words of a program\n")


def test_failed_by_time(work: Work, log: Path) -> None:
    outcome = work(HALF, timed_out("still running after 3 s"))
    assert isinstance(outcome, Failed)
    assert outcome.reason == "A, B left; editing: still running after 3 s"
    assert log.read_text().startswith("partial words\n")


def test_partial_names_what_failed(work: Work) -> None:
    outcome = work(HALF, FIX_A, timed_out("still running"), settings=ONCE)
    assert isinstance(outcome, Partial)
    assert outcome.reason == "B left; editing: still running"


def test_one_that_is_stopped_while_the_result_is_looked_at_is_to_be_taken_up_again(work: Work) -> None:
    process.request_stop(0)
    try:
        outcome = work(HALF, Editing((("A", "bad A", "crash"),)))
    finally:
        process.withdraw_stop()
    assert isinstance(outcome, Skipped)
    assert outcome.reason == INTERRUPTED


def test_checker_that_crashes_on_the_result_is_a_failure(work: Work) -> None:
    outcome = work(HALF, Editing((("A", "bad A", "crash"),)))
    assert isinstance(outcome, Failed)
    assert outcome.reason == "A, B left; editing: lines gave no result"


ERRORS = ("ValueError", "KeyboardInterrupt", "SystemExit", "GeneratorExit", "MemoryError", "RecursionError")


@pytest.mark.parametrize("error", ERRORS)
def test_any_exception_is_a_failure_with_its_traceback(work: Work, log: Path, error: str) -> None:
    outcome = work(f"bad A\ndo raise {error}\n", Obedient(log.with_name("o")))
    assert isinstance(outcome, Failed)
    assert outcome.reason == "as told"
    assert f"{error}: as told" in outcome.trace
    assert "_carry_out" in outcome.trace
    assert outcome.timing is not None
    assert f"{error}: as told" in log.read_text()


def test_exception_without_words_is_called_by_its_name(work: Work, log: Path) -> None:
    outcome = work("bad A\n", Mute(()))
    assert isinstance(outcome, Failed)
    assert outcome.reason == "ZeroDivisionError"


@dataclass(frozen=True)
class Mute(Editing):
    def fix(self, request: object) -> FixReply:
        raise ZeroDivisionError


def test_commit_that_is_not_there_is_a_failure(repo: GitRepo, tmp_path: Path) -> None:
    (task,) = commit_files(repo, HALF)
    with job_on(repo, tmp_path / "job", FIX_A) as job:
        object.__setattr__(job, "base", "f" * 40)
        outcome = fix_file(job, task)
    assert isinstance(outcome, Failed)
    assert "git worktree add failed" in outcome.reason


@pytest.mark.parametrize("order", ["raise ValueError", "nothing"])
def test_one_that_was_told_to_stop_is_not_to_blame(work: Work, log: Path, order: str) -> None:
    process.request_stop(0)
    outcome = work(f"bad A\ndo {order}\n", Obedient(log.with_name("o")), Stopping(()))
    if order == "nothing":
        assert isinstance(outcome, Fixed)  # it was done before it could be stopped
    else:
        assert outcome == Skipped(path=PATH, before=outcome.before, reason="interrupted")


def test_stopped_program_means_skipped(work: Work) -> None:
    outcome = work(HALF, FIX_A, Stopping(()))
    assert outcome == Skipped(path=PATH, before=outcome.before, reason="interrupted")


@dataclass(frozen=True)
class Stopping(Editing):
    """Was told to stop."""

    reply: FixReply = STOPPED


@dataclass(frozen=True)
class Looking(Editing):
    """Copies a file that is there while it works."""

    seen: Path = Path()
    copy: Path = Path()

    def fix(self, request: object) -> FixReply:
        self.copy.write_text(self.seen.read_text())
        return FixReply()


def test_note_for_status_says_what_is_being_done(work: Work, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    work(
        HALF, FIX_A, Looking((), name="looking", seen=tmp_path / "job" / "active" / "0.json", copy=copy), settings=ONCE
    )
    note = json.loads(copy.read_text())
    assert (note["path"], note["fixer"], note["attempt"], note["pid"]) == (PATH, "looking", 2, os.getpid())


TESTS = {
    "green": ("true", Fixed, ""),
    "red": ("! grep -q good 0.txt", Rejected, "tests: breaks the whole command"),
    "no verdict": ("kill -9 $$", Failed, "tests: "),
}


@pytest.mark.parametrize("what", TESTS)
def test_tests_have_the_last_word_on_a_fix(repo: GitRepo, tmp_path: Path, what: str) -> None:
    script, kind, words = TESTS[what]
    (task,) = commit_files(repo, "bad A\n")
    with job_on(repo, tmp_path / "job", FIX_A) as job:
        command = ("sh", "-c", f"echo heard; {script}")
        suite = Suite(job.project, (TestCommand(command),), 60.0, None, tmp_path / "tally")
        tester = Tester(suite, BaseResults(frozenset({WHOLE})), reruns=0)
        outcome = fix_file(dataclasses.replace(job, tester=tester), task)
    assert isinstance(outcome, kind)
    assert outcome.reason.startswith(words)
    assert (outcome.broken if isinstance(outcome, Rejected) else ()) == ((WHOLE,) if kind is Rejected else ())


def test_job_travels(repo: GitRepo, tmp_path: Path) -> None:
    commit_files(repo, HALF)
    with job_on(repo, tmp_path / "job", FIX_A, Obedient(tmp_path / "o")) as job:
        assert pickle.loads(pickle.dumps(job)) == job


def test_worker_that_was_not_started_says_so() -> None:
    with pytest.raises(AssertionError, match="start_worker has not run"):
        fix_in_worker(FixTask(0, PATH, ()))


def test_log_is_made_when_there_is_something_to_say(tmp_path: Path) -> None:
    log = TaskLog(tmp_path / "log")
    log("")
    assert not log.path.exists()
    log("one\n")
    log("two \udcff")
    log.close(keep=True)
    assert log.path.read_bytes() == b"one\ntwo \\xff\n"
    log.close(keep=False)
    assert not log.path.exists()


def test_agents_change_places_by_what_is_known_of_them() -> None:
    def asking(name: str) -> Editing:
        return Editing((), name, learns=True)

    chain = asking("a"), Editing((), "ruff"), asking("b")
    known = [Record("lines", "A", name, "normal", 9, 9, fixed) for name, fixed in (("a", 1), ("b", 8))]
    task = FixTask(0, "0.txt", found_in("0.txt", "bad A\n"))
    assert [fixer.name for fixer in ordered(chain, task, ())] == ["a", "ruff", "b"]
    assert [fixer.name for fixer in ordered(chain, task, known)] == ["b", "ruff", "a"]
    other = FixTask(0, "0.txt", found_in("0.txt", "bad B\n"))
    assert [fixer.name for fixer in ordered(chain, other, known)] == ["a", "ruff", "b"]
