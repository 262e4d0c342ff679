"""The table of checkers in docs/checkers.md is that of the presets; its cells are proved by the real programs."""

from stomper.checkers.result import spans
from stomper.config.load_tools import preset_checker, preset_fixer
from stomper.config.preset_names import BUILT_IN
from stomper.config.presets import shipped
from tests.kit.cli import ROOT

PAGE = ROOT / "docs" / "checkers.md"
TITLES = (
    *("checker", "tested with the real program", "on by default where there is"),
    *("results are the exit codes", "what fixes it", "suppressed by"),
)
HEAD = f"| {' | '.join(TITLES)} |\n{'|---' * len(TITLES)}|\n"


def checkers_table() -> str:
    """A row for each built-in preset."""
    return HEAD + "".join(_row(name) for name in BUILT_IN)


def _row(name: str) -> str:
    preset, checker = shipped(name), preset_checker(name)
    assert checker is not None
    configured = ", ".join(f"`{place}`" for place in checker.configured_by)
    own = f"the fixer `{name}`, " if preset_fixer(name) else ""
    cells = (
        f"[{name}]({preset.documentation})",
        f"yes, {preset.tested}" if preset.tested else "no",
        configured,
        spans(checker.exit_codes),
        f"{own}{preset.fixed_by}",
        f"`{preset.suppressed_by}`",
    )
    return f"| {' | '.join(cells)} |\n"


def test_the_table_is_that_of_the_presets() -> None:
    assert checkers_table() in PAGE.read_text("utf-8"), "write it anew: .venv/bin/python scripts/checkers_table.py"
