import contextlib
import os

from . import contextlib

try:
    os.remove("a")
except OSError:
    pass
