"""Each tool's own comments in whole runs: all is accepted, nothing else changes, and comments go with their causes.

`STOMPER_TEST_FINDINGS=100` makes so many findings for each tool.
"""

import json
import os
import sys

import pytest

from stomper.python import same_code
from tests.kit.accepted import ACCEPTED, CODESPELL_TABLE, Accepted
from tests.kit.cli import Stomper
from tests.kit.fakes import real_tool
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

FINDINGS = int(os.environ.get("STOMPER_TEST_FINDINGS", "16"))
FILES = 2


def configured(tool: str) -> str:
    table = CODESPELL_TABLE if tool == "codespell" else ""
    return (
        f"[tool.stomper]\ncheckers = {json.dumps([tool])}\n"
        f"[tool.stomper.environment]\npython = {json.dumps(sys.executable)}\n{table}"
    )


def project(repo: GitRepo, tool: str, case: Accepted) -> dict[str, str]:
    """Commit a project with findings of a tool; its files of Python by their paths."""
    repo.write("pyproject.toml", configured(tool))
    for path, text in case.files:
        repo.write(path, text)
    texts = {f"a{i}.py": case.text(range(i, FINDINGS, FILES)) for i in range(FILES)}
    for path, text in texts.items():
        repo.write(path, text)
    repo.commit("sample")
    return texts


@pytest.mark.matrix(every=9)
@pytest.mark.parametrize("tool", ACCEPTED)
def test_all_is_accepted_and_the_comments_go_with_their_causes(repo: GitRepo, stomper: Stomper, tool: str) -> None:
    if real_tool(tool) is None:
        pytest.skip(f"{tool} is not installed")
    case = ACCEPTED[tool]
    before = project(repo, tool, case)
    found = stomper.run(repo, "check").check(1)
    stomper.run(repo, "baseline", "suppress", "--report", "r.json").check(0)
    summary = json.loads((repo.path / "r.json").read_text())["summary"]
    assert summary["diagnostics_suppressed"] == summary["diagnostics_before"] >= FINDINGS, found.out
    accepted = {path: repo.content(path).decode() for path in before}
    assert all(same_code(text, accepted[path]) for path, text in before.items())
    stomper.run(repo, "check").check(0)
    for path, text in accepted.items():
        repo.write(path, case.without_causes(text))
    repo.commit("right")
    stomper.run(repo, "fix", "--remove-stale", "--fixer", "codemods").check(0)
    assert {path: repo.content(path).decode() for path in before} == {
        path: case.without_causes(text) for path, text in before.items()
    }
    assert report_of(repo)["summary"]["diagnostics_after"] == 0
