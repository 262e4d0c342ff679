"""Files with odd names, and repositories whose attributes convert what is checked out."""

import json
import os
import tomllib
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

NAMES = [
    "with space.py", "quote'.py", 'double".py', "line\nbreak.py", "-dash.py", "--config=x.py", "grün/日本.py",
    "back\\slash.py", "tab\t.py", "star*.py", "[set].py", "{file}.py", "$(touch x).py", "%s.py", "#hash.py",
]  # fmt: skip
NOT_UTF8 = b"latin-\xe9.py"


def shown(name: str) -> str:
    return name.replace("\n", "\\n").replace("\t", "\\t")


def test_names_are_no_obstacle(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    for name in NAMES:
        repo.write(name, "import os\n")
    repo.commit()
    reports = [tmp_path / "r.json", tmp_path / "r.toml"]
    result = stomper.run(repo, "fix", "-v", "--report", reports[0], "--report", reports[1]).check()
    report = json.loads(reports[0].read_text())
    assert report == tomllib.loads(reports[1].read_text())
    assert {file["path"]: file["status"] for file in report["files"]} == dict.fromkeys(NAMES, "fixed")
    assert {name: repo.read(name) for name in NAMES} == dict.fromkeys(NAMES, b"")
    subjects = [subject for subject, _ in repo.log()[1:]]
    assert subjects == [f"fix(quality): resolve 1 issue in {shown(name)}" for name in sorted(NAMES)]
    for name in NAMES:
        assert f" cleared {shown(name)} (1 of 1 diagnostics fixed)" in result.err
    assert repo.status() == []


@pytest.mark.matrix
@pytest.mark.parametrize("name", NAMES)
def test_named_on_the_command_line(repo: GitRepo, stomper: Stomper, name: str) -> None:
    repo.write("other.py", "import os\n")
    repo.write(name, "import os\n")
    repo.commit()
    words = ["--", name] if name.startswith("-") else [name]
    stomper.run(repo, "fix", "-q", *words).check()
    assert [file["path"] for file in report_of(repo)["files"]] == [name]
    assert (repo.read(name), repo.read("other.py")) == (b"", b"import os\n")


def test_name_that_is_not_utf8_is_skipped_and_named(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    repo.write(NOT_UTF8, "import os\n")
    repo.write("good.py", "import os\n")
    repo.commit()
    result = stomper.run(repo, "fix", "--report", tmp_path / "r.toml").check(1)
    assert "skipped latin-\\xe9.py: its name is not valid UTF-8" in result.out
    assert repo.read("good.py") == b""
    assert (repo.path / os.fsdecode(NOT_UTF8)).read_bytes() == b"import os\n"
    files = tomllib.loads((tmp_path / "r.toml").read_text())["files"]
    assert [(file["path"], file["status"]) for file in files] == [("good.py", "fixed"), ("latin-\\xe9.py", "skipped")]


@pytest.mark.matrix
@pytest.mark.parametrize("words", [(), ("--no-commit",)])
@pytest.mark.parametrize("attributes", ["*.py text eol=crlf", "*.py text=auto", "* -text", "*.py text eol=lf"])
def test_attributes_that_convert(repo: GitRepo, stomper: Stomper, attributes: str, words: tuple[str, ...]) -> None:
    """What is committed keeps its line ends; what is checked out has those that git gives it."""
    repo.write(".gitattributes", attributes + "\n")
    repo.write("a.py", "import os\n\nX = 1\n")
    repo.commit()
    repo.git("rm", "--quiet", "--cached", "a.py")
    repo.git("reset", "--quiet", "--hard")  # the file anew, as git writes it out
    eol = b"\r\n" if "crlf" in attributes else b"\n"
    assert repo.read("a.py") == b"import os\n\nX = 1\n".replace(b"\n", eol)
    stomper.run(repo, "fix", *words).check()
    assert repo.read("a.py").split(eol)[-2:] == [b"X = 1", b""]
    assert b"import os" not in repo.read("a.py")
    if words:
        assert repo.status() == [" M a.py"]
    else:
        assert repo.content("a.py") == repo.read("a.py").replace(eol, b"\n")
        assert repo.status() == []


@pytest.mark.parametrize("attributes", ["*.py text eol=crlf", "* text=auto"])
def test_crlf_that_was_committed_before_the_attributes(repo: GitRepo, stomper: Stomper, attributes: str) -> None:
    """git calls such files changed, or not, as it likes; no run makes commits of line ends that nobody asked for."""
    repo.write("old.py", "import os\r\n\r\nX = 1\r\n")
    repo.write("clean.py", "X = 1\r\n")
    repo.write("new.py", "import os\n")
    repo.commit()
    repo.commit_file("attributes.txt", "x\n")
    repo.write(".gitattributes", attributes + "\n")
    repo.git("add", ".gitattributes")
    repo.git("commit", "--quiet", "-m", "attributes")
    base = repo.head
    stomper.run(repo, "fix")
    states = {file["path"]: file["status"] for file in report_of(repo)["files"]}
    assert states.keys() == {"old.py", "new.py"}
    assert states["new.py"] == "fixed"
    assert states["old.py"] in ("fixed", "skipped")
    changed = repo.git("diff", "--name-only", base, "HEAD").splitlines()
    assert set(changed) == {path for path, state in states.items() if state == "fixed"}
    assert repo.content("clean.py") == b"X = 1\r\n"
    if states["old.py"] == "fixed":
        assert repo.content("old.py").endswith(b"X = 1\r\n")
