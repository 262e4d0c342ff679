"""Names that something else sees, or that come to mean something else."""


def seen(work, template):
    try:
        work()
    except ValueError:
        raise RuntimeError(template.format(**locals()))


class Table:
    try:
        names = [].pop()
    except IndexError:
        raise LookupError("a name here would be one of the class")


def forgotten(work):
    try:
        work()
    except ValueError as error:
        del error
        raise RuntimeError("gone")


def taken_apart(work):
    try:
        work()
    except ValueError as error:
        error, *rest = error.args
        raise RuntimeError(rest)


def matched(work, value):
    try:
        work()
    except ValueError as error:
        match value:
            case [error]:
                raise RuntimeError(error)


def shared(work):
    global problem
    try:
        work()
    except ValueError as problem:
        work(problem)
        raise RuntimeError("who knows")


def shadowed(work, ValueError):
    try:
        work()
    except KeyError as error:
        raise ValueError(error)
