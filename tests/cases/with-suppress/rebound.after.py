import contextlib as _contextlib
import contextlib
import os

from . import contextlib

with _contextlib.suppress(OSError):
    os.remove("a")
