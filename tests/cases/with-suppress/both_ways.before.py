import os

try:
    from contextlib import suppress
except ImportError:
    raise SystemExit("too old")

try:
    os.remove("a")
except OSError:
    pass
