"""`[tool.stomper.per-path."PATTERN"]`: each file is fixed by what counts for it."""

from tests.kit.chains import file_report, results
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.repo import GitRepo

UNUSED = "import os\n"
LONG = f"{UNUSED}import sys; sys.exit()\n"
TOML = """
[tool.ruff.lint]
select = ["F", "E"]
[tool.stomper]
fixers = ["ruff"]
[tool.stomper.per-path."kept/**"]
fixers = []
[tool.stomper.per-path."legacy/**"]
fixers = ["bad"]
max_retries = 0
[tool.stomper.per-path."codes/*.py"]
error_types = ["F"]
"""


def test_each_file_is_fixed_by_what_counts_for_it(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", TOML + fixer_table("bad", fake_fixer("--append", "# one more line\n")))
    for path in ("a.py", "kept/a.py", "legacy/a.py", "codes/a.py"):
        repo.write(path, LONG)
    repo.commit("begin")
    stomper.run(repo, "fix", "--trust", "--test-validation", "none").check(1)
    assert (repo.read("a.py"), repo.read("kept/a.py")) == (b"import sys; sys.exit()\n", LONG.encode())
    assert [file_report(repo, f"{name}/a.py")["status"] for name in ("kept", "legacy", "codes")] == [
        *("unchanged", "unchanged", "fixed"),
    ]
    assert [fixer for fixer, _ in results(repo, "legacy/a.py")] == ["bad"]
    assert file_report(repo, "codes/a.py")["before"] == 1
    assert file_report(repo, "kept/a.py")["attempts"] == []
