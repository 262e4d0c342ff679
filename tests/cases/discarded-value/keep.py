def done() -> None: ...


async def later() -> None: ...


def show(*words: object) -> None: ...


names = ["a"]
[show(name) for name in names]


class Table:
    [show(each) for each in names]

    def wanted(self, name: str) -> int | None:
        [show(name) for name in names]
        show(name)
        value = done()
        if done():
            pass
        seen: set[str] = set()
        show([word for word in names if word in seen or seen.add(word)])
        print(done() and name, done() if name else None, value)
        name and done(); show()
        if name: name and done()
        [
            # why
            show(item)
            for item in names
        ]
        (
            names
            # why
            and done()
        )
        return done()


def looks() -> None:
    [show(number) for number in range(3)]
    show(locals())


def outer() -> None:
    word = "a"

    def inner() -> None:
        nonlocal word
        [show(word) for word in names]

    inner()
    [show(last := letter) for letter in "abc"]
    show(last)
    [show((lambda: item)()) for item in names]
    lambda: show() or [show(one) for one in names]


def of_the_module() -> None:
    [show(names) for names in names]


def lists() -> list[str]:
    [show(number) for number in range(3)]
    return dir()
