def show(name, number, share, values):
    print("%s" % name)
    print("%d of %s" % (number, name))
    print("%5.2f%%|%+d|%-5d|%05d|%x|%#o" % (share, number, number, number, number, number))
    print("% d|%i|%e" % (number, number, share))
    print("%(name)s is %(share).1f" % values)
    print("%(name)s has %(number)d" % {"name": name, "number": number})
    return (
        "many words about %s"
        " and %r" % (
            name,
            values,
        )
    )
