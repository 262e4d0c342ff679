l = 1


class Table:
    I = 2


def parameter(l):
    l = l + 1
    return l


def seen(template):
    l = 3
    return template.format(**locals())


def shown(lines):
    for O in lines:
        print(f"{O=}")


def shared():
    global O
    O = 1
