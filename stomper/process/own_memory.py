"""A limit for the memory that code of our own takes when it works on what others wrote."""

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path

SIZES = Path("/proc/self/statm")
M_ARENA_MAX = -8  # of mallopt(3)


@contextlib.contextmanager
def own_memory(more: int) -> Iterator[None]:
    """Raise MemoryError in code that would have this process grow by more bytes than that.

    It holds for all threads. Without effect where the system does not tell how much a process has (not Linux).
    """
    try:
        now = int(SIZES.read_text().split()[0]) * resource.getpagesize()
    except OSError:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limits = [limit for limit in (now + more, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def fit_into_limit() -> None:
    """Ask for little address space where the user has limited it: the C library would take 128 MB for each thread."""
    if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        import ctypes

        with contextlib.suppress(AttributeError, OSError):  # of the GNU library alone
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
