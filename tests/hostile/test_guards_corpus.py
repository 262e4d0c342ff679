"""The corpus of changes: every trick is refused by its own guard, every honest change passes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.guards import judge_change
from stomper.settings import GuardSettings
from tests.kit.cases import CASES
from tests.kit.judged import read_changes
from tests.kit.tricks import TEST

CHANGES = list(read_changes())
TRICKS = [change for change in CHANGES if change.guards]
HONEST = [change for change in CHANGES if not change.guards]
PATHS = sorted({change.path for change in CHANGES})
# It adds suppressions, which is what it is for; what it may add is judged by the re-check.
SUPPRESSING = "suppress"


def pairs() -> Iterator[tuple[str, bytes, bytes]]:
    """Every file of the fixers' own cases, before and after."""
    for before in sorted(CASES.rglob("*.before.py*")):
        if before.parent.name != SUPPRESSING:
            after = before.with_name(before.name.replace(".before.", ".after."))
            yield f"{before.parent.name}/{before.name}", before.read_bytes(), after.read_bytes()


def test_the_corpus_is_whole() -> None:
    assert len(TRICKS) > 300
    assert len(HONEST) > 80
    names = [change.name for change in CHANGES]
    assert len(set(names)) == len(names)
    assert all(change.before != change.after for change in CHANGES)


@pytest.mark.parametrize("path", PATHS)
def test_a_trick_is_refused_by_its_own_guard(path: str) -> None:
    missed = {
        change.name: [refusal.told for refusal in change.refusals()]
        for change in TRICKS
        if change.path == path and not any(refusal.policy == "warn" for refusal in change.refusals())
    }
    assert missed == {}


@pytest.mark.parametrize("path", PATHS)
def test_an_honest_change_passes(path: str) -> None:
    refused = {
        change.name: [refusal.told for refusal in found]
        for change in HONEST
        if change.path == path and (found := change.refusals())
    }
    assert refused == {}


@pytest.mark.parametrize("folder", ["", "tests/"])
def test_what_the_projects_own_fixers_do_passes(folder: str) -> None:
    refused = {
        name: [refusal.told for refusal in found]
        for name, before, after in pairs()
        if (found := judge_change(f"{folder}{name}", before, after, GuardSettings()))
    }
    assert refused == {}


def test_a_refusal_says_the_line_and_the_function() -> None:
    after = TEST.replace("    assert x == 1\n", "    return\n    assert x == 1\n")
    (refusal,) = judge_change("test_a.py", TEST.encode(), after.encode(), GuardSettings())
    assert refusal.told == (
        "makes an assertion unreachable: `assert x == 1` stands behind a statement that leaves and 1 more "
        "(line 13, in test_one)"
    )
    gone = TEST.replace('        assert str(1) == "1"\n', "        pass\n")
    (refusal,) = judge_change("test_a.py", TEST.encode(), gone.encode(), GuardSettings())
    assert refusal.told == (
        "removes 1 assertion from a test file "
        "(`assert str(1) == '1'`, line 19 before the change, in TestClass.test_inside)"
    )


def test_what_is_named_is_shown_without_control_characters() -> None:
    after = TEST.replace("assert x == 1", "assert x == '\u202e\u001b[31m'")
    assert after != TEST
    for refusal in judge_change("test_a.py", TEST.encode(), after.encode(), GuardSettings()):
        assert refusal.told.isprintable()


def test_no_file_of_the_corpus_is_forgotten() -> None:
    files = {file.stem for file in Path(__file__).parent.joinpath("guards").iterdir()}
    assert len(files) > 4
    assert {change.name.partition(":")[0] for change in CHANGES} == files
