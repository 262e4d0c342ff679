"""A run on disk: what is written is what is read, and what a kill leaves is a readable prefix."""

import dataclasses
from pathlib import Path

import pytest

from stomper.errors import StomperError, UsageError
from stomper.journal.find_run import find_run, runs_folder
from stomper.journal.history import Delivered, History
from stomper.journal.run_folder import FORMAT, Header, RunFolder
from stomper.journal.stored_patch import StoredPatch, in_memory
from stomper.models import (
    Attempt,
    AttemptResult,
    Blob,
    Changed,
    Diagnostic,
    Failed,
    Fixed,
    FixTask,
    Outcome,
    Partial,
    Patch,
    Plan,
    Rejected,
    Severity,
    Skipped,
    Step,
    Suppressed,
    Timing,
    Unchanged,
)
from stomper.settings import CommandSettings, LandingSettings, Settings, WorkflowSettings

ODD = "a b/line\nbreak\t'\"\\ 日本.py"
SEEN = Diagnostic("ruff", "F401", f"`{ODD}` unused", ODD, 1, 8, Severity.WARNING, fixable=True)
TASK = FixTask(3, ODD, (SEEN,), others=(SEEN,), codes=frozenset({"F401", "E501"}))
TIMING = Timing(1.25, 2.5, 4321)
ATTEMPTS = (
    Attempt("ruff", AttemptResult.KEPT, 2, 1, 0.125),
    Attempt("agent", AttemptResult.TIMEOUT, 1, None, 3.0, "still running\nafter 3 s"),
)
# Every byte, line ends of all kinds, what is not UTF-8, and no line end at the end.
DATA = bytes(range(256)) * 3 + b"\r\n\r\0\n\xff\xfe diff --git"
PATCH = Patch(DATA, (Blob(ODD, "100644", "a" * 40), Blob("gone.py", None, None)))

FIXED = Fixed(path=ODD, before=(SEEN,), patch=PATCH, attempts=ATTEMPTS, timing=TIMING)
OUTCOMES: list[Outcome] = [
    FIXED,
    Suppressed(
        path=ODD,
        before=(SEEN,),
        suppressed=(SEEN,),
        patch=PATCH,
        attempts=ATTEMPTS,
        timing=TIMING,
        steps=(Step((SEEN,), (), PATCH, ATTEMPTS, (SEEN,)),),
    ),
    Partial(
        path=ODD, before=(SEEN, SEEN), after=(SEEN,), patch=PATCH, attempts=ATTEMPTS, timing=TIMING, reason="F401 left"
    ),
    Partial(
        path=ODD,
        before=(SEEN, SEEN),
        after=(SEEN,),
        patch=PATCH,
        attempts=ATTEMPTS,
        timing=TIMING,
        reason="F401 left",
        suppressed=(SEEN,),
    ),
    Unchanged(path=ODD, before=(SEEN,), attempts=ATTEMPTS, timing=TIMING, reason="no fixer has a fix"),
    Skipped(path=ODD, before=(SEEN,), reason="uncommitted changes"),
    Rejected(path=ODD, before=(SEEN,), attempts=ATTEMPTS, timing=TIMING, reason="touches other.py"),
    Failed(path=ODD, before=(SEEN,), attempts=ATTEMPTS, timing=TIMING, reason="it broke", trace="Traceback\n  ...\n"),
    Failed(path=ODD, before=(SEEN,), attempts=(), timing=None, reason="its worker died"),
]


def header(**changes: object) -> Header:
    facts: dict[str, object] = {
        "run": "20240102-030405-beef",
        "format": FORMAT,
        "version": "1.0",
        "top": f"/repo/{ODD}",
        "folder": "/cache/run",
        "base": "b" * 40,
        "branch": "refs/heads/grün",
        "started": 1704164645.5,
        "named": (f"/repo/{ODD}", "/repo/x"),
        "settings": Settings(
            workflow=WorkflowSettings(max_parallel_files=3, interrupt_grace=0.5),
            landing=LandingSettings("fixes", commit=False),
            commands=(CommandSettings("sed", ("sed", "-i", "s/\n/ü/", "{file}"), 2.5),),
            tools=(("ruff", f"/bin/{ODD}"),),
            max_errors=7,
        ),
    }
    return Header(**{**facts, **changes})  # type: ignore[arg-type]  # the test's own dictionary


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(runs_folder(tmp_path) / "20240102-030405-beef")
    made.create(header())
    return made


