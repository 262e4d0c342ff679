O = [1]


def read():
    return [O for O in O]


def default(value=O):
    O = value
    return O
