def check(a, b, c):
    # Above.
    if a:  # behind
        # Between.
        if b or c:
            # Inside.
            return 1
    if a and b:
        if c if b else a:
            # Inside too.
            return 2
    if (a or
            b):
        # A line end that is in parentheses.
        if c == 3: # and a comment
            return 3
    if c:
        return 4
    elif a:
        # Of the elif.
        if b:
            return 5
