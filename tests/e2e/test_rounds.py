"""A run takes up again what a fix elsewhere has opened, round after round, as one run with one undo."""

import itertools
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.fakes import fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, Outcome, assert_intact, crash_at, outcome_of, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.own import finder_table
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states
from tests.kit.wait import eventually

pytestmark = pytest.mark.crew

# Makes a file good if the one that it imports is good already: so each file waits for another.
CHAIN = """\
import pathlib, re, sys
file = pathlib.Path(sys.argv[1])
text = file.read_text()
other = re.match("import (.*)", text)
if not other or "bad" not in pathlib.Path(other[1] + ".py").read_text():
    file.write_text(text.replace("bad", "good"))
"""
# The same, which waits at what the second round has to do.
HELD = (
    CHAIN.replace("re, sys", "re, sys, time")
    + """
    if other and other[1] == "m0":
        pathlib.Path({begun!r}).touch()
        while pathlib.Path({held!r}).exists():
            time.sleep(0.02)
"""
)
PYPROJECT = """\
[tool.stomper]
checkers = ["mine"]
fixers = ["chain"]
proof = "none"
[tool.stomper.workflow]
test_validation = "{mode}"

"""


def chain_repo(repo: GitRepo, count: int, mode: str = "none", names: str = "m") -> GitRepo:
    """A repository in which each of so many files can be fixed when the one before is; a row of files for each name."""
    fixer = fixer_table("chain", [sys.executable, "-c", CHAIN, "{file}"])
    repo.write("pyproject.toml", PYPROJECT.format(mode=mode) + finder_table("") + fixer)
    for name, n in itertools.product(names, range(count)):
        repo.write(f"{name}{n}.py", (f"import {name}{n - 1}\n" if n else "") + f"bad{n} = {n}\n")
    repo.commit("sample")
    return repo


def is_good(repo: GitRepo, count: int) -> list[bool]:
    return ["bad" not in repo.content(f"m{n}.py").decode() for n in range(count)]


def test_each_round_takes_up_what_the_last_has_opened(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    before = chain_repo(repo, 4).checkout_state()
    result = stomper.run(repo, "fix", "-j", "1").check(1)
    assert is_good(repo, 4) == [True, True, True, False]
    assert "round 2 of 3 at most: 1 file can still win" in result.err
    report = report_of(repo)
    assert report["rounds"] == [
        {"files": 4, "changed": 1, "fixed": 1},
        {"files": 1, "changed": 1, "fixed": 1},
        {"files": 1, "changed": 1, "fixed": 1},
    ]
    assert states(repo) == {"m0.py": "fixed", "m1.py": "fixed", "m2.py": "fixed", "m3.py": "unchanged"}
    assert [attempt["result"] for attempt in report["files"][1]["attempts"]] == ["no-change", "kept"]
    assert report["summary"]["diagnostics_fixed"] == 3
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="`redo` needs it")


def test_a_line_that_a_round_has_changed_is_still_known_to_be_run(repo: GitRepo, stomper: Stomper) -> None:
    """Each change needs a test that runs it. The second one of the same line waits for the other file."""
    either = finder_table("").replace("if line.startswith('bad'):", "for word in ('bad', 'odd'): word in line and")
    at_once = CHAIN.replace("\nother =", "\ntext = text.replace('odd', 'even')\nfile.write_text(text)\nother =")
    fixer = fixer_table("chain", [sys.executable, "-c", at_once, "{file}"])
    repo.write("pyproject.toml", PYPROJECT.format(mode="final").replace("none", "tested") + either + fixer)
    repo.write("m0.py", "def f():\n    bad = 1\n    return 1\n")
    repo.write("m1.py", "import m0\n\ndef f():\n    odd = bad = m0.f()\n    return 1\n")
    repo.write("test_m1.py", "import m1\n\ndef test_m1():\n    assert m1.f()\n")
    repo.commit("sample")
    stomper.run(repo, "fix").check()
    assert b"    even = good = m0.f()" in repo.content("m1.py")


def test_a_second_run_finds_nothing_more(repo: GitRepo, stomper: Stomper) -> None:
    chain_repo(repo, 3)
    stomper.run(repo, "fix").check()
    assert "nothing to fix" in stomper.run(repo, "fix").check().out


@pytest.mark.parametrize(("options", "good"), [(("--rounds", "1"), 1), (("--rounds", "2"), 2), (("--rounds", "10"), 4)])
def test_there_are_as_many_rounds_as_the_user_allows(
    repo: GitRepo, stomper: Stomper, options: tuple[str, ...], good: int
) -> None:
    chain_repo(repo, 4)
    stomper.run(repo, "fix", *options).check(0 if good == 4 else 1)
    assert is_good(repo, 4).count(True) == good
    assert ("rounds" in report_of(repo)) is (good > 1)


def test_each_round_is_gated(repo: GitRepo, stomper: Stomper) -> None:
    """What breaks a test in a later round is dropped, and what the rounds before it won stays."""
    chain_repo(repo, 3, mode="final")
    repo.write("test_m1.py", "def test_m1():\n    import m1\n    assert m1.bad1 == 1\n")
    repo.commit("a test")
    result = stomper.run(repo, "fix", "--rounds", "3").check(1)
    assert is_good(repo, 3) == [True, False, False]
    assert states(repo) == {"m0.py": "fixed", "m1.py": "rejected", "m2.py": "unchanged"}
    assert "rejected m1.py: tests: breaks test_m1::test_m1" in result.out


