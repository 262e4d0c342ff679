def load(primary, fallback, strict):
    try:
        return primary()
    except KeyError:
        try:
            fallback()
        except ValueError:
            if strict:
                raise RuntimeError("fallback broken")
        raise RuntimeError("no value")


def deeper(work):
    try:
        work(1)
    except KeyError:
        try:
            work(2)
        except ValueError:
            try:
                work(3)
            except TypeError:
                raise LookupError("all")
            raise LookupError("two")
        finally:
            work(4)
        raise LookupError("one")


def within(work):
    try:
        try:
            work(1)
        except KeyError:
            raise LookupError("inner")
    except LookupError:
        raise RuntimeError("outer")


def inner_function(work):
    try:
        work(1)
    except KeyError:

        def again():
            try:
                work(2)
            except ValueError:
                raise RuntimeError("again")

        again()
        raise RuntimeError("over")


def beside(work):
    try:
        work(1)
    except KeyError:
        raise RuntimeError("a")
    except ValueError:
        raise RuntimeError("b")
