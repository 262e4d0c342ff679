def check(a, b):
    if a:
        # pragma: no cover
        if b:
            return 1
    if (a  # why
            or b):
        # Between.
        if b:
            return 2
    return 3
