"""`stomper fix` with a model endpoint and nothing else: the air-gapped case."""

from pathlib import Path

import pytest

from tests.fakes.endpoint import Endpoint, Script
from tests.kit.cli import Stomper
from tests.kit.fakes import only_git
from tests.kit.repo import GitRepo
from tests.kit.runs import BOTH_WAYS, states
from tests.kit.samples import findings_repo

pytestmark = pytest.mark.crew

FILES = 4
UNCLEAR = "l = 1\n"  # E741, for which ruff has no fix
CLEAR = Script(old=UNCLEAR, new="length = 1\n")
TABLE = """\
[tool.stomper]
fixers = ["ruff"]
[tool.stomper.agent.openai]
model = "M"
base_url = "{url}/v1"
[tool.ruff.lint]
select = ["E", "F"]
"""


@pytest.mark.unproved
@BOTH_WAYS
def test_files_are_fixed_without_any_program(repo: GitRepo, stomper: Stomper, tmp_path: Path, how: str) -> None:
    for number in range(FILES):
        repo.write(f"m{number}.py", f'"""Module {number}."""\n\nimport os\n\n{UNCLEAR}')
    with Endpoint(CLEAR) as endpoint:
        repo.write("pyproject.toml", TABLE.format(url=endpoint.url))
        repo.commit()
        settings = (repo.git_dir / "config").read_bytes()
        stomper.run(repo, "fix", "--agent", "openai", "-j", "2", env=only_git(tmp_path / "bin")).check()
        assert sorted(row["file"] for row in endpoint.rows) == [f"m{number}.py" for number in range(FILES)]
    assert set(states(repo).values()) == {"fixed"}
    assert all("length = 1" in (repo.path / f"m{number}.py").read_text() for number in range(FILES))
    assert (repo.git_dir / "config").read_bytes() == settings


def test_an_agent_without_a_model_is_a_mistake(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    result = stomper.run(repo, "fix", "--agent", "openai").check(2)
    assert "the agent 'openai' needs a model" in result.err
    assert "hint: Name it: model = 'NAME' below [tool.stomper.agent.openai] in pyproject.toml" in result.err
