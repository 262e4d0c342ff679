def check(a, b, items):
    if a == None:
        return "%s: %r" % (a, b)
    unused = 3
    for i, item in enumerate(items):
        print(item)
    if b:
        c = 1
    else:
        c = 2
    return dict(a=c), [1] + items
