import os
import sys

if sys.version_info >= (3, 4):
    import contextlib

try:
    os.remove("a")
except OSError:
    pass


def other():
    import contextlib

    return contextlib