@pytest.mark.parametrize("branch", ["refs/heads/grün", None])
def test_header_is_read_as_it_was_written(folder: RunFolder, branch: str | None) -> None:
    folder.write_header(header(branch=branch))
    assert RunFolder(folder.path).read_header() == header(branch=branch)


def test_plan_is_read_as_it_was_written(folder: RunFolder) -> None:
    assert folder.read_plan() is None
    plan = Plan(
        (FixTask(0, "a.py", (SEEN,)), TASK), (Skipped(path=ODD, before=(), reason="is a submodule"),), ("a.py", ODD), 3
    )
    folder.write_plan(plan)
    assert RunFolder(folder.path).read_plan() == plan


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_outcome_is_read_as_it_was_stored(folder: RunFolder, outcome: Outcome) -> None:
    folder.store(TASK, outcome)
    (read,) = RunFolder(folder.path).history().outcomes.values()
    assert read == outcome
    assert type(read) is type(outcome)
    if isinstance(read, Fixed | Partial):
        assert read.patch.data == DATA
    light = RunFolder(folder.path).history(outcomes=False)
    assert (light.outcomes, list(light.seconds)) == ({}, [TASK.index])
    timing = None if isinstance(outcome, Skipped) else outcome.timing
    assert light.seconds[TASK.index] == (timing and timing.seconds)


@pytest.mark.parametrize("outcome", OUTCOMES[:3], ids=lambda outcome: type(outcome).__name__)
def test_patches_are_on_the_disk_and_not_in_memory(folder: RunFolder, outcome: Changed) -> None:
    kept = folder.store(TASK, outcome)
    assert kept == outcome
    for found in (kept, folder.history().outcomes[TASK.index]):
        assert isinstance(found, Changed)
        patches = [found.patch, *(step.patch for step in found.steps)]
        assert all(isinstance(patch, StoredPatch) and not hasattr(patch, "__dict__") for patch in patches)
        assert [patch.data for patch in patches] == [DATA] * len(patches)
    assert not isinstance(in_memory(kept).patch, StoredPatch)  # type: ignore[union-attr]  # it is a `Changed`


def test_a_patch_is_used_as_it_was_stored_or_not_at_all(folder: RunFolder) -> None:
    kept = folder.store(TASK, OUTCOMES[0])
    assert isinstance(kept, Fixed)
    place = folder.patches / "00003.patch"
    place.write_bytes(DATA + b"more")
    with pytest.raises(StomperError, match="was changed while the run was at work"):
        kept.patch.data  # noqa: B018  # it is read
    place.unlink()
    with pytest.raises(StomperError, match="cannot be read: No such file"):
        kept.patch.data  # noqa: B018  # it is read


def test_an_outcome_is_stored_anew_over_its_own_patches(folder: RunFolder) -> None:
    """Here the second step becomes the first, and its patch is read from the file that is written for the first."""
    steps = tuple(Step((SEEN,), (), Patch(data, ()), ATTEMPTS) for data in (b"one", b"two"))
    kept = folder.store(TASK, dataclasses.replace(FIXED, steps=steps))
    assert isinstance(kept, Fixed)
    again = folder.store(TASK, dataclasses.replace(kept, steps=kept.steps[::-1]))
    assert isinstance(again, Fixed)
    assert [step.patch.data for step in again.steps] == [b"two", b"one"]


def test_diagnostics_of_an_outcome_are_those_of_its_task(folder: RunFolder) -> None:
    worked = dataclasses.replace(FIXED, before=(dataclasses.replace(SEEN),))
    assert folder.store(TASK, worked).before is TASK.diagnostics
    plan = Plan((TASK,), (), (ODD,), 1)
    assert folder.history(plan=plan).outcomes[TASK.index].before is TASK.diagnostics
    other = dataclasses.replace(FIXED, before=(SEEN, SEEN))
    assert folder.store(TASK, other).before == folder.history(plan=plan).outcomes[TASK.index].before == (SEEN, SEEN)


