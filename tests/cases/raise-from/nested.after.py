def load(primary, fallback, strict):
    try:
        return primary()
    except KeyError as exc:
        try:
            fallback()
        except ValueError as err:
            if strict:
                raise RuntimeError("fallback broken") from err
        raise RuntimeError("no value") from exc


def deeper(work):
    try:
        work(1)
    except KeyError as error:
        try:
            work(2)
        except ValueError as exc:
            try:
                work(3)
            except TypeError as err:
                raise LookupError("all") from err
            raise LookupError("two") from exc
        finally:
            work(4)
        raise LookupError("one") from error


def within(work):
    try:
        try:
            work(1)
        except KeyError as err:
            raise LookupError("inner") from err
    except LookupError as err:
        raise RuntimeError("outer") from err


def inner_function(work):
    try:
        work(1)
    except KeyError as exc:

        def again():
            try:
                work(2)
            except ValueError as err:
                raise RuntimeError("again") from err

        again()
        raise RuntimeError("over") from exc


def beside(work):
    try:
        work(1)
    except KeyError as err:
        raise RuntimeError("a") from err
    except ValueError as err:
        raise RuntimeError("b") from err
