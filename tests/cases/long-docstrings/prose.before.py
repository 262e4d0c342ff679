"""The docstring of a module, whose first line is longer than it may be, for no good reason."""


class Table:
    """Short.

    A paragraph in which one of the lines is longer than it may be, so that it is broken in two
    parts of which the second is joined to this line.

    - an item that is longer than what there is room for, and that goes on where its text began
    - another one

    :param name: what the table is called, which is written in a line that is longer than allowed
    """

    def read(self, path):
        """Read it.

        Args:
            path (str): where it is, which can be anything that can be opened for reading, and more
        """

    def write(self):
        r"""Write it to where it came from, with everything that was changed since it was read.
        """


class Options(dict[str, int], total=False):
    limit = 3
    """Default: ``3``. How many of them there may be, and it tells what is in it, which may be a long list of many words that no line has room enough for."""
