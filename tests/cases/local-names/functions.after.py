import os


def count(lines, other):
    line = len(lines)
    for line in lines:
        print(line, f"{line!r}", other.l, other(l=line))
    return [line for line in other], lambda x: x + line


class Reader:
    def read(self, links):
        for link in links:
            yield link
        def inner():
            return obj
        obj = 1
        index = os.sep
        return inner, obj, index

    async def items(self):
        item = []
        item.append(1)
        return item
