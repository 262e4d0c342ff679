class Kind:
    pass


def same(a, b):
    if type(a) == type(b):
        return True
    return type(a) != int and (type(a)  ==  Kind)
