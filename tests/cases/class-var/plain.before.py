"""A class."""

import os


class Table:
    names = []  # of all tables
    widths = {"a": 1,
              "b": 2}
    parts: int = 3

    class Row:
        kinds = {os.sep, "x"}

        def clear(self):
            self.names_of = 3
            return self.kinds
