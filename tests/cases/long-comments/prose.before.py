# This is a comment of one line, which has more words than there is room for in one line.
def work():
    # It goes on in the line below, and what does not fit in here is written in front of that
    # line where there is room.
    # - an item of a list that is longer than there is room for in a line, and that goes on below
    # - another one
    value = 3  # a comment behind code, which is longer than what there is room for behind it here
    return [
        value,  # (a part) that has a comment behind it, which is longer than what there is room for
    ]


#: limit:
#:     how many of them there may be, which is the number that the caller has given, or three
LIMIT = 3
