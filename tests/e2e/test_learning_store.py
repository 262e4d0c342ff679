"""Records on disk: nothing is lost or counted twice, whoever writes, is killed, exports or imports."""

import json
import multiprocessing
from pathlib import Path

import pytest

from stomper.errors import ConfigError, StomperError
from stomper.learning import store as store_module
from stomper.learning.exchange import read_export, write_export
from stomper.learning.records import Record
from stomper.learning.store import Store
from stomper.learning.summary import summarize, to_dict, to_text
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo


def record(fixed: int = 1, code: str = "F841") -> Record:
    return Record("ruff", code, "codex", "normal", 1, 4, fixed, 2.0, 100.0, 1, 0.5, 1)


def fixed_in(store: Store) -> int:
    return sum(record.fixed for record in store.load().records)


def test_an_empty_store_knows_nothing(tmp_path: Path) -> None:
    learned = Store(tmp_path).load()
    assert (learned.records, learned.runs) == ((), 0)
    assert to_text(summarize(learned)).startswith("nothing learned yet")


def test_runs_add_up(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for run in ("a", "b"):
        store.add_run(run, [record()])
    assert store.load().records == (Record("ruff", "F841", "codex", "normal", 2, 8, 2, 4.0, 200.0, 2, 1.0, 2),)
    assert store.load().runs == 2


def test_the_same_run_counts_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for _ in range(2):
        store.add_run("a", [record()])
    assert fixed_in(store) == 1


def test_a_torn_line_costs_its_own_run(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_run("a", [record()])
    with store.path.open("a") as file:
        file.write('{"run": "b", "records": [{"tool"')
    store.add_run("c", [record()])
    assert (fixed_in(store), store.load().runs) == (2, 2)


def test_many_lines_become_few_and_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MOST_LINES", 5)
    store = Store(tmp_path)
    for number in range(12):
        store.add_run(str(number), [record()])
        store.add_run(str(number), [record()])
    assert len(store.path.read_text().splitlines()) < 6
    assert (fixed_in(store), store.load().runs) == (12, 12)


def add_runs(state: Path, name: str) -> None:
    for number in range(40):
        Store(state).add_run(f"{name}.{number}", [record()])


def test_runs_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=add_runs, args=(tmp_path, name)) for name in "abcdef"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (fixed_in(Store(tmp_path)), Store(tmp_path).load().runs) == (240, 240), "written anew in between, too"


# --- for a team


def team(tmp_path: Path, *names: str) -> list[Store]:
    return [Store(tmp_path / name) for name in names]


def give(giver: Store, taker: Store, tmp_path: Path) -> int:
    write_export(tmp_path / "export.toml", giver.load())
    return taker.add_shares(read_export(tmp_path / "export.toml"))


def test_an_export_counts_once_however_it_comes(tmp_path: Path) -> None:
    a, b, c = team(tmp_path, "a", "b", "c")
    a.add_run("1", [record()])
    b.add_run("1", [record(2)])
    assert give(a, b, tmp_path) == 1
    assert give(a, b, tmp_path) == 0
    assert fixed_in(b) == 3
    assert give(a, c, tmp_path) == 1
    assert give(b, c, tmp_path) == 1, "b's own; of a nothing is new"
    assert fixed_in(c) == 3
    assert give(c, a, tmp_path) == 1
    assert fixed_in(a) == 3


def test_a_later_export_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    a, b = team(tmp_path, "a", "b")
    a.add_run("1", [record()])
    give(a, b, tmp_path)
    early = (tmp_path / "export.toml").read_bytes()
    a.add_run("2", [record(3)])
    assert give(a, b, tmp_path) == 1
    (tmp_path / "export.toml").write_bytes(early)
    assert b.add_shares(read_export(tmp_path / "export.toml")) == 0
    assert fixed_in(b) == 4


def test_after_a_reset_what_comes_is_new_to_others(tmp_path: Path) -> None:
    a, b = team(tmp_path, "a", "b")
    a.add_run("1", [record()])
    give(a, b, tmp_path)
    a.reset()
    assert fixed_in(a) == 0
    a.add_run("1", [record(2)])
    assert give(a, b, tmp_path) == 1
    assert fixed_in(b) == 3


WRONG = {
    "no TOML": "= 1",
    "something else": 'format = 1\nshares = "x"',
    "another format": "format = 2\nshares = []",
    "a record without its code": (
        'format = 1\n[[shares]]\norigin = "x"\nruns = 1\n[[shares.records]]\ntool = "ruff"\n'
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_export_is_refused(tmp_path: Path, what: str) -> None:
    (tmp_path / "x.toml").write_text(WRONG[what])
    with pytest.raises(ConfigError):
        read_export(tmp_path / "x.toml")


def test_a_store_that_cannot_be_written_is_an_error_with_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StomperError, match="cannot write"):
        Store(tmp_path / "file").add_run("a", [record()])


# --- stats


def test_the_summary_goes_from_hard_to_easy(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add_run("a", [record(1, "F841"), record(4, "E711"), record(0, "B006")])
    summary = summarize(store.load())
    assert [row.name for row in summary.hardest] == ["ruff B006", "ruff F841", "ruff E711"]
    assert summary.easiest == ()  # all of them are among the hardest
    facts = to_dict(summary)
    assert facts["codes"][0] == {
        "name": "ruff B006", "attempts": 1, "tried": 4, "fixed": 0, "rate": 0.0, "seconds": 2.0
    }  # fmt: skip
    assert facts["codes"][1]["cost_per_fix_estimate"] == 0.5
    assert [row["name"] for row in facts["strategies"]] == ["codex normal"]


@pytest.mark.parametrize(("count", "hard", "easy"), [(10, 10, 0), (11, 5, 6), (40, 10, 10)])
def test_no_code_is_among_the_hardest_and_the_easiest(tmp_path: Path, count: int, hard: int, easy: int) -> None:
    store = Store(tmp_path)
    store.add_run("a", [record(min(n, 4), f"C{n:02}") for n in range(count)])
    summary = summarize(store.load())
    assert (len(summary.hardest), len(summary.easiest)) == (hard, easy)
    assert not set(summary.hardest) & set(summary.easiest)
    text = to_text(summary)
    assert ("hardest codes" in text, "codes, the hardest first" in text) == (easy > 0, easy == 0)
    assert len(text.splitlines()) == 1 + (hard + 2) + (easy + 2 if easy else 0) + 2 * (1 + 2)


def test_stats_on_the_command_line(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    repo.commit_file("a.py", "x = 1\n")
    assert "nothing learned yet" in stomper.run(repo, "stats").check().out
    Store(repo.git_dir / "stomper").add_run("a", [record()])
    assert json.loads(stomper.run(repo, "stats", "--format", "json").check().out)["hardest"] == ["ruff F841"]
    text = stomper.run(repo, "stats").check().out
    assert "ruff F841" in text
    assert "25%" in text
    stomper.run(repo, "stats", "export", tmp_path / "team.toml").check()
    assert "0 of 1" in stomper.run(repo, "stats", "import", tmp_path / "team.toml").check().out
    stomper.run(repo, "stats", "reset").check()
    assert "1 of 1" in stomper.run(repo, "stats", "import", tmp_path / "team.toml").check().out
    refused = stomper.run(repo, "stats", "import", tmp_path / "none.toml").check(2)
    assert "stomper stats export" in refused.err
