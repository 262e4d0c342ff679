"""The folder that the one-file binary unpacks itself to: whose it is, and who removes it when its owners are gone.

The binary's loader removes it after its child, this program, has ended. If the loader was killed this
program does it, where both were the guardian of the run; and where nobody was left the next start of the
binary does, by a note in the folder that names its owners.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

from stomper.disk.atomic_write import write_atomically
from stomper.disk.private_files import ForeignError, open_private, why_not_own
from stomper.disk.remove_trees import delete_what_goes
from stomper.process.environment import is_frozen

# Asked at once: later it may be the number of whoever took the place of one that was killed.
STARTED_BY = os.getppid()
PREFIX = "_MEI"
OWNERS = "stomper-owners.json"


def unpacked_folder() -> str | None:
    """The temporary folder that the one-file binary unpacked itself to, None for anything else."""
    folder = getattr(sys, "_MEIPASS", None)
    return folder if is_frozen() and folder and Path(folder).name.startswith(PREFIX) else None


def loader_is_gone() -> bool:
    """Return whether the loader of the one-file binary, this process's parent, has been killed.

    It runs the same file as this process does; whoever takes its place does not. A zombie runs none.
    """
    try:
        return os.readlink(f"/proc/{os.getppid()}/exe") != os.readlink("/proc/self/exe")  # noqa: PTH115  # compared as text, never used as paths
    except FileNotFoundError:
        return Path("/proc/self/exe").exists() or os.getppid() != STARTED_BY
    except OSError:
        return os.getppid() != STARTED_BY


def stand_in_for_loader() -> None:
    """Remove what the one-file binary unpacked, where its loader is no longer there to do it. For the very end."""
    folder = unpacked_folder()
    if folder is not None and loader_is_gone():
        delete_what_goes(Path(folder))


def claim_unpacked() -> None:
    """Note who owns the folder of this binary, and remove those beside it whose owners are dead.

    Nothing is done for a program that is not the binary. What cannot be read or removed stays.
    """
    folder = unpacked_folder()
    if folder is None:
        return
    with contextlib.suppress(OSError):
        note = json.dumps(_births(os.getpid(), STARTED_BY)).encode()
        write_atomically(Path(folder) / OWNERS, note, durable=False, private=True)
    for place in Path(folder).parent.glob(f"{PREFIX}*/{OWNERS}"):
        if _abandoned(place):
            delete_what_goes(place.parent)


def _births(*pids: int) -> dict[str, float]:
    """When each of these that is alive began: a number that is in use again is not the same process."""
    import psutil

    from stomper.process.process_trees import is_alive

    births = {}
    for pid in filter(is_alive, pids):
        with contextlib.suppress(psutil.Error):
            births[str(pid)] = psutil.Process(pid).create_time()
    return births


def _abandoned(note: Path) -> bool:
    """Return whether a folder is this user's and none of the owners in its note is alive."""
    try:
        # In a folder for all (/tmp) anybody can put such a note anywhere, or a link to one.
        if why_not_own(note.parent):
            return False
        with os.fdopen(open_private(note, os.O_RDONLY), "rb") as file:
            owners = json.loads(file.read())
        if not isinstance(owners, dict) or not owners:
            return False
        living = _births(*map(int, owners))
        return not any(living.get(pid) == born for pid, born in owners.items())
    except (OSError, ValueError, ForeignError):
        return False
