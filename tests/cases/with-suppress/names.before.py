"""Doc."""; import sys
from os import remove

import contextlib as ctx


class Gone(Exception):
    pass


def removed(path, contextlib):
    try:
        remove(path)
    except (Gone, sys.last_exc):
        pass
    return contextlib
