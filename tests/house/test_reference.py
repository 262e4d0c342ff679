"""The reference and the schemas in docs/ are those of the program; `scripts/reference.py` writes them anew."""

import re
from pathlib import Path

import click
import pytest

from stomper import errors
from stomper.cli.main import stomper
from stomper.cli.manual.markdown import commands_page
from stomper.cli.manual.walk import all_entries
from stomper.config.schema import config_schema
from stomper.report.schema import report_schema
from stomper.text.printable import json_text
from tests.house.reference_pages import configuration_page, report_page
from tests.kit.cli import ROOT

DOCS = ROOT / "docs"


def made() -> dict[Path, str]:
    """What is made from the program, by where it is."""
    root = click.Context(stomper, info_name="stomper", **stomper.context_settings)
    return {
        DOCS / "reference" / "commands.md": commands_page(all_entries(root)),
        DOCS / "reference" / "configuration.md": configuration_page(config_schema()),
        DOCS / "reference" / "report.md": report_page(report_schema()),
        DOCS / "schemas" / "stomper.schema.json": json_text(config_schema(), indent=2) + "\n",
        DOCS / "schemas" / "report.schema.json": json_text(report_schema(), indent=2) + "\n",
    }


@pytest.mark.parametrize("path", sorted(made()), ids=lambda path: path.name)
def test_a_page_is_that_of_the_program(path: Path) -> None:
    same = path.is_file() and path.read_text("utf-8") == made()[path]
    assert same, "write it anew: .venv/bin/python scripts/reference.py"


def test_the_exit_codes_are_those_of_the_program() -> None:
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    section = (DOCS / "usage.md").read_text("utf-8").partition("## Exit codes")[2].partition("\n\n`")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)} == codes
    help_text = (stomper.help or "").partition("Exit codes:")[2]
    assert {int(code) for code in re.findall(r"\b\d+\b", help_text)} == codes
