"""Kept outcomes on disk: what comes back is what was written, for the same task, by the same user, or nothing does."""

import dataclasses
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stomper.disk.private_files import ForeignError
from stomper.disk.validate import UnsoundError
from stomper.git.blobs import blob_id
from stomper.journal import seal
from stomper.models import (
    Attempt,
    AttemptResult,
    Blob,
    Diagnostic,
    Failed,
    Fixed,
    FixTask,
    Outcome,
    Partial,
    Patch,
    Rejected,
    Skipped,
    Step,
    Suppressed,
    Timing,
    Unchanged,
)
from stomper.outcome_cache import entry as entry_module
from stomper.outcome_cache import store as store_module
from stomper.outcome_cache.entry import NEVER, Entry, pack, unpack
from stomper.outcome_cache.rules import FRESH_SECONDS, Breadth, Kept, breadth_of, chain_of, why_never
from stomper.outcome_cache.store import Store
from stomper.settings import AgentSettings, CacheSettings, EnvironmentSettings, Settings, WorkflowSettings
from tests.kit.jobs import Editing

SEEN = Diagnostic("ruff", "F401", "unused", "a.py", 1, 1, fixable=True)
TASK = FixTask(3, "a.py", (SEEN,), codes=frozenset({"F401"}))
CONTENT = b"x = 1\n\xff"
BLOB = Blob("a.py", "100644", blob_id(CONTENT))
TRIED = Attempt("ruff", AttemptResult.KEPT, 1, 0, 0.1)
TIME = Timing(5.0, 6.0, 42)
PATCH = Patch(b"diff\0\xff", (BLOB,))
STEP = Step((SEEN,), (), PATCH, (TRIED,))
FIXED = Fixed(path="a.py", before=(SEEN,), attempts=(TRIED,), timing=TIME, patch=PATCH, steps=(STEP,))
LEFT = Unchanged(path="a.py", before=(SEEN,), attempts=(), timing=TIME, reason="nobody")
PARTIAL = Partial(path="a.py", before=(SEEN,), attempts=(TRIED,), timing=TIME, patch=PATCH, after=(SEEN,), reason="no")
SILENT = Suppressed(path="a.py", before=(SEEN,), attempts=(), timing=TIME, patch=PATCH, suppressed=(SEEN,))
REFUSED = Rejected(path="a.py", before=(SEEN,), attempts=(TRIED,), timing=TIME, reason="a guard")
NAME = f"{'a' * 40}-file-{'b' * 40}"
ENTRY = Entry(FIXED, {BLOB.id or "": CONTENT})


@dataclasses.dataclass(frozen=True)
class Own(Editing):
    """A fixer that is ours, by the name of one."""

    ours: bool = True


RUFF, CODEMOD, COMMAND = Own((), "ruff"), Own((), "codemods/x"), Editing((), "mine")
AGENT = Editing((), "claude-code", learns=True)


@pytest.mark.parametrize("outcome", [FIXED, LEFT, PARTIAL, SILENT, REFUSED], ids=lambda o: o.status)
def test_an_outcome_comes_back_as_it_was(outcome: Kept) -> None:
    entry = Entry(outcome, ENTRY.contents)
    assert unpack(NAME, pack(NAME, entry), TASK) == Entry(dataclasses.replace(outcome, timing=NEVER), entry.contents)


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "cut off by one": lambda data: data[:-1],
    "longer": lambda data: data + b"\0",
    "another byte": lambda data: data[:-4] + bytes([data[-4] ^ 1]) + data[-3:],
    "no seal": lambda data: b"stomper-outcome-1 \n" + data.partition(b"\n")[2],
    "a seal of no letters": lambda data: b"stomper-outcome-1 \xff\xff\n" + data.partition(b"\n")[2],
    "another form": lambda data: data.replace(b"outcome-1", b"outcome-2", 1),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_not_whole_is_not_read(how: str) -> None:
    with pytest.raises(ValueError):
        unpack(NAME, BROKEN[how](pack(NAME, ENTRY)), TASK)


def test_an_entry_counts_under_its_own_name_only() -> None:
    with pytest.raises(UnsoundError, match="not sealed"):
        unpack(NAME.replace("b", "c"), pack(NAME, ENTRY), TASK)


def test_an_entry_of_another_key_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack(NAME, ENTRY)
    monkeypatch.setattr(seal, "_key", lambda: b"k" * seal.LENGTH)
    with pytest.raises(UnsoundError, match="not sealed"):
        unpack(NAME, data, TASK)


def test_without_a_place_for_a_key_nothing_is_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "_place", lambda: None)
    assert pack(NAME, ENTRY) == b""


