"""The keys that `stomper init --all` writes are those of docs/configuration.md."""

from stomper.config.every_key import EVERY_KEY
from tests.kit.cli import ROOT


def test_the_keys_are_those_of_the_page() -> None:
    page = (ROOT / "docs/configuration.md").read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    same = page.removeprefix("[tool.stomper]\n").replace("[tool.stomper.", "[") == EVERY_KEY
    assert same, "write it anew: .venv/bin/python scripts/every_key.py"
