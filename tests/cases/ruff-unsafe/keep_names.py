_count = 1
total = 0

for name in "ab":
    total += 1


class Table:
    for key in "ab":
        total = 1


def shadowed(rows):
    for count in rows:
        print(_count)


def seen(rows):
    for row in rows:
        print(locals())


def raised(source):
    raise source.kind(f"no {source.pop()}")


try:
    raise ValueError("at the top")
except ValueError:
    pass