UNSOUND: dict[str, tuple[Entry, FixTask]] = {
    "another path": (ENTRY, dataclasses.replace(TASK, path="b.py")),
    "other diagnostics": (ENTRY, dataclasses.replace(TASK, diagnostics=())),
    "no content": (Entry(FIXED, {}), TASK),
    "another content": (Entry(FIXED, {BLOB.id or "": b"import os\n"}), TASK),
    "a path of git's": (
        Entry(dataclasses.replace(FIXED, patch=Patch(b"", (Blob(".git/config", "100644", BLOB.id),))), ENTRY.contents),
        TASK,
    ),
    "an id that is none": (
        Entry(dataclasses.replace(FIXED, patch=Patch(b"", (Blob("a.py", "100644", "--all"),))), {"--all": CONTENT}),
        TASK,
    ),
}


@pytest.mark.parametrize("what", UNSOUND)
def test_what_is_sealed_is_looked_at_all_the_same(what: str) -> None:
    entry, task = UNSOUND[what]
    with pytest.raises(UnsoundError):
        unpack(NAME, pack(NAME, entry), task)


def test_what_unpacks_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_module, "MOST_BYTES", 1000)
    large = Entry(dataclasses.replace(FIXED, reason="x" * 2000), ENTRY.contents)
    with pytest.raises(UnsoundError, match="too large"):
        unpack(NAME, pack(NAME, large), TASK)


@pytest.mark.parametrize("outcome", [LEFT, PARTIAL, REFUSED], ids=lambda o: o.status)
@pytest.mark.parametrize("away", [FRESH_SECONDS + 60, -60])
def test_what_leaves_something_is_tried_anew_after_a_week(
    outcome: Kept, away: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, now = pack(NAME, Entry(outcome, ENTRY.contents)), time.time()
    monkeypatch.setattr(time, "time", lambda: now + away)
    with pytest.raises(UnsoundError, match="too old"):
        unpack(NAME, data, TASK)


def test_what_is_fixed_does_not_age(monkeypatch: pytest.MonkeyPatch) -> None:
    data, now = pack(NAME, ENTRY), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100 * FRESH_SECONDS)
    assert unpack(NAME, data, TASK).outcome.status == "fixed"


def tried(fixer: str, result: AttemptResult = AttemptResult.KEPT, **facts: Any) -> Attempt:
    return dataclasses.replace(TRIED, fixer=fixer, result=result, **facts)


def by(*attempts: Attempt, outcome: Kept = FIXED) -> Outcome:
    return dataclasses.replace(outcome, attempts=attempts)


FILE, TREE = Breadth.FILE, Breadth.TREE
MYPY = Settings(checkers=("ruff", "mypy"))
AGENTS = Settings(cache=CacheSettings(agents=True))
JUDGED: dict[str, tuple[Outcome, tuple[Editing, ...], Settings, Breadth | None]] = {
    "ruff": (by(TRIED), (RUFF, CODEMOD), Settings(), FILE),
    "nobody": (LEFT, (RUFF, CODEMOD), Settings(), FILE),
    "a codemod": (by(TRIED, tried("codemods/x")), (RUFF, CODEMOD), Settings(), TREE),
    "ruff beside mypy": (by(TRIED), (RUFF,), MYPY, TREE),
    "a guard": (by(tried("ruff", AttemptResult.REFUSED), outcome=REFUSED), (RUFF,), Settings(), FILE),
    "a gate": (dataclasses.replace(REFUSED, broken=("t",)), (RUFF,), Settings(), None),
    "a command": (by(tried("mine")), (RUFF, COMMAND), Settings(), None),
    "a command by an agent's rule": (by(tried("mine")), (RUFF, COMMAND), AGENTS, None),
    "ruff before a command": (by(TRIED), (RUFF, COMMAND), Settings(), FILE),
    "ruff, and a command that was not asked": (by(TRIED, outcome=PARTIAL), (RUFF, COMMAND), Settings(), None),
    "an agent": (by(tried("claude-code")), (RUFF, AGENT), Settings(), None),
    "an agent that is kept": (by(tried("claude-code")), (RUFF, AGENT), AGENTS, TREE),
    "an agent that leaves something": (by(tried("claude-code"), outcome=PARTIAL), (RUFF, AGENT), AGENTS, None),
    "a fixer that is none of the chain": (by(tried("other")), (RUFF,), Settings(), None),
    "one that failed": (by(tried("ruff", AttemptResult.FAILED), TRIED), (RUFF,), Settings(), None),
    "one that ran out of time": (by(tried("ruff", AttemptResult.TIMEOUT), TRIED), (RUFF,), Settings(), None),
    "one that was stopped": (by(tried("ruff", AttemptResult.STOPPED), outcome=LEFT), (RUFF,), Settings(), None),
    "one that got out": (by(tried("ruff", AttemptResult.ESCAPED), outcome=REFUSED), (RUFF,), Settings(), None),
    "one that took long": (by(tried("ruff", seconds=301.0)), (RUFF,), Settings(), None),
    "one that complained": (by(tried("ruff", detail="ruff: exit code 3")), (RUFF,), Settings(), None),
    "one that was warned of": (by(tried("ruff", detail="warning: x", warned=True)), (RUFF,), Settings(), FILE),
    "one of the cache": (dataclasses.replace(FIXED, cached=True), (RUFF,), Settings(), None),
    "a failure": (Failed(path="a.py", before=(SEEN,), reason="x"), (RUFF,), Settings(), None),
    "a file that was left out": (Skipped(path="a.py", before=(SEEN,), reason="x"), (RUFF,), Settings(), None),
}


