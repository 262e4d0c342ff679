"""README.md shows what the program prints today, and its links lead somewhere."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from stomper import process
from tests.kit.cli import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_the_session_is_what_the_commands_print() -> None:
    argv = [sys.executable, "scripts/readme_session.py", "--check"]
    done = process.run(argv, cwd=ROOT, timeout=300)
    assert done.returncode == 0, "write it anew: .venv/bin/python scripts/readme_session.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert not broken


def test_the_distribution_has_a_name_of_its_own_and_the_command_is_stomper() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (project["name"], project["scripts"]) == ("stomper-fix", {"stomper": "stomper.__main__:main"})
    assert f"dist/{project['name'].replace('-', '_')}-*.whl" in (ROOT / "README.md").read_text("utf-8")
