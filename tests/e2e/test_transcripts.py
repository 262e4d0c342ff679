"""docs/transcripts.md shows what a person sees today."""

import re
import sys

import pytest

from stomper import process
from tests.kit.cli import ROOT

PAGE = ROOT / "docs" / "transcripts.md"
SCENES = re.findall(r"<!-- end of (.+) -->", PAGE.read_text("utf-8"))


@pytest.mark.matrix(every=3)
@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_what_a_terminal_shows(scene: str) -> None:
    argv = [sys.executable, "scripts/transcripts.py", scene, "--check"]
    done = process.run(argv, cwd=ROOT, timeout=300)
    assert done.returncode == 0, f"write it anew: .venv/bin/python scripts/transcripts.py '{scene}'"
