import app


@app.command
def work(names):
    """Do the work.

    >>> work(["first", "second"])  # a session that a program may run, and whose lines are no prose, however long
    """
    text = "a text that is a value, and no docstring, in a line that is longer than the eighty-eight it may have"
    return text
