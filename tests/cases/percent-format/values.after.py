import os


def show(name, value, names):
    print("{!s}: {!r}".format(name, value))
    print("{{{!s}}}".format(name))
    print("{!s:>10}|{!s:<5}|{!s:.3}|{!s:<8.2}".format(name, name, name, value) + "!")
    print("{!s}%".format(len(names)))
    print("no {!s}".format(", ".join(names)))
    print("{!s}".format(f"{name}!"))
    print("{!a}".format(str(value)))
    print('it\'s {!s}\n'.format(value))
    print(r"\d{!s}".format(repr(value)))
    print(
        "{!s} and {!s}".format(
            os.path.join(name, value),
            value or name,
        )
    )
    return ("{!s}".format(3)).strip()
