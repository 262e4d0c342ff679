"""Doc."""; import subprocess
from os import remove

import contextlib as ctx


class Gone(Exception):
    pass


def removed(path, contextlib):
    try:
        remove(path)
    except (Gone, subprocess.TimeoutExpired):
        pass
    return contextlib
