"""Tell an environment that is Stomper's alone: no project has its packages there, whatever PATH says.

That is where `pipx`, `uv tool` or a person puts Stomper and nothing else. An environment that has more in it is shared
with a project, and may be the project's own.
"""

import functools
import re
import sys
from pathlib import Path

from stomper import process
from stomper.disk.regular_files import read_regular_text

NAMES = ("stomper", "stomper-fix")
INSTALLERS = ("pip", "setuptools", "wheel", "uv")
METADATA = ".dist-info"
NEEDED = re.compile(r"^Requires-Dist:\s*(?P<name>[\w.-]+)(?P<rest>.*)$", re.MULTILINE)


def is_private(folder: Path) -> bool:
    """Say whether this is the environment that Stomper runs in, and nothing but Stomper is installed there."""
    if process.is_frozen() or sys.prefix == sys.base_prefix:
        return False
    return folder.resolve() == Path(sys.prefix).resolve() and _is_stompers_alone(Path(sys.prefix))


@functools.lru_cache(maxsize=1)
def _is_stompers_alone(prefix: Path) -> bool:
    folders = {_canonical(f.name.partition("-")[0]): f for f in prefix.glob(f"lib*/python3*/site-packages/*{METADATA}")}
    found, pending = set[str](), [*NAMES, *INSTALLERS]
    while pending:
        name = pending.pop()
        if name in folders and name not in found:
            found.add(name)
            pending += _needed(folders[name] / "METADATA")
    return found == folders.keys()


def _needed(file: Path) -> list[str]:
    """The distributions that one asks for, but for those of its extras."""
    text = read_regular_text(file, errors="replace").partition("\n\n")[0]
    return [_canonical(found["name"]) for found in NEEDED.finditer(text) if "extra ==" not in found["rest"]]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
