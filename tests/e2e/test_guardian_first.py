"""No checker and no test is started before the guardian is at its post: until then nobody would end it after a kill."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.kit.cli import ROOT, Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.own import finder_table
from tests.kit.repo import GitRepo

pytestmark = pytest.mark.crew

# Python imports it in each process. Only the guardian is spawned by multiprocessing where a run has one job.
SLOW_START = """
import sys, time
if any("spawn_main" in word for word in sys.orig_argv):
    time.sleep(2)
    open({post!r}, "w").close()
"""
NOTES = "open({log!r}, 'a').write('after\\n' if os.path.exists({post!r}) else 'before\\n')"


@pytest.mark.parametrize("word", ["fix", "resume"])
def test_checkers_and_tests_start_after_the_guardian(
    word: str, repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    """`fix` surveys; `resume` on a HEAD that has moved plans anew before it surveys."""
    log, post, slow = tmp_path / "log", tmp_path / "post", tmp_path / "slow"
    slow.mkdir()
    (slow / "sitecustomize.py").write_text(SLOW_START.format(post=str(post)))
    notes = NOTES.format(log=str(log), post=str(post))
    tests = f"[tool.stomper.tests]\ncommand = {json.dumps([sys.executable, '-c', f'import os; {notes}'])}\n"
    keys = '[tool.stomper]\ncheckers = ["mine"]\nfixers = ["ruff"]\n'
    repo.write("pyproject.toml", f"{keys}{tests}{finder_table(notes)}")
    repo.commit_file("a.py", "bad = 1\n")
    if word == "resume":
        assert stomper.run(repo, "fix", "-j1", "-q", env=crash_at("planned")).code == KILLED
        seconds_until_none_is_marked(hermetic)
        repo.commit_file("b.py", "bad = 2\n")
        log.unlink()
    assert not post.exists()
    stomper.run(repo, word, "-j1", "-q", env={"PYTHONPATH": f"{slow}{os.pathsep}{ROOT}"}).check(1)
    assert set(log.read_text().split()) == {"after"}
