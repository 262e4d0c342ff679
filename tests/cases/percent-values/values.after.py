def show(name, number, share, values):
    print("{!s}".format(name))
    print("{:d} of {!s}".format(number, name))
    print("{:5.2f}%|{:+d}|{:<5d}|{:05d}|{:x}|{:#o}".format(share, number, number, number, number, number))
    print("{: d}|{:d}|{:e}".format(number, number, share))
    print("{name!s} is {share:.1f}".format(**values))
    print("{name!s} has {number:d}".format(name=name, number=number))
    return (
        "many words about {!s}"
        " and {!r}".format(
            name,
            values,
        )
    )
