"""One more look at what is about to land: the guards, on the stored bytes, whatever has been said of them before.

A worker has judged these bytes while programs of others were alive on the machine. Here they are read once more, from
the object store that the commit will be made of, and each is proved to be what its name says.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeAlias

from stomper.errors import GitError
from stomper.git.blobs import read_blobs
from stomper.git.trees import SYMLINK, Entry
from stomper.guards import judge_change, judge_kind, refuse_other_files
from stomper.landing.shares import parts_of
from stomper.models import Blob, Changed, Step
from stomper.settings import Settings

Read: TypeAlias = Callable[[Entry], bytes]
"""Gives the content of an entry's blob, which is proved to be what its name says."""


def refuse_landing(
    top: Path, entries: Mapping[str, Entry], outcome: Changed, settings: Settings, read: Read | None = None
) -> str:
    """Say why an outcome must not land; '' if it may. `entries` are those of the commit that it was made from.

    Contents come from the object store, or by `read`.
    """
    get = read or partial(_read, top)
    refusals = (_refuse(get, entries, outcome.path, part, settings) for part in parts_of(outcome))
    try:
        return next(filter(None, refusals), "")
    except GitError as error:
        return error.message


def _refuse(read: Read, entries: Mapping[str, Entry], path: str, part: Step, settings: Settings) -> str:
    """Judge one part; its result against the commit, as the worker has."""
    guards = settings.guards
    if part.suppressed:
        guards = dataclasses.replace(guards, suppressions="allow")  # which ones was for the re-check to see
    blobs = {blob.path: blob for blob in part.patch.blobs}
    if not settings.allow_other_files and (others := refuse_other_files(path, blobs)):
        return others
    found = list(judge_kind(blobs.get(path), guards))
    for blob in blobs.values():
        found += judge_change(blob.path, _base(read, entries, blob.path), _content(read, blob), guards)
    return next((refusal.told for refusal in found if refusal.policy == "reject"), "")


def _read(top: Path, entry: Entry) -> bytes:
    return next(read_blobs(top, [entry]))[1]


def _base(read: Read, entries: Mapping[str, Entry], path: str) -> bytes:
    entry = entries.get(path)
    return b"" if entry is None else read(entry)


def _content(read: Read, blob: Blob) -> bytes:
    """The content of a blob as the guards are to see it; nothing of a link, and of what is gone."""
    if blob.id is None or blob.mode is None:
        return b""
    content = read(Entry(blob.mode, blob.id, blob.path))
    return b"" if blob.mode == SYMLINK else content
