"""What the doctor says of tests is what a run would do."""

from pathlib import Path

import pytest

from stomper.commands.doctor.tests import _told
from stomper.project_tests.command import TestCommand
from stomper.project_tests.find_commands import Found

FOUND = Found((TestCommand(("python", "-m", "pytest")), TestCommand(("python", "-m", "pytest"), "packages/a")))


@pytest.mark.parametrize(
    ("found", "required", "state", "text"),
    [
        (FOUND, None, "ok", "by `python -m pytest`, `cd packages/a && python -m pytest`"),
        (Found(why_not="no pytest"), None, "problem", "no pytest"),
        (Found(why_not="no pytest"), False, "note", "no pytest"),
        (Found(), None, "note", "no tests were found"),
        (Found(), True, "problem", "no tests were found"),
    ],
)
def test_told(found: Found, required: bool | None, state: str, text: str, tmp_path: Path) -> None:
    said = _told(found, required, tmp_path)
    assert (said.state, said.text) == (state, text)