def test_tasks_are_counted_without_reading_them(folder: RunFolder) -> None:
    assert folder.count_tasks() == 0
    folder.write_plan(Plan((FixTask(0, "a.py", (SEEN,)), TASK), (), ("a.py", ODD), 3))
    assert folder.count_tasks() == 2
    (folder.path / "plan.json").write_text('{"tasks": 2}')
    with pytest.raises(StomperError, match=r"plan\.json"):
        folder.count_tasks()


def test_later_outcome_of_a_file_counts(folder: RunFolder) -> None:
    for outcome in OUTCOMES:
        folder.store(TASK, outcome)
    assert folder.history().outcomes == {TASK.index: OUTCOMES[-1]}


def test_every_torn_end_leaves_what_was_before(folder: RunFolder) -> None:
    """Whichever byte of the last line was the last on the disk; and what is written next is not lost."""
    folder.store(FixTask(0, "a.py", ()), OUTCOMES[3])
    journal = folder.path / "journal.jsonl"
    before = journal.read_bytes()
    folder.append("landing", index=1, commit="c" * 40)
    whole = journal.read_bytes()
    for length in range(len(before), len(whole) - 1):
        journal.write_bytes(whole[:length])
        assert (folder.history().outcomes, folder.history().commits) == ({0: OUTCOMES[3]}, {})
        folder.append("landing", index=2, commit="d" * 40)
        assert (folder.history().outcomes, folder.history().commits) == ({0: OUTCOMES[3]}, {2: "d" * 40})
    journal.write_bytes(whole[:-1])  # only its line end is missing: it was said
    folder.append("landing", index=2, commit="d" * 40)
    assert folder.history().commits == {1: "c" * 40, 2: "d" * 40}


DELIVERED = Delivered("refs/heads/main", "a" * 40, "b" * 40, kept=False, commit=True)
Event = tuple[str, dict[str, object]]
DELIVERY: Event = (
    "delivered",
    {"ref": "refs/heads/main", "old": "a" * 40, "new": "b" * 40, "kept": False, "commit": True},
)
FINISHED: Event = ("finished", {"exit_code": 0})
CUT: Event = ("finished", {"exit_code": 130})
UNTRUSTED: Event = ("finished", {"exit_code": 3})
JUDGED: Event = ("finished", {"exit_code": 3, "judged": True})
HELD: Event = ("finished", {"exit_code": 1, "held": True})
RESUMED: Event = ("resumed", {"at": 1.0})
STARTED: Event = ("started", {"index": 0, "path": "a.py"})
REBASED: Event = ("rebased", {"base": "e" * 40})
LANDING: Event = ("landing", {"index": 0, "commit": "c" * 40})


@pytest.mark.parametrize(
    ("events", "resumable", "undone", "delivered"),
    [
        ([], True, False, None),
        ([FINISHED], False, False, None),
        ([CUT], True, False, None),
        ([UNTRUSTED], True, False, None),
        ([JUDGED], False, False, None),
        ([FINISHED, RESUMED], True, False, None),
        ([CUT, RESUMED, FINISHED], False, False, None),
        ([DELIVERY, FINISHED], False, False, DELIVERED),
        ([DELIVERY, FINISHED, ("undone", {})], False, True, DELIVERED),
        ([DELIVERY, FINISHED, ("undone", {}), ("redone", {})], False, False, DELIVERED),
        ([DELIVERY, CUT, ("undone", {}), RESUMED], True, True, DELIVERED),
        ([DELIVERY, CUT, ("undone", {}), RESUMED, DELIVERY, FINISHED], False, False, DELIVERED),
        ([DELIVERY, CUT, RESUMED, REBASED], True, False, None),
        ([HELD], True, False, None),
        ([HELD, RESUMED, FINISHED], False, False, None),
        ([DELIVERY, HELD, ("undone", {})], False, True, DELIVERED),
        ([FINISHED, ("of a later version", {"x": 1})], False, False, None),
    ],
)
def test_history_follows_the_events(
    folder: RunFolder,
    events: list[Event],
    resumable: bool,
    undone: bool,
    delivered: Delivered | None,
) -> None:
    for event, facts in events:
        folder.append(event, **facts)
    history = folder.history()
    assert (history.resumable, history.undone, history.delivered) == (resumable, undone, delivered)


