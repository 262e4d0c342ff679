"""Doc."""; import subprocess
from os import remove

import contextlib as ctx


class Gone(Exception):
    pass


def removed(path, contextlib):
    with ctx.suppress(Gone, subprocess.TimeoutExpired):
        remove(path)
    return contextlib
