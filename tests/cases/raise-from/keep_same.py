"""What is raised may be what was caught."""

from errors_of_nobody import wrap

ERRORS = {}


def made(error):
    return error


class Holder:
    __slots__ = ("error",)

    def __new__(cls, *args):
        return super().__new__(cls)


def same(work, tb, holder, flag, cls):
    try:
        work()
    except ValueError as error:
        raise error.with_traceback(tb)
    except KeyError as error:
        raise holder.error
    except OSError as error:
        raise holder.wrap()
    except TypeError as error:
        raise wrap(error)
    except LookupError as error:
        raise made(error)
    except ArithmeticError as error:
        raise error if flag else ValueError("b")
    except BufferError as error:
        raise cls(error)
    except ImportError as error:
        raise ERRORS[0]
    except EOFError as error:
        raise (other := error)
    except NameError as error:
        raise holder.Error
    except RuntimeError as error:
        raise getattr(holder, "error")
    except MemoryError as error:
        raise Holder(error)
    except SyntaxError as error:
        raise error.__context__
