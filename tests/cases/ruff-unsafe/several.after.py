def check(a, b, items):
    if a is None:
        return "{}: {!r}".format(a, b)
    for _i, item in enumerate(items):
        print(item)
    c = 1 if b else 2
    return {"a": c}, [1, *items]
