import app


@app.command
def work(names):
    """Do the work for all of the names that are given, one after the other, and say
    which of them are done.

    Names that nobody knows are left out, and there is a word about each of them at the
    end of what is printed.
    """
    return work.__doc__
