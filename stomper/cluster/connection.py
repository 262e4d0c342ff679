"""The connection to a scheduler of Dask, with the settings of distributed (TLS among them) as the user has them."""

import contextlib
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from stomper.cluster.on_worker import about
from stomper.cluster.place import INSTALL
from stomper.errors import ConfigError, StomperError, ToolError, UsageError
from stomper.text.printable import one_line
from stomper.version import version_text

Client: TypeAlias = Any
"""That of distributed, most of whose functions say nothing of types."""

CONNECTING = 30.0  # seconds
MOMENT = 5.0  # seconds for which what is known of the workers is new enough
NOBODY = 300.0  # seconds without any worker, after which nobody is waited for any more
TALKERS = ("distributed", "distributed.client", "distributed.core", "bokeh", "tornado", "tornado.application")
QUIET = {"distributed.admin.large-graph-warning-threshold": "2GiB"}


class ClusterError(ToolError):
    """The cluster as a whole cannot be worked with; the repositories and files are not to blame."""


class Connection:
    """A scheduler that tasks can be given to, from several threads."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self._looked = 0.0
        self._threads: dict[str, int] = {}
        self._seen = time.monotonic()

    def submit(self, key: str, function: Callable[..., Any], *words: object) -> Any:
        """Give a task to the cluster; what it gives is a future of distributed. Raises ClusterError."""
        try:
            return self.client.submit(function, *words, key=key, pure=False)
        except Exception as error:
            raise self._gone() from error

    def _gone(self) -> ClusterError:
        return ClusterError(f"the scheduler at {self.address} is gone")

    def require(self) -> None:
        """Raises ClusterError if the scheduler is gone, or if there was no worker for long."""
        if self.client.status in ("closed", "closing", "newly-created"):
            raise self._gone()
        now = time.monotonic()
        if now - self._looked < MOMENT or self.client.status != "running":
            return
        self._looked = now
        with contextlib.suppress(OSError, TimeoutError):
            self._threads = dict(self.client.nthreads())
            self._seen = now if self._threads else self._seen
        if now - self._seen > NOBODY:
            raise ClusterError(f"the scheduler at {self.address} has had no worker for {NOBODY / 60:.0f} minutes")


@contextlib.contextmanager
def connected(place: str) -> Iterator[Connection]:
    """Connect to the scheduler at an address, or to that which a scheduler file names, for the length of a `with`.

    Raises UsageError if nobody answers there, ConfigError if Dask is not installed, or if a worker that is there has
    another version than this.
    """
    client = _connect(place)
    try:
        require_same_versions(client)
        yield Connection(client, place)
    finally:
        with contextlib.suppress(Exception):  # it may be gone
            client.close(timeout=CONNECTING)


def require_dask() -> None:
    """Raises ConfigError if Dask distributed is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise ConfigError("--cluster needs Dask distributed, which is not installed", INSTALL) from None


def _connect(place: str) -> Client:
    require_dask()
    import dask
    import distributed

    for name in TALKERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    dask.config.set(QUIET)
    where = {"address": place} if "://" in place else {"scheduler_file": _scheduler_file(place)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kind: Client = distributed.Client
            return kind(**where, timeout=CONNECTING, set_as_default=False, name="stomper")
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        hint = "Is it the address that `dask scheduler` prints? TLS is set up in the configuration of distributed."
        raise UsageError(f"no scheduler of Dask answers at {place}: {one_line(str(error))[:300]}", hint) from None


def _scheduler_file(place: str) -> str:
    """Raises UsageError for a file that is not there: Dask would wait for it."""
    if not Path(place).is_file():
        raise UsageError(f"--cluster {place}: that is no address (tcp://..., tls://...), and there is no such file")
    return place


def require_same_versions(client: Client) -> None:
    """Raises ConfigError if a worker that is there now has another version of Stomper, or cannot load it."""
    try:
        found = client.run(about, on_error="return")
    except (OSError, TimeoutError, StomperError) as error:
        raise UsageError(f"the workers do not answer: {one_line(str(error))}") from None
    for worker, said in sorted(found.items()):
        if isinstance(said, BaseException):
            raise ConfigError(f"the worker {worker} cannot load Stomper: {one_line(repr(said))[:300]}", INSTALL)
        if said["version"] != version_text():
            raise ConfigError(different(worker, said["version"]), INSTALL)
        if not said["git"]:
            raise ConfigError(f"the worker {worker} has no git", "Install git there.")


def different(worker: str, version: str) -> str:
    """Say that a worker has another version."""
    return f"the worker {worker} has Stomper {version}, and this is {version_text()}"
