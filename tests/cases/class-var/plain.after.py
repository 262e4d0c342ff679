"""A class."""

from typing import ClassVar
import os


class Table:
    names: ClassVar = []  # of all tables
    widths: ClassVar = {"a": 1,
              "b": 2}
    parts: int = 3

    class Row:
        kinds: ClassVar = {os.sep, "x"}

        def clear(self):
            self.names_of = 3
            return self.kinds
