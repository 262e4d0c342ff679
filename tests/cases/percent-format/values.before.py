import os

LIMIT = 3
WORD = LETTERS = "[a-z]+"
WORDS = "(" + WORD + "|%s)" % LETTERS + "+"

def show(name, value, names):
    print("%s: %r" % (name, value))
    print("{%s}" % (name,))
    print("%10s|%-5s|%.3s|%-8.2s" % (name, name, name, value) + "!")
    print("%s%%" % len(names))
    print("no %s" % ", ".join(names))
    print("%s" % f"{name}!")
    print("%a" % str(value))
    print('it\'s %s\n' % (value,))
    print(r"\d%s" % repr(value))
    print(
        "%s and %s"
        % (
            os.path.join(name, value),
            value or name,
        )
    )
    return ("%s" % 3).strip()


def more(value, *values, **words):
    print("no %r" % words.keys(), "%s" % words)
    print("%s, a %s" % (value, type(value).__name__), "%s" % value.__class__)
    print("%(value)s: %(word)r" % {"value": value, "word": "a"})
    print("%s" % LIMIT, "%s" % __name__)
    both = "a" + WORD + str(value)
    print("%s" % WORDS, "%s" % both)
    print("long"
          " and %s" % (value,))
    print("%d of %03d" % (len(value), 7))
    text = str(value) if value else "none"
    print("%s" % text)
    try:
        print(value)
    except (TypeError, ValueError) as error:
        print("%s" % error)
