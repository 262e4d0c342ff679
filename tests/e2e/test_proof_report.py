"""What a run says of fixes that nothing proves, and what lands them."""

from typing import Any

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

RUFF = '[tool.ruff.lint]\nselect = ["F401", "E711"]\n'
A = "import os\n\n\ndef f(x, y):\n    if x == None:\n        return 1\n    return y == None\n"
LINE = "2 fixes withheld: nothing proves them (--unproved lands them; E711 2)\n"


def sample(repo: GitRepo, keys: str = "") -> GitRepo:
    repo.write("pyproject.toml", f"{RUFF}{keys}")
    repo.commit_file("a.py", A)
    return repo


def file_of(repo: GitRepo) -> dict[str, Any]:
    (file,) = report_of(repo)["files"]
    return dict(file)


def test_what_nothing_proves_is_named_and_stays(repo: GitRepo, stomper: Stomper) -> None:
    sample(repo)
    result = stomper.run(repo, "fix").check(1)
    assert LINE in result.out
    assert "== None" in repo.read("a.py").decode()
    withheld = file_of(repo)["withheld"]
    assert [(guess["tool"], guess["code"], guess["line"]) for guess in withheld] == [
        ("ruff", "E711", 5),
        ("ruff", "E711", 7),
    ]
    assert all(guess["needs"] for guess in withheld)
    assert report_of(repo)["summary"]["withheld"] == 2
    assert "unproved" not in report_of(repo)["summary"]["grades"]


def test_it_lands_when_it_is_asked_for_and_the_commit_says_so(repo: GitRepo, stomper: Stomper) -> None:
    sample(repo)
    stomper.run(repo, "fix").check(1)
    assert "withheld" not in stomper.run(repo, "resume", "--only", "partial", "--unproved").check().out
    assert "if x is None:" in repo.read("a.py").decode()
    body = repo.git("log", "-1", "--format=%b")
    assert "- E711 (ruff): 2, unproved\n" in body
    assert report_of(repo)["summary"]["grades"] == {"unproved": 2}


def test_only_what_is_safe(repo: GitRepo, stomper: Stomper) -> None:
    sample(repo)
    result = stomper.run(repo, "fix", "--proof", "safe").check(1)
    assert "fixes withheld: they are not safe (--unproved lands them; " in result.out
    assert set(report_of(repo)["summary"]["grades"]) <= {"safe"}
