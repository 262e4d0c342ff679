import os.path


def queried(frame):
    for l in frame:
        print(frame.query("a > @l"))


def mentioned(lines):
    get = locals
    for l in lines:
        print(get())


def read_outside():
    print(I)

    def inner():
        for I in os.path.sep:
            print(I)

    return inner


def imported():
    import l.m

    for l in [l]:
        print(l)
