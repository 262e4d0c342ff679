"""Files with odd contents and modes: fixed as they are or left as they are, to the byte."""

from pathlib import Path

import pytest

from tests.kit.chains import chain_toml, file_report
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer
from tests.kit.repo import GitRepo
from tests.kit.runs import states
from tests.kit.samples import PYPROJECT

BOM = b"\xef\xbb\xbf"
LONG = b"".join(b"value_%06d = %d\n" % (n, n) for n in range(20_000))

# Content -> what ruff's fixes make of it.
FIXABLE: dict[str, tuple[bytes, bytes]] = {
    "crlf": (b"import os\r\nimport sys\r\n\r\nprint(sys)\r\n", b"import sys\r\n\r\nprint(sys)\r\n"),
    "bom": (BOM + b"import os\nimport sys\n\nprint(sys)\n", BOM + b"import sys\n\nprint(sys)\n"),
    "bom and crlf": (BOM + b"import os\r\nX = 1\r\n", BOM + b"X = 1\r\n"),
    "no end of line": (b"import os\n\nX = 1", b"\nX = 1"),
    "nothing but the finding": (b"import os\n", b""),
    "long": (b"import os\n" + LONG, LONG),
    "form feed": (b"import os\n\x0c\nX = 1\n", b"\x0c\nX = 1\n"),
    "not ASCII": ("import os\nX = 'Grüße 日本'\n".encode(), "X = 'Grüße 日本'\n".encode()),
}


@pytest.fixture
def fixable(repo: GitRepo) -> GitRepo:
    """A file for each of FIXABLE."""
    repo.write("pyproject.toml", '[tool.ruff.lint]\nselect = ["F401"]\n')
    for what, (before, _) in FIXABLE.items():
        repo.write(f"{what}.py", before)
    repo.commit()
    return repo


def test_content_is_kept_to_the_byte(fixable: GitRepo, stomper: Stomper) -> None:
    stomper.run(fixable, "fix").check()
    for what, (_, after) in FIXABLE.items():
        assert fixable.read(f"{what}.py") == fixable.content(f"{what}.py") == after, what
    assert fixable.status() == []


@pytest.mark.thorough
def test_content_is_kept_without_a_commit(fixable: GitRepo, stomper: Stomper) -> None:
    stomper.run(fixable, "fix", "--no-commit").check()
    for what, (before, after) in FIXABLE.items():
        assert (fixable.read(f"{what}.py"), fixable.content(f"{what}.py")) == (after, before), what


def test_syntax_error_is_a_diagnostic_that_nobody_fixes(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", PYPROJECT)
    repo.write("good.py", "import os\n")
    repo.commit_file("broken.py", "import os\ndef (:\n")
    result = stomper.run(repo, "fix").check(1)
    assert states(repo) == {"broken.py": "unchanged", "good.py": "fixed"}
    assert "unchanged broken.py: no fixer has a fix for " in result.out
    assert "invalid-syntax" in file_report(repo, "broken.py")["reason"]


def test_file_that_is_not_utf8_ends_in_a_named_state(repo: GitRepo, stomper: Stomper) -> None:
    content = b"# -*- coding: latin-1 -*-\nimport os\nX = '\xe9'\n"
    repo.write("pyproject.toml", PYPROJECT)
    repo.write("good.py", "import os\n")
    repo.commit_file("latin.py", content)
    result = stomper.run(repo, "fix").check(1)
    assert states(repo) == {"good.py": "fixed", "latin.py": "unchanged"}
    assert "unchanged latin.py: no fixer has a fix for E902" in result.out
    assert repo.read("latin.py") == content


def test_empty_file_is_clean(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("empty.py", "")
    assert "nothing to fix" in stomper.run(repo, "fix").check().out


def test_links_are_never_written_through(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("import os\n")
    repo.write("pyproject.toml", PYPROJECT)
    repo.write("folder/real.py", "X = 1\n")
    repo.write("folder/found.py", "import os\n")
    for name, target in {"in.py": "folder/found.py", "out.py": str(outside), "host.py": "/etc/hostname"}.items():
        (repo.path / name).symlink_to(target)
    (repo.path / "linked").symlink_to("folder")
    repo.commit()
    links = {name: entry for name, entry in repo.checkout_state().files.items() if entry[0].startswith("0o12")}
    stomper.run(repo, "fix").check()
    assert states(repo) == {"folder/found.py": "fixed"}
    assert repo.git("diff", "--name-only", "HEAD~", "HEAD") == "folder/found.py"
    assert outside.read_text() == "import os\n"
    now = {name: entry for name, entry in repo.checkout_state().files.items() if entry[0].startswith("0o12")}
    assert now == links
    assert len(links) == 4

    result = stomper.run(repo, "fix", "out.py").check(1)  # a link that was named is not passed over in silence
    assert "skipped out.py: is a symbolic link" in result.out


def test_link_that_a_fixer_makes_of_a_file_is_refused(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("X = 1\n")
    swap = fake_fixer("--delete", "--run", f"ln -s {outside} a.py")
    repo.write("pyproject.toml", PYPROJECT + chain_toml({"swap": swap, "ruff": None}))
    repo.commit_file("a.py", "import os\n")
    stomper.run(repo, "fix").check()
    assert not (repo.path / "a.py").is_symlink()
    assert repo.read("a.py") == b""
    assert outside.read_text() == "X = 1\n"
    assert file_report(repo, "a.py")["attempts"][0]["detail"] == "makes a symbolic link of the file"


def test_executable_stays_executable(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("run.py", "#!/usr/bin/env python3\nimport os\n", executable=True)
    repo.write("lib.py", "import os\n")
    repo.commit()
    stomper.run(repo, "fix").check()
    assert (repo.path / "run.py").stat().st_mode & 0o111
    assert not (repo.path / "lib.py").stat().st_mode & 0o111
    assert repo.git("diff", "--summary", "HEAD~2", "HEAD") == ""