@pytest.mark.parametrize("what", JUDGED)
def test_whose_outcomes_are_kept(what: str) -> None:
    outcome, fixers, settings, breadth = JUDGED[what]
    assert breadth_of(outcome, chain_of(fixers), settings) == breadth


NEVER_KEPT = {
    "it is switched off": Settings(cache=CacheSettings(enabled=False)),
    "the checker pytest may say": Settings(checkers=("ruff", "pytest")),
    "the checker lint may say": Settings(checkers=("lint",)),
    "tests judge each file": Settings(workflow=WorkflowSettings(test_validation="quick")),
    "commands set up each worktree": Settings(environment=EnvironmentSettings(setup=("make",))),
}


@pytest.mark.parametrize("why", NEVER_KEPT)
def test_where_nothing_is_kept(why: str) -> None:
    assert why in why_never(NEVER_KEPT[why])
    assert why_never(Settings(agents=(AgentSettings("codex", "codex"),))) == ""


def names(count: int) -> list[str]:
    return [f"{number:040}-file-{'0' * 40}" for number in range(count)]


def filled(folder: Path, limit: int, count: int) -> Store:
    """A store with so many entries, each of a block, the first used longest ago."""
    store = Store(folder, limit)
    store.open()
    for number, name in enumerate(names(count)):
        store.write(name, b"x" * 4096)
        os.utime(store.path / name, (number, number))
    return store


def test_the_least_used_go_first_and_the_limit_holds(tmp_path: Path) -> None:
    store = filled(tmp_path, 10 * 4096, 12)
    assert store.read(names(12)[0]) == b"x" * 4096  # used a moment ago
    store.trim()
    left = {file.name for file in store.path.iterdir()}
    assert names(12)[0] in left
    assert left == {names(12)[0], *names(12)[-(len(left) - 1) :]}
    assert store.filling().size <= 10 * 4096


def test_below_the_limit_nothing_goes(tmp_path: Path) -> None:
    store = filled(tmp_path, 100 * 4096, 12)
    store.trim()
    assert store.filling().entries == 12


def test_what_a_killed_write_left_goes_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    store = filled(tmp_path, 100 * 4096, 1)
    left = store.path / f".{'0' * 30}.123-0a0b0c0d.tmp"
    left.write_bytes(b"half")
    (store.path / "notes").write_text("mine")
    store.trim()
    assert sorted(file.name for file in store.path.iterdir()) == [names(1)[0], "notes"]


def test_an_entry_that_is_larger_than_any_is_neither_written_nor_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(tmp_path, 100 * 4096, 1)
    monkeypatch.setattr(store_module, "MOST_BYTES", 100)
    store.write(names(2)[1], b"x" * 101)
    assert not (store.path / names(2)[1]).exists()
    assert store.read(names(1)[0]) is None


def test_all_is_this_users_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = filled(tmp_path, 100 * 4096, 1)
    finally:
        os.umask(before)
    assert store.path.stat().st_mode & 0o777 == 0o700
    assert (store.path / names(1)[0]).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_an_entry_that_is_no_file_is_none(kind: str, tmp_path: Path) -> None:
    store = filled(tmp_path, 100 * 4096, 1)
    place = store.path / names(2)[1]
    match kind:
        case "link":
            place.symlink_to(names(1)[0])
        case "pipe":
            os.mkfifo(place)
        case _:
            place.mkdir()
    assert store.read(place.name) is None
    store.trim()


def test_a_link_in_the_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    other = filled(tmp_path / "other", 100 * 4096, 1)
    (tmp_path / "cache").symlink_to(other.path)
    store = Store(tmp_path, 0)
    with pytest.raises(ForeignError):
        store.open()
    with pytest.raises(ForeignError):
        store.clear()
    assert other.filling().entries == 1


def test_an_emptied_store_is_gone(tmp_path: Path) -> None:
    store = filled(tmp_path, 100 * 4096, 3)
    assert store.clear().entries == 3
    assert not store.path.exists()
    assert store.clear().entries == 0
