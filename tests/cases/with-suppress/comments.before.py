"""Comments are taken along."""
import os


def remove(path):
    # Before it.
    try:
        # Within it.
        os.remove(path)
    except (OSError, ValueError):
        # Somebody else was faster.
        pass  # so be it
    return path


def close(file):
    try:
        file.close()
    except AttributeError:
        ...
    for number in range(3):
        try: file.read(number)
        except:  # whatever it is
            pass
