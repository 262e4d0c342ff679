"""`--commit-per code`: one commit for each file and code, each with its rule alone; the rest as ever."""

import itertools
from pathlib import Path

import pytest

from stomper.landing.lander import Lander
from stomper.models import Blob, Fixed, FixTask, Patch, Rejected, Step, Timing
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, report_of, states
from tests.kit.samples import PYPROJECT
from tests.kit.wait import eventually
from tests.kit.words import plain_wording

# `re` is not used (F401), and the other two are not sorted (I001), which the fix of the first leaves as it is.
BAD = "import sys\nimport os\nimport re\n\n\ndef f() -> int:\n    return len(sys.argv) + len(os.sep)\n"
GOOD = "import os\nimport sys\n\n\ndef f() -> int:\n    return len(sys.argv) + len(os.sep)\n"
PATHS = ["a.py", "b.py"]
WORDS = ("fix", "--commit-per", "code")


def sample(repo: GitRepo) -> str:
    repo.write("pyproject.toml", PYPROJECT)
    for path in PATHS:
        repo.write(path, BAD)
    return repo.commit("sample")


def rules(repo: GitRepo, base: str) -> list[tuple[str, str]]:
    """(path, codes in the body) of each commit since `base`, the oldest first."""
    found = []
    for commit in repo.git("rev-list", "--reverse", f"{base}..HEAD").splitlines():
        (path,) = repo.git("diff", "--name-only", f"{commit}^", commit).splitlines()
        codes = [line.split()[1] for line in repo.message(commit).splitlines() if line.startswith("- ")]
        found.append((path, ",".join(codes)))
    return found


def test_a_commit_for_each_file_and_code_the_same_at_any_j(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")
    base = sample(repo)
    expected = list(itertools.product(PATHS, ["F401", "I001"]))
    logs = []
    for jobs in ("1", "3"):
        result = stomper.run(repo, *WORDS, "-j", jobs).check()
        assert rules(repo, base) == expected
        assert "4 commits on main" in result.out
        logs.append(repo.log())
        assert [len(file["commits"]) for file in report_of(repo)["files"]] == [2, 2]
        assert report_of(repo)["files"][-1]["commit"] == repo.head
        stomper.run(repo, "undo").check()
        assert repo.head == base
    assert logs[0] == logs[1]
    stomper.run(repo, "redo").check()
    assert [repo.read(path).decode() for path in PATHS] == [GOOD, GOOD]


def test_each_commit_has_its_rule_alone(repo: GitRepo, stomper: Stomper) -> None:
    sample(repo)
    stomper.run(repo, *WORDS).check()
    assert repo.content("b.py", "HEAD~1").decode() == BAD.replace("import re\n", "")
    assert repo.content("b.py").decode() == GOOD
    assert repo.message("HEAD~1").splitlines()[0] == "fix(quality): resolve 1 issue in b.py"
    assert "- F401 (ruff): 1" in repo.message("HEAD~1")


@pytest.mark.matrix
@pytest.mark.parametrize("moment", ["land-move:2", "landed:3", "delivered"])
def test_a_killed_run_is_resumed_to_the_same_commits(
    moment: str, repo: GitRepo, stomper: Stomper, hermetic: Hermetic, leaks: Leaks
) -> None:
    base = sample(repo)
    assert stomper.run(repo, *WORDS, "-q", env=crash_at(moment)).code == KILLED
    seconds_until_none_is_marked(hermetic)
    stomper.run(repo, "resume", "-q").check()
    assert rules(repo, base) == list(itertools.product(PATHS, ["F401", "I001"]))
    eventually(lambda: not leaks.find(), "nothing left behind")
    stomper.run(repo, "undo").check()
    assert (repo.head, repo.status()) == (base, [])
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")


@pytest.mark.thorough
def test_a_file_that_breaks_tests_is_dropped_with_all_its_commits(repo: GitRepo, stomper: Stomper) -> None:
    sample(repo)
    first, second = PATHS
    repo.write("test_it.py", "import a\n\n\ndef test_it() -> None:\n    assert a.re\n")
    base = repo.commit("tests")
    stomper.run(repo, *WORDS).check(1)
    assert states(repo) == {first: "rejected", second: "fixed"}
    assert rules(repo, base) == [(second, "F401"), (second, "I001")]
    assert "tests: breaks" in next(file["reason"] for file in report_of(repo)["files"] if file["path"] == first)
    assert len(list(last_run(repo).patches.glob("00000.step-*.patch"))) >= 1


def test_a_later_step_that_does_not_land_takes_the_earlier_ones_along(repo: GitRepo, tmp_path: Path) -> None:
    base = repo.commit_file("a.py", "one\ntwo\n")
    lander = Lander.begin(repo.path, tmp_path / "index", base, plain_wording("run-1"), lambda commits: None)
    repo.write("a.py", "one\n")
    data = repo.git_bytes("diff", "--full-index")
    blob = repo.git("hash-object", "-w", "a.py")
    good = Step((), (), Patch(data, (Blob("a.py", "100644", blob),)), ())
    bad = Step((), (), Patch(b"garbled", ()), ())
    outcome = Fixed(path="a.py", before=(), patch=good.patch, attempts=(), timing=Timing(0, 0, 1), steps=(good, bad))
    landed = lander.land(FixTask(0, "a.py", ()), outcome)
    assert isinstance(landed.outcome, Rejected)
    assert lander.head == repo.rev("refs/stomper/run-1/head") == base
    alone = lander.land(
        FixTask(0, "a.py", ()),
        Fixed(path="a.py", before=(), patch=good.patch, attempts=(), timing=Timing(0, 0, 1), steps=(good,)),
    )
    lander.settle()
    lander.close()
    assert (alone.commits, repo.content("a.py", lander.head)) == ((lander.head,), b"one\n")
    repo.git("update-ref", "-d", "refs/stomper/run-1/head")
