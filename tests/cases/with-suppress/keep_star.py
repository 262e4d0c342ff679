from os import *
import contextlib

try:
    remove("a")
except OSError:
    pass
