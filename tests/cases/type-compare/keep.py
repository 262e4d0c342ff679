def same(a, b, c):
    return type(a) == type(b) == type(c) or a.kind == str


def dtype(a, array):
    return type(a) == array.dtype


def parameter(a, str):
    return type(a) == str
