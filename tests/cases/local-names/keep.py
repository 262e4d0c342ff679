l = 1


class Table:
    I = 2


def parameter(l):
    l = l + 1
    return l


def seen(template):
    l = 3
    return template.format(**locals())


def shared():
    global O
    O = 1
