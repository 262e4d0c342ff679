"""The version of Stomper."""

import json
from pathlib import Path
from typing import Any

from stomper import __version__

STAMP = "build_info.json"


def packages() -> dict[str, str]:
    """The packages that the binary was built from, with their versions; none elsewhere."""
    return dict(_stamp().get("packages", {}))


def version_text() -> str:
    """The version; in the binary also the commit that it was built from."""
    stamp = _stamp()
    commit = stamp.get("commit", "")[:12]
    changed = ", changed" if stamp.get("dirty") else ""
    return f"{__version__} ({commit}{changed})" if commit else __version__


def _stamp() -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads(Path(__file__).with_name(STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamp
