"""Steps and suppressions of a killed run, resumed where HEAD was, and on a HEAD that has moved since."""

import pytest

from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of
from tests.kit.samples import PYPROJECT

# `re` is not used (F401), the other two are not sorted (I001), and ruff has no fix for F821.
REST = "\n\ndef f() -> int:\n    return len(sys.argv) + len(os.sep)\n"
BROKEN = "\n\ndef broken() -> int:\n    return undefined_name\n"
SILENT = BROKEN.replace("undefined_name\n", "undefined_name  # noqa: F821\n")
MINE = "\n\ndef mine() -> int:\n    return 1\n"
BAD, BETTER, GOOD = (
    "import sys\nimport os\nimport re\n",
    "import sys\nimport os\n",
    "import os\nimport sys\n",
)
BY_CODE = ("fix", "-j1", "-q", "--commit-per", "code")
SUPPRESS = ("fix", "-j1", "-q", "--fixer", "ruff", "--fixer", "suppress")
FIXED_IN_B = "fix(quality): resolve 2 issues in b.py"


@pytest.fixture
def sample(repo: GitRepo) -> GitRepo:
    """Two files to fix; the first one has something to suppress too."""
    repo.write("pyproject.toml", PYPROJECT)
    repo.write("a.py", BAD + BROKEN + REST)
    repo.write("b.py", BAD + REST)
    repo.commit("sample")
    return repo


def killed(repo: GitRepo, stomper: Stomper, hermetic: Hermetic, *words: str) -> None:
    """Start a run that dies when the outcome of the first file is on disk."""
    assert stomper.run(repo, *words, env=crash_at("stored")).code == KILLED
    seconds_until_none_is_marked(hermetic)


def subjects(repo: GitRepo, since: str) -> list[str]:
    """The first lines of the commits since another, the oldest first."""
    return repo.git("log", "--reverse", "--format=%s", f"{since}..HEAD").splitlines()


@pytest.mark.parametrize("moved", [pytest.param(False, marks=pytest.mark.thorough), True])
def test_each_code_keeps_its_commit(sample: GitRepo, stomper: Stomper, hermetic: Hermetic, moved: bool) -> None:
    killed(sample, stomper, hermetic, *BY_CODE)
    mine = MINE if moved else ""
    base = sample.commit_file("a.py", BAD + BROKEN + REST + MINE) if moved else sample.head
    stomper.run(sample, "resume").check(1)
    assert subjects(sample, base) == [
        *["fix(quality): resolve 1 issue in a.py"] * 2,
        *["fix(quality): resolve 1 issue in b.py"] * 2,
    ]
    first, second = (sample.message(f"HEAD~{n}") for n in (3, 2))
    assert ("- F401 (ruff): 1" in first, "- I001" in first) == (True, False)
    assert ("- I001 (ruff): 1" in second, "- F401" in second) == (True, False)
    assert sample.content("a.py", "HEAD~3").decode() == BETTER + BROKEN + REST + mine
    assert sample.content("a.py").decode() == GOOD + BROKEN + REST + mine
    assert {file["path"]: file["status"] for file in report_of(sample)["files"]} == {"a.py": "partial", "b.py": "fixed"}


@pytest.mark.thorough
def test_a_step_that_the_user_has_made_is_left_out(sample: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    killed(sample, stomper, hermetic, *BY_CODE)
    base = sample.commit_file("a.py", BETTER + BROKEN + REST + MINE)
    stomper.run(sample, "resume").check(1)
    assert subjects(sample, base)[:-2] == ["fix(quality): resolve 1 issue in a.py"]
    assert "- I001 (ruff): 1" in sample.message("HEAD~2")
    assert sample.content("a.py").decode() == GOOD + BROKEN + REST + MINE


@pytest.mark.parametrize("moved", [pytest.param(False, marks=pytest.mark.thorough), True])
def test_what_is_suppressed_keeps_its_commit(
    sample: GitRepo, stomper: Stomper, hermetic: Hermetic, moved: bool
) -> None:
    killed(sample, stomper, hermetic, *SUPPRESS)
    mine = MINE if moved else ""
    base = sample.commit_file("a.py", BAD + BROKEN + REST + MINE) if moved else sample.head
    stomper.run(sample, "resume").check(0)
    assert subjects(sample, base) == [
        "fix(quality): resolve 2 issues in a.py",
        "chore(quality): suppress 1 issue in a.py",
        FIXED_IN_B,
    ]
    assert sample.content("a.py", "HEAD~2").decode() == GOOD + BROKEN + REST + mine
    assert sample.content("a.py").decode() == GOOD + SILENT + REST + mine
    file = report_of(sample)["files"][0]
    assert (file["status"], file["suppressed_codes"], len(file["commits"])) == ("suppressed", {"F821": 1}, 2)


@pytest.mark.thorough
def test_what_need_not_be_suppressed_any_more_is_fixed(sample: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    """The user has defined the name meanwhile: the comment for it would have nothing to silence."""
    killed(sample, stomper, hermetic, *SUPPRESS)
    rest = f"{BROKEN}{REST}\n\nundefined_name = 1\n"
    base = sample.commit_file("a.py", BAD + rest)
    stomper.run(sample, "resume").check(0)
    assert subjects(sample, base) == ["fix(quality): resolve 2 issues in a.py", FIXED_IN_B]
    assert sample.content("a.py").decode() == GOOD + rest
    assert report_of(sample)["files"][0]["status"] == "fixed"
