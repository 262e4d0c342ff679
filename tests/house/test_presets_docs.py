"""The table of docs/presets.md is that of the presets, whose cells other tests prove by the real programs."""

from stomper.config.load_tools import preset_checker, preset_fixer
from stomper.config.preset_names import preset_names
from stomper.config.presets import Preset, shipped
from tests.kit.cli import ROOT

PAGE = ROOT / "docs" / "presets.md"
HEAD = """\
| preset | is a | run here with | files | what it is | suppressed by |
|---|---|---|---|---|---|
"""
MOST = 4


def presets_table() -> str:
    """A row for each preset."""
    return HEAD + "".join(_row(shipped(name)) for name in preset_names())


def _row(preset: Preset) -> str:
    tools = {"checker": preset_checker(preset.name), "fixer": preset_fixer(preset.name)}
    parts = [part for part, tool in tools.items() if tool]
    include = next((tool.include for tool in tools.values() if tool and tool.include), ())
    more = ", ..." if len(include) > MOST else ""
    cells = (
        f"[{preset.name}]({preset.documentation})",
        ", ".join(parts),
        preset.tested or "*untested*",
        ", ".join(f"`{glob}`" for glob in include[:MOST]) + more or "Python",
        preset.about,
        f"`{preset.suppressed_by}`" if preset.suppressed_by else "-",
    )
    return f"| {' | '.join(cells)} |\n"


def test_the_table_is_that_of_the_presets() -> None:
    assert presets_table() in PAGE.read_text("utf-8"), "write it anew: .venv/bin/python scripts/presets_table.py"
