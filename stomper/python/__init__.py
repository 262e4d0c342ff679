"""Read Python source: bytes to text, tokens and syntax tree, also of newer Pythons than the one that runs.

On floor 0: every folder on a higher floor may import it.

Everyone who looks into Python code reads it here. What cannot be read is a `CannotReadError`, never an empty file.
"""

from stomper.python.decode import CannotReadError, decode, is_python
from stomper.python.lexing import Token, read_tokens
from stomper.python.notebook import CellText, cells, line_in_cells, magic_words, no_python, read_cells
from stomper.python.notebook_cells import NOTEBOOK, Notebook, is_notebook, read_notebook
from stomper.python.notebook_places import CellPlaces
from stomper.python.notebook_splice import with_cells_of, with_sources
from stomper.python.tree import fresh_tree, parse_module, parses, read_tree, same_code

__all__ = [
    "NOTEBOOK",
    "CannotReadError",
    "CellPlaces",
    "CellText",
    "Notebook",
    "Token",
    "cells",
    "decode",
    "fresh_tree",
    "is_notebook",
    "is_python",
    "line_in_cells",
    "magic_words",
    "no_python",
    "parse_module",
    "parses",
    "read_cells",
    "read_notebook",
    "read_tokens",
    "read_tree",
    "same_code",
    "with_cells_of",
    "with_sources",
]
