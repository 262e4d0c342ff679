"""Repositories in which ruff's own, safe fix of some files breaks a test, so that the gate has something to say."""

from collections.abc import Mapping, Sequence

from tests.kit.projects import project_toml
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of
from tests.kit.samples import PYPROJECT

# F401: nothing in the file itself uses `dumps`.
FILE = "from json import dumps\n\n\ndef number() -> int:\n    return {n}\n"
NEEDS = "def test_{name}():\n    from {name} import dumps\n    assert dumps\n"
NEEDS_ONE_OF = (
    "def test_{first}_or_{second}():\n    import {first}, {second}\n"
    "    assert hasattr({first}, 'dumps') or hasattr({second}, 'dumps')\n"
)
GOOD = "def test_good():\n    pass\n"


def module(n: int) -> str:
    return f"m{n:02}"


def modules(*numbers: int) -> list[str]:
    return [f"{module(n)}.py" for n in numbers]


def gate_repo(
    repo: GitRepo,
    count: int,
    *,
    needed: Sequence[int] = (),
    pair: tuple[int, int] | None = None,
    files: Mapping[str, str] | None = None,
    **toml: str,
) -> GitRepo:
    """Commit `count` files with an F401 each; a test needs what the fix of the `needed` ones takes away.

    Of a `pair` it needs one of the two. `files` are added, `toml` is for `project_toml`.
    """
    repo.write("pyproject.toml", f"{PYPROJECT}\n[tool.ruff.lint.per-file-ignores]\n'*test*' = ['ALL']\n")
    repo.write("stomper.toml", project_toml(**toml).replace("[tool.stomper]", "").replace("[tool.stomper.", "["))
    tests = [GOOD, *(NEEDS.format(name=module(n)) for n in needed)]
    tests += [NEEDS_ONE_OF.format(first=module(pair[0]), second=module(pair[1]))] if pair else []
    repo.write("tests/test_all.py", "\n\n".join(tests))
    for n in range(count):
        repo.write(f"{module(n)}.py", FILE.format(n=n))
    for path, content in (files or {}).items():
        repo.write(path, content)
    repo.commit("sample")
    return repo


def proof(n: int) -> str:
    """The id of the test that the fix of the n-th file breaks."""
    return f"tests.test_all::test_{module(n)}"


def dropped(repo: GitRepo) -> dict[str, list[str]]:
    """Path -> tests that it broke, by the last report."""
    return {entry["path"]: entry["tests"] for entry in report_of(repo)["tests"]["dropped"]}


def changed_paths(repo: GitRepo, base: str, head: str = "HEAD") -> list[str]:
    return repo.git("diff", "--name-only", base, head).splitlines()
