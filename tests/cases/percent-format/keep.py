def show(name, value, names, str):
    print("%s" % name)
    print("%d" % (value,))
    print("%s %.2f" % (name, value))
    print("%(a)s" % {"a": name})
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
    print("%s" "%s" % (name, value))
    print("%05s" % (name,))
    return "%s%" % (name,)
