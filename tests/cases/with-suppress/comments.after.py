"""Comments are taken along."""
import contextlib
import os


def remove(path):
    # Before it.
    # Somebody else was faster.
    # so be it
    with contextlib.suppress(OSError, ValueError):
        # Within it.
        os.remove(path)
    return path


def close(file):
    with contextlib.suppress(AttributeError):
        file.close()
    for number in range(3):
        # whatever it is
        with contextlib.suppress(BaseException): file.read(number)
