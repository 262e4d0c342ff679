import os


def count(lines, other):
    l = len(lines)
    for l in lines:
        print(l, f"{l!r}", other.l, other(l=l))
    return [l for l in other], lambda x: x + l


class Reader:
    def read(self, links):
        for l in links:
            yield l
        def inner():
            return O
        O = 1
        I = os.sep
        return inner, O, I

    async def items(self):
        l = []
        l.append(1)
        return l
