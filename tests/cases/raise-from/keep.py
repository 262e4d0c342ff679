def bare(work):
    try:
        work()
    except:
        raise RuntimeError("nothing says what was caught")


def rebound(work):
    try:
        work()
    except ValueError as error:
        error = str(error)
        raise RuntimeError(error)


def looped(work):
    try:
        work()
    except ValueError as error:
        for error in ("x", "y"):
            print(error)
        raise RuntimeError("it is a text now")
