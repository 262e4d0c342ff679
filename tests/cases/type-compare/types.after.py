class Kind:
    pass


def same(a, b):
    if type(a) is type(b):
        return True
    return type(a) is not int and (type(a) is Kind)
