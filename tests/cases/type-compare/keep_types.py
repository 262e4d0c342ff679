class Meta(type):
    def __eq__(cls, other):
        return cls.__name__ == other.__name__

    __hash__ = type.__hash__


class Kind(metaclass=Meta):
    pass


def same(a, b):
    return type(a) == type(b)
