"""What a release is made of: notes from the change log, and a list of all that is in it."""

import json
import runpy
import subprocess
import sys
from importlib.metadata import version

import pytest

from tests.kit.cli import ROOT

NOTES = runpy.run_path(str(ROOT / "scripts" / "release_notes.py"))
CHANGELOG, UNRELEASED, notes_of = NOTES["CHANGELOG"], NOTES["UNRELEASED"], NOTES["notes_of"]
sbom = runpy.run_path(str(ROOT / "scripts" / "sbom.py"))["sbom"]

LOG = """# Changelog

## [Unreleased]

## [0.2.0] - 2030-01-01

### Added

- two

## [0.1.0] - 2029-01-01
- one

[0.1.0]: https://example.org
"""


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("0.2.0", "### Added\n\n- two"), ("0.1.0", "- one"), (UNRELEASED, ""), ("0.2", ""), ("9", "")],
)
def test_notes_are_the_section_of_a_version(wanted: str, expected: str) -> None:
    assert notes_of(wanted, LOG) == expected


def test_there_is_something_to_release() -> None:
    assert notes_of(UNRELEASED, CHANGELOG.read_text("utf-8"))
    argv = [sys.executable, str(ROOT / "scripts" / "release_notes.py"), "v99.0"]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "CHANGELOG.md says nothing of 99.0\n")


def test_the_list_has_all_that_is_needed_with_its_licence_and_nothing_for_tests() -> None:
    made = sbom()
    assert json.dumps(made) == json.dumps(sbom())
    parts = {part["name"]: part for part in made["components"]}
    assert {"click", "ruff", "libcst", "pydantic-core", "python"} <= set(parts)
    assert not {"pytest", "mypy", "pyinstaller", "stomper-fix"} & set(parts)
    assert parts["click"]["purl"] == f"pkg:pypi/click@{version('click')}"
    assert [name for name, part in parts.items() if "licenses" not in part] == []
    references = [part["bom-ref"] for part in made["components"]]
    assert len(set(references)) == len(references)
    assert set(made["dependencies"][0]["dependsOn"]) < set(references)
