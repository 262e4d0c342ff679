import os


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
