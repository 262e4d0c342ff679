"""Many repositories by one command: what each comes to, and one report."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.fleets import CLEAN, UNFIXABLE, MakeRepo, run_fleet, sample
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder that the fleet is called in."""
    (tmp_path / "fleet").mkdir()
    return tmp_path / "fleet"


@pytest.mark.thorough
def test_each_repository_comes_to_its_state_and_none_holds_another(
    make_repo: MakeRepo, stomper: Stomper, place: Path, tmp_path: Path
) -> None:
    here = sample(make_repo, "here")
    there, left = sample(make_repo, "there"), sample(make_repo, "left", UNFIXABLE)
    make_repo("empty")
    before = there.checkout_state()
    (place / "fleet.toml").write_text(
        f"""\
        options = ["--no-mypy"]
        skip = ["left-out"]
        [config]
        error_types = ["F401"]
        [[repository]]
        path = "../here"
        [[repository]]
        url = "file://{there.path}"
        [[repository]]
        path = "../left"
        [repository.config]
        error_types = ["F"]
        [[repository]]
        path = "../empty"
        [[repository]]
        url = "file://{tmp_path}/nowhere"
        [[repository]]
        url = "https://example.org/left-out"
        """
    )
    done = run_fleet(stomper, place, "run", "-j", "2", code=1)
    assert done.states == {
        "here": "fixed",
        "there": "fixed",
        "left": "unchanged",
        "empty": "failed",
        "nowhere": "failed",
        "left-out": "skipped",
    }
    assert here.content("m0.py") == b"ONE = 1\n"
    assert here.status() == []
    assert there.checkout_state() == before
    clone = GitRepo(Path(done.of("there")["folder"]))
    assert (clone.content("m0.py"), clone.branch) == (b"ONE = 1\n", "refs/heads/main")
    assert (clone.rev("origin/main"), clone.rev("HEAD~")) == (there.head, there.head)
    assert clone.git("config", "remote.origin.url") == f"file://{there.path}"
    assert "has no commit yet" in done.of("empty")["reason"]
    assert "does not exist" in done.of("nowhere")["reason"] or "not appear to be" in done.of("nowhere")["reason"]
    assert (left.head, done.report["summary"]["diagnostics_after"]) == (done.of("left")["base_commit"], 1)
    assert {row["code"]: (row["gone"], row["left"]) for row in done.report["codes"]} == {"F401": (2, 0), "F821": (0, 1)}
    assert "6 repositories: 2 fixed, 1 unchanged, 2 failed, 1 skipped" in done.out
    assert done.report["concurrency"]["peak_repositories"] == 2
    _later_commands(stomper, place, done.report)


def _later_commands(stomper: Stomper, place: Path, first: dict[str, object]) -> None:
    """What was found out can be asked again, also as TOML; nothing is run for that."""
    stomper.run(place, "fleet", "report", "-q", "--report", place / "r.toml").check()
    assert tomllib.loads((place / "r.toml").read_text()) == first
    stomper.run(place, "fleet", "report", "-q", "--html", place / "x.html", "--pages").check()
    pages = {page.name.rpartition("-")[0]: page.read_text() for page in (place / "x-pages").iterdir()}
    assert pages.keys() == {"here", "there", "left"}
    assert "1 of 1 diagnostic fixed in here" in pages["here"]
    assert (place / "x.html").read_text().count('<a href="x-pages/') == 3
    status = stomper.run(place, "fleet", "status").check()
    assert "finished, exit code 1  6 of 6 repositories done, 2 fixed, 1 unchanged, 2 failed, 1 skipped" in status.out
    refused = stomper.run(place, "fleet", "resume").check(2)
    assert "no repository is left" in refused.err
    assert "--pages is for --html" in stomper.run(place, "fleet", "report", "--pages").check(2).err
    assert stomper.run(place, "fleet", "cleanup").check().out == "nothing to clean up\n"
    gone = stomper.run(place, "fleet", "cleanup", "--all").check().out
    assert "removed clone there" in gone
    assert "removed mirror there-" in gone
    assert not (place / "stomper-fleet").exists()


