def check(a, b):
    print(a == True)
    return "%s" % b.args
