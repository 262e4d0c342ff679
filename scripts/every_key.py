"""Write stomper/config/every_key.py anew, from the block of docs/configuration.md.

.venv/bin/python scripts/every_key.py
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULE = ROOT / "stomper" / "config" / "every_key.py"
MARK = '"""\\\n'


def main() -> None:
    """Put the keys, as stomper.toml has them, between the quotes of the module."""
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    block = page.partition("```toml\n")[2].partition("```")[0]
    keys = block.removeprefix("[tool.stomper]\n").replace("[tool.stomper.", "[")
    head = MODULE.read_text("utf-8").partition(MARK)[0]
    MODULE.write_text(f'{head}{MARK}{keys}"""\n', "utf-8")


if __name__ == "__main__":
    main()
