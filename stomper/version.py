"""The version of Stomper."""

import json
from pathlib import Path

from stomper import __version__

STAMP = "build_info.json"


def version_text() -> str:
    """The version; in the binary also the commit that it was built from."""
    try:
        stamp = json.loads(Path(__file__).with_name(STAMP).read_text())
    except (OSError, ValueError):
        return __version__
    commit = stamp.get("commit", "")[:12]
    changed = ", changed" if stamp.get("dirty") else ""
    return f"{__version__} ({commit}{changed})" if commit else __version__
