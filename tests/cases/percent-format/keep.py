def show(name, value, names, str):
    print("%s" % name)
    print("%d" % (value,))
    print("%s %.2f" % (name, value))
    print("%(a)s" % names)
    print("%(a)s %(b)s" % {"a": name})
    print("%(a)d" % {"a": name})
    print("%s" % str(name))
    print("%s" % name.strip())
    print("%s %s" % (*names,))
    print(
        "%s %s"
        % (
            name,  # first
            value,
        )
    )
    print("\x25s" % (name,))
    print("\N{EM DASH}%s" % (name,))
    print("%*s" % (3, name))
    print("%05s" % (name,))
    return "%s%" % (name,)


GIVEN_TWICE = 1
GIVEN_TWICE = ()
GIVEN_LATER = 1
LIST = [1]


def change():
    global GIVEN_LATER
    GIVEN_LATER = ()


def more(value, *values, **words):
    print("%s" % GIVEN_TWICE, "%s" % GIVEN_LATER)
    print("%s" % values, "%s" % value, "%s" % value.keys(), "%s" % value.__name__)
    maybe = "text" if value else value
    print("%s" % maybe)
    one, two = two, one = "", ""
    print("%s" % one)
    text = ""
    text += value
    print("%s" % text)
    a = b = ""
    a = b
    b = a
    print("%s" % a)
    first = "a" + value
    last = value + "a"
    third = LIST + "a"
    print("%s" % first, "%s" % last, "%s" % third)
    words = ()
    print("%s" % words)
    for each in values:
        print("%s" % each)
    print(["%s" % each for each in values], [("%s" % text) for text in values])
    len = value
    print("%d" % len(value), "%s" % len(value))

    class Local:
        text = ()
        shown = "%s" % text

    def inner():
        nonlocal maybe
        maybe = ()
        print("%s" % maybe)

    return Local, inner
