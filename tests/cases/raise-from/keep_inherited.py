class Once(Exception):
    one = None

    def __new__(cls, *args):
        cls.one = cls.one or super().__new__(cls)
        return cls.one


class Twice(Once):
    pass


def again(work):
    try:
        work()
    except Twice:
        raise Twice("again")
