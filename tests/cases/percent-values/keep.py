def show(name, number, values):
    print("%s %s" % (*name,))
    print("%s %s" % values)
    print("%*s" % (3, name))
    print("%05s" % (name,))
    print("%.3d" % number)
    print("%#d" % number)
    print("%-05d" % number)
    print("%c" % number)
    print("%(a b)s" % values)
    print("%(class)s" % values)
    print("%(a)s" % {**values})
    print("%(a)s" % {"a": 1, "a": 2})
    print("%s %(a)s" % values)
    print("\x25s" % (name,))
    print(
        "%s"
        % (
            name,  # first
        )
    )
    return "%s%" % (name,)
