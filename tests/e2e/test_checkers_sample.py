"""Each checker on a sample repository against its tool run by hand: the same findings, nothing more."""

from pathlib import Path

import pytest

from tests.kit.checked import (
    WITH_SERGEANT,
    by_mypy,
    by_pytest,
    by_ruff,
    by_sergeant,
    checked_repo,
    findings,
)
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo


@pytest.mark.thorough
def test_all_at_once(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    checked_repo(repo)
    state = repo.checkout_state()
    hand = (by_ruff(repo), by_mypy(repo), by_pytest(repo, tmp_path / "report.xml"), by_sergeant(repo))
    assert repo.checkout_state() == state, "the tools by hand changed the sample"
    kinds = [len({finding[-1] for finding in one}) for one in hand]
    assert kinds == [1, 3, 4, 5], "the sample has lost kinds of findings"
    words = ["--pytest", "--drill-sergeant", "--format", "json"]
    out = stomper.run(repo, "check", *words, env=WITH_SERGEANT).check(1).out
    ruff, mypy, pytest, sergeant = (findings(out, tool) for tool in ("ruff", "mypy", "pytest", "drill-sergeant"))
    places = [{(row["tool"], row["path"], row["line"], row["code"]) for row in rows} for rows in (ruff, mypy)]
    assert places == list(hand[:2])
    assert {(row["path"], row["message"].split(": ")[0].split("::")[-1], row["code"]) for row in pytest} == hand[2]
    assert {(row["path"], row["code"]) for row in sergeant} == hand[3]
    assert repo.checkout_state() == state


def test_a_checker_of_its_own(repo: GitRepo, stomper: Stomper) -> None:
    """One file named is one file's findings, and the checkers not named are not run."""
    checked_repo(repo)
    words = ["check", "--checker", "pytest", "--format", "json", "tests/other/test_cart.py"]
    out = stomper.run(repo, *words).check(1).out
    assert [(row["line"], row["code"], row["message"]) for row in findings(out, "pytest")] == [
        (6, "KeyError", "test_cart: 'no such cart'"),
        (17, "AssertionError", "TestCart::test_count[1]: only two will do"),
    ]
    assert findings(out, "ruff") == findings(out, "mypy") == []
