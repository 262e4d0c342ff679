def work(a):
    # A comment that no formatter breaks, though it is much longer than what a line may be at most.
    text = 'a literal that no formatter breaks, though it is much longer than a line may be at most' + a
    return text
