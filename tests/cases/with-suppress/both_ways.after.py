import os

try:
    from contextlib import suppress
except ImportError:
    raise SystemExit("too old")

with suppress(OSError):
    os.remove("a")
