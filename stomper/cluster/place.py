"""The place of a scheduler, as users name it, and whether there is a Dask to ask it with."""

import importlib.metadata
import os
from pathlib import Path

from stomper.errors import UsageError
from stomper.text.printable import printable

INSTALL = "Install it here and on the workers: pip install 'stomper-fix[cluster]'. A built program has no Dask."


def version_of_dask() -> str | None:
    """Give the version of Dask distributed, None where it is not installed. Nothing of it is loaded."""
    try:
        return importlib.metadata.version("distributed")
    except importlib.metadata.PackageNotFoundError:
        return None


def place_of_cluster(text: str, folder: Path) -> str:
    """Give an address as it is, the path of a scheduler file as an absolute one, from `folder` on; '' for none.

    Raises UsageError for an address that has a password in it.
    """
    if "://" not in text:
        return os.path.abspath(folder / os.path.expanduser(text)) if text else ""  # noqa: PTH100, PTH111
    if "@" in text:
        raise UsageError(f"--cluster {printable(text.rpartition('@')[2])}: the address of a scheduler has no password")
    return text
