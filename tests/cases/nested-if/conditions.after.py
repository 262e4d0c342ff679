def check(a, b, c):
    # Above.
    # behind
    # Between.
    if a and (b or c):
        # Inside.
        return 1
    if a and b and (c if b else a):
        # Inside too.
        return 2
    # A line end that is in parentheses.
    if ((a or
            b) and c == 3): # and a comment
        return 3
    if c:
        return 4
    # Of the elif.
    elif a and b:
        return 5