@pytest.mark.thorough
def test_a_second_round_stands_on_the_first_and_keeps_what_no_longer_fits(
    make_repo: MakeRepo, stomper: Stomper, place: Path
) -> None:
    origin = sample(make_repo, "origin")
    words = ("run", "-", "--fix-options", "--no-mypy", "--clones")
    first = run_fleet(stomper, place, *words, stdin="../origin\n")
    again = run_fleet(stomper, place, *words, stdin="../origin\n")
    assert (first.states, again.states) == ({"origin": "fixed"}, {"origin": "clean"})
    assert again.of("origin")["base_commit"] == first.of("origin")["head_commit"]
    origin.commit_file("more.py", CLEAN)
    moved = run_fleet(stomper, place, *words, stdin="../origin\n")
    assert (moved.states, moved.of("origin")["base_commit"]) == ({"origin": "fixed"}, origin.head)
    clone = GitRepo(Path(moved.of("origin")["folder"]))
    kept = clone.refs("refs/heads/stomper")
    assert [*kept.values()] == [first.of("origin")["head_commit"]]


@pytest.mark.thorough
def test_what_fails_is_begun_again_on_request(make_repo: MakeRepo, stomper: Stomper, place: Path) -> None:
    good, late = sample(make_repo, "good"), make_repo("late")
    first = run_fleet(stomper, place, "run", "-", "--fix-options", "--no-mypy", stdin="../good\n../late\n", code=1)
    assert first.states == {"good": "fixed", "late": "failed"}
    late.commit_file("m.py", "import os\n")
    head = good.head
    again = run_fleet(stomper, place, "resume", "--only", "failed")
    assert again.states == {"good": "fixed", "late": "fixed"}
    assert again.report["sessions"] == 2
    assert good.head == head


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "there is no fleet.toml here"),
        (["run", "nothing.txt"], "nothing.txt cannot be read: No such file or directory\n"),
        (["run", "-", "--fix-options", "--fixerr x"], "here: options: No such option"),
        (["run", "-", "--fix-options", "-j 3"], "-j is none for a single repository"),
        (["run", "-", "--report", "x.sarif"], "'.sarif' is no format"),
        (["plan", "-", "--only", "x"], "no repository of the fleet is chosen"),
        (["resume"], "there is no fleet in"),
        (["resume", "--only", "bad"], "'bad' is no state"),
        (["cleanup"], "there is no fleet in"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_done(
    words: list[str], said: str, stomper: Stomper, place: Path
) -> None:
    done = stomper.run(place, "fleet", *words, stdin="here\n").check(2)
    assert said in done.err
    assert [*place.iterdir()] == []


def test_clones_are_not_made_below_settings_that_are_not_theirs(
    make_repo: MakeRepo, stomper: Stomper, place: Path
) -> None:
    sample(make_repo, "one")
    (place / "ruff.toml").touch()
    done = stomper.run(place, "fleet", "run", "-", "--clones", stdin="../one\n").check(2)
    assert f"clones would be below {place / 'ruff.toml'}" in done.err


def test_the_plan_says_what_is_in_the_way_and_fetches_nothing(
    make_repo: MakeRepo, stomper: Stomper, place: Path, hermetic: Hermetic
) -> None:
    one = sample(make_repo, "one")
    listed = f"../one\nfile://{one.path}\n../nowhere\n"
    done = stomper.run(place, "fleet", "plan", "-", "--format", "json", stdin=listed).check(1)
    rows = json.loads(done.out)["repositories"]
    assert [(row["name"], row["in_place"], row.get("commit")) for row in rows] == [
        (rows[0]["name"], True, one.head),
        (rows[1]["name"], False, one.head),
        ("nowhere", False, None),
    ]
    assert "there is no repository" in rows[2]["problem"]
    assert [*place.iterdir(), *hermetic.cache.iterdir()] == []
    stomper.run(place, "fleet", "plan", "-", "-o", "fleet.toml", "--fix-options", "--fixer ruff", stdin=listed).check()
    assert "in a clone" in stomper.run(place, "fleet", "plan").check(1).out
