"""The kernel's keyrings (keyrings(7)): what a login session keeps in there is not for a program in a sandbox.

No namespace takes a session keyring away: whoever has inherited it reads its keys, tickets of Kerberos among them,
and may revoke them. So such a program begins with an empty one of its own.

The keyring is a thread's, and what a thread starts inherits it. So a thread that has left starts the program. To leave
between fork and exec would cost a copy of this process for each program: 7 ms in a worker, more in a larger one.
"""

import contextlib
import ctypes
import functools
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Executor

# keyctl(2) by its number, for the C library has no function for it.
KEYCTL = {
    **dict.fromkeys(("aarch64", "riscv64", "loongarch64"), 219),
    "x86_64": 250,
    "ppc64le": 271,
    "s390x": 280,
    "i686": 288,
    "armv7l": 311,
}
JOIN_SESSION = 1


@functools.cache
def leaving() -> Callable[[], object] | None:
    """The call by which a thread leaves the session keyring that it was born with; None if there is none.

    If the kernel has no keyrings, or no room for one more, it changes nothing.
    """
    number = KEYCTL.get(os.uname().machine) if sys.platform == "linux" else None
    if number is None:
        return None
    words = (ctypes.c_long(number), ctypes.c_long(JOIN_SESSION), ctypes.c_void_p(None))
    return functools.partial(ctypes.CDLL(None).syscall, *words)


@contextlib.contextmanager
def without_keys() -> "Iterator[Executor]":
    """Give a thread that has left the session keyring, for the length of a `with`.

    It has to last as long as what it starts: bubblewrap ends with the thread that started it, not with the process.
    """
    from concurrent.futures import ThreadPoolExecutor  # needed for sandboxes only

    with ThreadPoolExecutor(1, initializer=leaving()) as thread:
        yield thread
