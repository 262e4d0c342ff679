"""`stomper fleet status` of a fleet that is at work, killed, and at its end."""

import json
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.fleets import MakeRepo, sample
from tests.kit.hermetic import Hermetic
from tests.kit.kills import seconds_until_none_is_marked
from tests.kit.repo import GitRepo
from tests.kit.wait import eventually

HOLDING = """\
fixers = ["held"]
checkers = ["ruff"]
[fixer.held]
command = ["sh", "-c", "sleep 600", "{file}"]
"""


@pytest.mark.thorough
def test_it_names_repositories_and_files_in_flight(
    make_repo: MakeRepo, stomper: Stomper, tmp_path: Path, hermetic: Hermetic
) -> None:
    place = tmp_path / "fleet"
    place.mkdir()
    held = sample(make_repo, "held")
    held.commit_file("stomper.toml", HOLDING)
    running = stomper.start(place, "fleet", "run", "-", "-q", "--trust", stdin="../held\n../nowhere\n")

    def seen() -> dict[str, object]:
        found = json.loads(stomper.run(place, "fleet", "status", "--format", "json").out or "{}")
        assert isinstance(found, dict)
        return found

    eventually(lambda: '"in_flight": [{' in json.dumps(seen()), "a file in flight")
    now = seen()
    assert (now["state"], now["counts"]) == ("running", {"failed": 1})
    text = stomper.run(place, "fleet", "status").check().out
    assert "running  1 of 2 repositories done, 1 failed" in text
    assert "held  0 of 1 file" in text
    assert "m0.py  held" in text
    assert "1 at work, 0 ready, 0 waiting" in text
    refused = stomper.run(place, "fleet", "run", "-", stdin="../held\n").check(2)
    assert "a fleet is at work in" in refused.err
    running.kill()
    seconds_until_none_is_marked(hermetic)
    assert (
        "killed  1 of 2 repositories done, 1 failed  -> stomper fleet resume"
        in stomper.run(place, "fleet", "status").out
    )
    cleaned = stomper.run(place, "fleet", "cleanup").check().out
    assert "held: removed folder" in cleaned
    assert held.worktrees() == [GitRepo(held.path).path.resolve()]