@pytest.mark.matrix
@pytest.mark.parametrize(
    "point",
    [
        *("round-planned", "round-begun", "round-planned:2", "round-begun:2", "started:5", "patch-stored:2"),
        *("stored:5", "stored:6", "land-move:2", "landed:2", "landed:3", "recheck:2", "recheck:3", "deliver"),
        *("delivered", "recorded", "handed-over", "report-written"),
    ],
)
def test_a_run_killed_between_rounds_ends_in_the_same_tree(
    point: str,
    repo: GitRepo,
    make_repo: Callable[[str], GitRepo],
    stomper: Stomper,
    hermetic: Hermetic,
    leaks: Leaks,
) -> None:
    before = chain_repo(repo, 4).checkout_state()
    expected = unbroken(stomper, make_repo)
    assert stomper.run(repo, "fix", "--quiet", "-j", "1", env=crash_at(point)).code == KILLED
    seconds_until_none_is_marked(hermetic)
    assert_intact(repo, before, expected)
    stomper.run(repo, "resume", "--quiet", "-j", "1").check(1)
    assert outcome_of(repo) == expected
    assert repo.status() == []
    assert states(repo) == {"m0.py": "fixed", "m1.py": "fixed", "m2.py": "fixed", "m3.py": "unchanged"}
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="`redo` needs it")


@pytest.mark.thorough
def test_a_round_that_begins_elsewhere_than_before_the_kill_is_planned_anew(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic
) -> None:
    """The user edits a file that was fixed: what its fix had opened is not taken up."""
    chain_repo(repo, 3, names="am")
    assert stomper.run(repo, "fix", "--quiet", env=crash_at("round-begun:2")).code == KILLED
    seconds_until_none_is_marked(hermetic)
    repo.write("m0.py", "bad0 = 'mine'\n")
    stomper.run(repo, "resume", "--quiet").check(1)
    assert [round_["files"] for round_ in report_of(repo)["rounds"]] == [6, 1, 1]
    assert [states(repo)[f"{name}{n}.py"] for name in "am" for n in range(3)] == [
        *("fixed", "fixed", "fixed"),
        *("skipped", "unchanged", "unchanged"),
    ]


def test_what_nothing_could_be_made_of_is_tried_again_if_others_were_changed_since(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic
) -> None:
    chain_repo(repo, 3)
    assert stomper.run(repo, "fix", "--quiet", "-j", "1", env=crash_at("stored:3")).code == KILLED
    seconds_until_none_is_marked(hermetic)
    repo.write("m0.py", "good0 = 0\n")
    repo.commit("done by hand")
    stomper.run(repo, "resume", "--quiet", "-j", "1").check()
    assert is_good(repo, 3) == [True, True, True]


@pytest.mark.thorough
@pytest.mark.parametrize("point", ["round-begun", "landed:2"])
def test_a_later_round_leaves_alone_what_the_user_has_edited_meanwhile(
    point: str, repo: GitRepo, stomper: Stomper, hermetic: Hermetic
) -> None:
    """The first round left the file as it was, so the second begins at the same tree."""
    chain_repo(repo, 3)
    assert stomper.run(repo, "fix", "--quiet", "-j", "1", env=crash_at(point)).code == KILLED
    seconds_until_none_is_marked(hermetic)
    repo.write("m1.py", "import m0\nbad1 = 'mine'\n")
    stomper.run(repo, "resume", "--quiet", "-j", "1").check(1)
    assert states(repo) == {"m0.py": "fixed", "m1.py": "skipped", "m2.py": "unchanged"}
    assert repo.content("m0.py") == b"good0 = 0\n"
    assert (repo.path / "m1.py").read_text() == "import m0\nbad1 = 'mine'\n"


@pytest.mark.thorough
@pytest.mark.cold
def test_a_run_that_was_stopped_in_a_later_round_goes_on_with_the_next(
    repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    """What the stopped round has won is delivered already, and so the round begins where it ends."""
    chain_repo(repo, 3)
    (tmp_path / "held").touch()
    fixer = HELD.format(begun=str(tmp_path / "begun"), held=str(tmp_path / "held"))
    table = fixer_table("chain", [sys.executable, "-c", fixer, "{file}"])
    repo.write("pyproject.toml", PYPROJECT.format(mode="none") + finder_table("") + table)
    repo.commit("a fixer that can be held")
    running = stomper.start(repo, "fix", "-j", "1")
    eventually((tmp_path / "begun").exists, "the second round")
    running.send(signal.SIGINT)
    running.wait_until("stopping: no new work is started")
    (tmp_path / "held").unlink()
    running.result().check(130)
    assert is_good(repo, 3) == [True, True, False]
    stomper.run(repo, "resume", "--quiet", "-j", "1").check()
    assert is_good(repo, 3) == [True, True, True]


_known: list[Outcome] = []


def unbroken(stomper: Stomper, make_repo: Callable[[str], GitRepo]) -> Outcome:
    """What a run in a twin repository led to. Found out once: it is the same for every test."""
    if not _known:
        twin = chain_repo(make_repo("twin"), 4)
        stomper.run(twin, "fix", "--quiet", "-j", "1").check(1)
        _known.append(outcome_of(twin))
    return _known[0]
