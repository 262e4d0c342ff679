"""Ask the project's mypy about operands, and say whether a fix of ruff means the same for what it says they are.

`table.py` has a row for each code. To add one: a function in `rows/` that finds the operands, and a line there.
"""