def test_starts_count_kills_and_nothing_else() -> None:
    """A run that came to its end, by ^C too, was not ended by a file."""
    history = History()
    for event, facts in (STARTED, RESUMED, STARTED):
        history.add(event, dict(facts))
    assert history.starts[0] == 2
    for event, facts in (CUT, RESUMED, STARTED):
        history.add(event, dict(facts))
    assert history.starts[0] == 1


def test_rebase_forgets_what_was_made_on_the_old_base(folder: RunFolder) -> None:
    folder.store(TASK, OUTCOMES[0])
    for event, facts in (STARTED, LANDING, DELIVERY, RESUMED, REBASED):
        folder.append(event, **facts)
    assert folder.history() == History(last=TASK.index)


@pytest.mark.parametrize(
    "damage",
    [
        *('{"event": "landing"}', '{"event": "outcome", "index": 0, "outcome": {"status": "great"}}', "[]", "1"),
        '{"event": "round", "number": "/../../run", "tree": "' + "a" * 40 + '"}',
    ],
)
def test_journal_of_another_version_is_named(folder: RunFolder, damage: str) -> None:
    (folder.path / "journal.jsonl").write_text(damage + "\n")
    with pytest.raises(StomperError) as caught:
        folder.history()
    assert f"run {folder.run} cannot be read" in caught.value.message
    assert str(folder.path) in (caught.value.hint or "")


@pytest.mark.parametrize(("name", "text"), [("run.json", '{"run": "x"}'), ("run.json", "{"), ("plan.json", "[]")])
def test_header_or_plan_of_another_version_is_named(folder: RunFolder, name: str, text: str) -> None:
    (folder.path / name).write_text(text)
    with pytest.raises(StomperError, match=f"run {folder.run} cannot be read"):
        folder.read_header() if name == "run.json" else folder.read_plan()


def test_run_is_found_by_what_it_is(folder: RunFolder, tmp_path: Path) -> None:
    later = RunFolder(runs_folder(tmp_path) / "20240102-030406-cafe")
    later.create(header(run=later.run))
    RunFolder(runs_folder(tmp_path) / "20240103-000000-dead").logs.mkdir(parents=True)  # no header: no run yet
    later.append("finished", exit_code=0)

    def find(wanted: str | None) -> str:
        return find_run(tmp_path, wanted, lambda history: history.resumable, "resumed").run

    assert find(None) == find(folder.run) == find("20240102-030405") == folder.run
    for wanted, words in (
        ("2024", "several runs begin"),
        ("x", "no run begins"),
        ("20240102-030406", "cannot be resumed"),
    ):
        with pytest.raises(UsageError, match=words):
            find(wanted)
    folder.append("finished", exit_code=1)
    with pytest.raises(UsageError, match="no run that could be resumed"):
        find(None)


def test_the_last_run_that_suits_is_found_without_reading_those_before(folder: RunFolder, tmp_path: Path) -> None:
    later = RunFolder(runs_folder(tmp_path) / "20240102-030406-cafe")
    later.create(header(run=later.run))
    for run in (folder, later):
        run.append("resumed", at=1.0)
    read: list[History] = []

    def suits(history: History) -> bool:
        read.append(history)
        return True

    assert find_run(tmp_path, None, suits, "resumed").run == later.run
    assert len(read) == 1


def test_what_is_recorded_is_known_by_the_outcomes_up_to_then(folder: RunFolder) -> None:
    folder.store(FixTask(0, "a.py", ()), OUTCOMES[0])
    folder.append("learned")
    folder.store(FixTask(1, "b.py", ()), OUTCOMES[0])
    assert (folder.history().learned, folder.history().records) == ({0}, 1)
    folder.append("learned")
    assert (folder.history().learned, folder.history().records) == ({0, 1}, 2)
    folder.append("rebased", base="e" * 40)
    assert (folder.history().learned, folder.history().records) == (set(), 2), "places in the plan are others now"
