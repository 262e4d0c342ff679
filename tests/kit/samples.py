"""Sample repositories whose findings are known."""

from tests.kit.repo import GitRepo

PYPROJECT = """\
[project]
name = "sample"
version = "1.0"

[tool.ruff.lint]
select = ["E", "F", "I"]
"""
FOLDERS = ("", "app/", "app/core/", "lib/")
# Two findings that ruff fixes: `os` is unused (F401), and the imports are not sorted (I001).
FIXABLE = """\
import sys
import os


def number_{n}() -> int:
    return len(sys.argv) + {n}
"""
FIXED = """\
import sys


def number_{n}() -> int:
    return len(sys.argv) + {n}
"""
# One that it does not: `undefined_name` (F821).
UNFIXABLE = """\
def broken() -> int:
    return undefined_name
"""
UNFIXABLE_PATH = "app/unfixable.py"


def finding_path(n: int) -> str:
    """Where the n-th sample file is; a few are in sub-folders."""
    return f"{FOLDERS[n % len(FOLDERS)]}module_{n:03}.py"


def finding_paths(count: int) -> list[str]:
    """The sample files in the order of a plan (sorted)."""
    return sorted(finding_path(n) for n in range(count))


def findings_repo(repo: GitRepo, count: int, *, unfixable: bool = False, pyproject: str = "") -> GitRepo:
    """Commit `count` files with F401 and I001 each, and one with F821 if asked. `pyproject` is added to the file."""
    repo.write("pyproject.toml", PYPROJECT + ("\n" + pyproject if pyproject else ""))
    for n in range(count):
        repo.write(finding_path(n), FIXABLE.format(n=n))
    if unfixable:
        repo.write(UNFIXABLE_PATH, UNFIXABLE)
    repo.commit("sample")
    return repo


def fixed_content(n: int) -> bytes:
    """What the n-th sample file is after ruff's fixes."""
    return FIXED.format(n=n).encode()


def later_commit(repo: GitRepo) -> str:
    """A commit on top of the checked-out one that nothing refers to: it changes a.py and adds new.py."""
    repo.write("a.py", "one\n")
    repo.write("b.py", "one\n")
    repo.write(".gitignore", "*.log\n")
    base = repo.commit("base")
    repo.write("a.py", "fixed\n")
    repo.write("new.py", "new\n")
    commit = repo.commit("fixed")
    repo.git("reset", "--quiet", "--hard", base)
    return commit
