import os

LIMIT = 3
WORD = LETTERS = "[a-z]+"
WORDS = "(" + WORD + "|{!s})".format(LETTERS) + "+"

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


def more(value, *values, **words):
    print("no {!r}".format(words.keys()), "{!s}".format(words))
    print("{!s}, a {!s}".format(value, type(value).__name__), "{!s}".format(value.__class__))
    print("{value!s}: {word!r}".format(value=value, word="a"))
    print("{!s}".format(LIMIT), "{!s}".format(__name__))
    both = "a" + WORD + str(value)
    print("{!s}".format(WORDS), "{!s}".format(both))
    print("long"
          " and {!s}".format(value))
    print("{:d} of {:03d}".format(len(value), 7))
    text = str(value) if value else "none"
    print("{!s}".format(text))
    try:
        print(value)
    except (TypeError, ValueError) as error:
        print("{!s}".format(error))
