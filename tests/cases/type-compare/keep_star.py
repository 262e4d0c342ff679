from strange import *


def same(a):
    return type(a) == type(int)
