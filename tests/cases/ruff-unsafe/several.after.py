def check(b, items):
    """Check.

    More.
    """
    for _i, item in enumerate(items):
        print(item)
    c = 1 if b else 2
    if items:
        msg = "none"
        raise ValueError(msg)
    return {"a": c}
