"""Resolve SARIF's artifact locations to files of the project."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

FILE = "file"


def place_of(location: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """The path that a location means: absolute, or relative to the folder the tool ran in; '' if it names none.

    A URI of anything but a file comes back as it is, which is no path of any project.
    """
    uri = _uri(location, run)
    scheme, host, path, *_ = urlsplit(uri) if "://" in uri or uri.startswith(f"{FILE}:") else ("", "", uri)
    if scheme and (scheme != FILE or host not in ("", "localhost")):
        return uri
    return unquote(path, errors="surrogateescape")


def _uri(location: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """A location's URI with the URIs of its bases before it. A base whose URI was left out is the tool's folder."""
    artifacts = run.get("artifacts") or []
    index = location.get("index", -1)
    if "uri" not in location and isinstance(index, int) and 0 <= index < len(artifacts):
        location = artifacts[index].get("location") or {}
    bases = run.get("originalUriBaseIds") or {}
    uri, seen = str(location.get("uri", "")), set[str]()
    while (name := str(location.get("uriBaseId", ""))) in bases and name not in seen:
        seen.add(name)
        location = bases[name]
        base = str(location.get("uri", ""))
        uri = urljoin(base if base.endswith("/") or not base else f"{base}/", uri)
    return uri


def in_project(place: str, root: Path) -> str | None:
    """The path of a file as seen from `root`; None for one outside and for a folder.

    Raises FileNotFoundError for one that would be inside but is not there: the tool means another place.
    """
    if "://" in place:
        return None
    full = os.path.normpath(root / place)
    for top in dict.fromkeys((str(root), os.path.realpath(root))):
        if full.startswith(f"{top}{os.sep}"):
            if not os.path.lexists(full):
                raise FileNotFoundError(place)
            return Path(full).relative_to(top).as_posix() if not Path(full).is_dir() else None
    return None
