def work():
    """Work.

    >>> work("with a long argument", "and another one", "and a third one that makes it too long")

    ====== ===================================================================================
    column another column whose width is given by the line above, so that it cannot be broken
    ====== ===================================================================================

    Like this::

        literal text that must stay as it is, because white space means something in here, always

    .. note:: a directive whose argument is longer than it may be, which is left alone by all of us

    https://example.com/a/path/that/has/no/spaces/and/that/is/much/longer/than/a/line/may/be/at/all
    """


def p_rule(p):
    """expression : expression PLUS expression | expression MINUS expression | expression TIMES x"""
