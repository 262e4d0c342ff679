def texts(name, logger, table):
    first = (
        "A text that is longer than it may be, and that has words at which it can be "
        "broken."
    )
    second = (
        f"Dear {name}, this is a text with a place for a name {name!r} and for "
        f"{ name } in it.\n"
    )
    logger.warning(
        "This is what is said when something is wrong with %s, and it goes on and "
        "on: %s",
        name,
        table,
    )
    table["an index"] = (
        'it\'s a text with "quotes" of both kinds \x41 and escapes \N{BULLET} and a '
        'lot more words'
    )
    raise ValueError(
        "There is no table for this name, and there has never been one as far as we "
        "know." % name
    )
    return ("beside another one, "
            "which is much longer than the one before it and which has to be broken "
            "somewhere for that reason")


def pattern():
    return (
        r"\d+ and \s* or something else that is hard to read \w+ and that nobody "
        r"ever reads \b"
    ) + b"".decode()
