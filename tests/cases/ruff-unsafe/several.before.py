def check(b, items):
    """Check.
    
    More.  
    """
    unused = 3
    for i, item in enumerate(items):
        print(item)
    if b:
        c = 1
    else:
        c = 2
    if items:
        raise ValueError("none")
    return dict(a=c)
