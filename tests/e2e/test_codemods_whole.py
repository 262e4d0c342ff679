"""All codemods in a whole run: their cases beside each other, each folder under a configuration of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.cases import copy_cases, expected, names_of
from tests.kit.cli import Stomper
from tests.kit.fakes import only_git
from tests.kit.repo import GitRepo
from tests.kit.runs import BOTH_WAYS, states
from tests.kit.subjects import SUBJECTS, Subject

RUFF = [subject for subject in SUBJECTS if {tool for tool, _ in subject.claims} == {"ruff"}]
# Those that look at what the top of the project says of it, or at other files.
ALONE = [subject for subject in SUBJECTS if subject.name in ("annotate", "explicit-override", "implicit-optional")]
MYPY = [subject for subject in SUBJECTS if subject not in (*RUFF, *ALONE)]
CONFIG = """\
fixers = ["codemods"]
[environment]
python = "{python}"
"""


@pytest.mark.unproved
@BOTH_WAYS
@pytest.mark.parametrize(
    "subjects",
    [pytest.param(RUFF, id="ruff"), pytest.param(MYPY, id="mypy", marks=pytest.mark.thorough)],
)
def test_cases_come_out_as_they_should(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, how: str, subjects: list[Subject]
) -> None:
    """With nothing but git on PATH: what mypy needs is where the project's interpreter is."""
    for subject in subjects:
        copy_cases(subject.name, repo.path / subject.name, subject.claims, "keep*")
    repo.write("stomper.toml", CONFIG.format(python=sys.executable))
    repo.commit()
    mypy = "--no-mypy" if subjects is RUFF else "--mypy"
    stomper.run(repo, "fix", "-j", "2", mypy, env=only_git(tmp_path / "bin")).check()
    assert_fixed(repo, {f"{subject.name}/{name}.py": text for subject in subjects for name, text in after(subject)})


@pytest.mark.unproved
@BOTH_WAYS
@pytest.mark.thorough
@pytest.mark.parametrize("subject", ALONE, ids=lambda subject: subject.name)
def test_cases_at_the_top_come_out_as_they_should(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, how: str, subject: Subject
) -> None:
    copy_cases(subject.name, repo.path, subject.claims)
    repo.write("stomper.toml", CONFIG.format(python=sys.executable))
    repo.commit()
    stomper.run(repo, "fix", "-j", "2", "--mypy", env=only_git(tmp_path / "bin"))
    assert_fixed(repo, {f"{name}.py": text for name, text in after(subject)})


def after(subject: Subject) -> Iterator[tuple[str, bytes]]:
    """The names of the cases that change, and what they are to be."""
    return ((name, expected(subject.name, name)) for name in names_of(subject.name)[0])


def assert_fixed(repo: GitRepo, files: dict[str, bytes]) -> None:
    seen = states(repo)
    assert {path: seen[path] for path in files} == dict.fromkeys(files, "fixed")
    for path, content in files.items():
        assert (repo.path / path).read_bytes().decode() == content.decode(), path
