def same(a, b, c):
    return type(a) == type(b) == type(c) or a.kind == str
