import contextlib as _contextlib
import os
import sys

if sys.version_info >= (3, 4):
    import contextlib

with _contextlib.suppress(OSError):
    os.remove("a")


def other():
    import contextlib

    return contextlib
