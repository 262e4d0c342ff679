def taken(it):
    return list(next(it) for _ in range(3)), set(next(it) for _ in range(3))


def found(it):
    for _ in range(3):
        if next(it):
            return True
    return False


def of_others(it):
    return dict((one, taken(it)) for one in it)
