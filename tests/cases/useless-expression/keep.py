try:
    buffer
except NameError:
    buffer = None


class Table:
    buffer


def compare(a, b):
    a == b
    [a, b]
