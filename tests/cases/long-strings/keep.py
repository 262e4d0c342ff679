def texts(name):
    """Docstrings are not literals that one could break at any place, so they are left alone by this."""
    url = "https://example.com/a/path/that/has/no/spaces/and/that/is/much/longer/than/a/line/may/be"
    query = f"{name.with_a_long_method('and', 'some', 'arguments', 'to', 'it', 'which', 'cannot', 'be')}"
    backslash = "an implicit one " \
        "that goes on behind a backslash, where another line would not be part of the same statement"
    block = """A literal in triple quotes, whose line ends are part of what it says, so that it stays as it is
    """
    return url, query, backslash, block
