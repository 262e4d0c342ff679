"""Earlier commits are checked as they were, once, and nothing is left of that."""

from collections.abc import Mapping

import pytest

from stomper.cli.consent import CommandLine, Consent, refuser
from stomper.commands.past_commits import points_of_commits
from stomper.config import load_settings
from stomper.report.trend import Point
from stomper.settings import Settings
from stomper.workspace.cache_folder import worktrees_folder
from tests.kit.repo import GitRepo

UNUSED = "import os\nimport re\n"


def history(repo: GitRepo, every: int = 1, refused: Mapping[str, str] = {}) -> tuple[list[Point], list[str]]:
    told: list[str] = []
    settings = load_settings(repo.path, {}, {})
    return points_of_commits(repo.opened(), settings, every, lambda commit: refused.get(commit, ""), told.append), told


@pytest.fixture
def commits(repo: GitRepo) -> list[str]:
    """Two findings; then one, as the file is another; then none, as the configuration is another."""
    first = repo.commit_file("a.py", UNUSED)
    second = repo.commit_file("a.py", "import os\n")
    repo.write("a.py", UNUSED)
    third = repo.commit_file("ruff.toml", "lint.ignore = ['F401']\n")
    return [first, second, third]


def test_each_commit_is_checked_as_it_was_and_only_once(repo: GitRepo, commits: list[str]) -> None:
    before = repo.checkout_state()
    points, told = history(repo)
    assert [(point.name, point.left) for point in points] == [
        (c[:12], n) for c, n in zip(commits, (2, 1, 0), strict=True)
    ]
    assert told == [f"{commit[:12]}, {n} of 3" for n, commit in enumerate(reversed(commits), 1)]
    again, told = history(repo)
    assert (again, told) == (points, [])
    some, told = history(repo, every=2)
    assert (some, told) == ([points[0], points[2]], [])
    assert repo.checkout_state() == before
    folder = worktrees_folder(repo.path)
    assert not folder.exists() or not list(folder.iterdir())


def test_a_commit_that_is_refused_is_left_out_and_not_remembered(repo: GitRepo, commits: list[str]) -> None:
    points, told = history(repo, refused={commits[1]: "it wants a plugin"})
    assert len(points) == 2
    assert f"{commits[1][:12]} is left out: it wants a plugin" in told
    assert len(history(repo)[0]) == 3


def test_what_is_known_when_it_is_cut_short_is_known_next_time(repo: GitRepo, commits: list[str]) -> None:
    def stop(commit: str) -> str:
        if commit == commits[0]:
            raise KeyboardInterrupt
        return ""

    with pytest.raises(KeyboardInterrupt):
        points_of_commits(repo.opened(), load_settings(repo.path, {}, {}), 1, stop, lambda _: None)
    assert history(repo)[1] == [f"{commits[0][:12]}, 3 of 3"]


def test_a_commit_has_executed_only_what_is_agreed_to(repo: GitRepo) -> None:
    """An earlier plugin of mypy is asked for although there is none today."""
    repo.write("mypy.ini", "[mypy]\nplugins = tools/mine.py\n")
    old = repo.commit_file("tools/mine.py", "raise SystemExit\n")
    new = repo.commit_file("mypy.ini", "[mypy]\n")
    settings, line = Settings(checkers=("ruff", "mypy")), CommandLine({"checkers": ["ruff", "mypy"]})
    said = {name: refuser(repo.opened(), settings, line, consent) for name, consent in CONSENTS.items()}
    assert [said[name](new) for name in CONSENTS] == ["", "", ""]
    assert said["trusted"](old) == ""
    for name in ("untrusted", "nothing said"):
        assert "not agreed to" in said[name](old)
        assert "mypy.ini" in said[name](old)


CONSENTS = {"trusted": Consent(trusted=True), "untrusted": Consent(untrusted=True), "nothing said": Consent()}
