"""One outcome as bytes for the disk: sealed by the user's key, and believed no further than that.

An entry names the task that it is for and holds what a run would have to make anew: the outcome with its patches, and
the content of the files that these lead to. The first line is the seal of all that follows, and of the entry's name.
"""

import base64
import dataclasses
import functools
import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stomper.disk.parse import parse_json
from stomper.disk.validate import UnsoundError, require_commit, require_path
from stomper.git.blobs import blob_id
from stomper.journal.seal import is_sealed, seal_of
from stomper.models import Changed, Fixed, FixTask, Partial, Patch, Rejected, Suppressed, Timing, Unchanged
from stomper.outcome_cache.rules import FRESH_SECONDS, Kept, is_final

FORM = b"stomper-outcome-1"
MOST_BYTES = 64 * 2**20  # of an entry that is unpacked
KINDS = {"fixed": Fixed, "suppressed": Suppressed, "partial": Partial, "unchanged": Unchanged, "rejected": Rejected}
NEVER = Timing(0.0, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept outcome, and the content of each blob that its patches lead to, by id."""

    outcome: Kept
    contents: Mapping[str, bytes]


def pack(name: str, entry: Entry) -> bytes:
    """Give the bytes of an entry; none if this user has no place for a key."""
    contents = {key: base64.b64encode(content).decode() for key, content in entry.contents.items()}
    outcome = dataclasses.replace(entry.outcome, timing=NEVER)
    facts = {"made": time.time(), "outcome": dataclasses.asdict(outcome), "contents": contents}
    body = zlib.compress(json.dumps(facts, default=_text).encode(), 1)
    seal = seal_of(_sealed(name, body))
    return b"%s %s\n%s" % (FORM, seal.encode(), body) if seal else b""


def unpack(name: str, data: bytes | None, task: FixTask) -> Entry:
    """Read the bytes of an entry of this name. Raises ValueError for all that no run of this user has written there.

    Also for one of another task, and for one that is too old to be believed that something cannot be fixed.
    """
    if data is None:
        raise UnsoundError("it is not there")
    head, _, body = data.partition(b"\n")
    form, _, seal = head.partition(b" ")
    if form != FORM or not is_sealed(_sealed(name, body), seal.decode("ascii")):
        raise UnsoundError("it is not sealed")
    facts = parse_json(_inflated(body))
    entry = Entry(_outcome(facts["outcome"]), {key: base64.b64decode(text) for key, text in facts["contents"].items()})
    _require_sound(entry, task)
    if not is_final(entry.outcome) and not 0 <= time.time() - facts["made"] <= FRESH_SECONDS:
        raise UnsoundError("it is too old")
    return entry


def _sealed(name: str, body: bytes) -> bytes:
    return b"%s %s\n%s" % (FORM, name.encode(), body)


def _text(value: object) -> str:
    assert isinstance(value, bytes), f"{type(value)} is not for the disk"
    return base64.b64encode(value).decode()


def _inflated(body: bytes) -> bytes:
    machine = zlib.decompressobj()
    try:
        data = machine.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise UnsoundError(str(error)) from None
    if not machine.eof:
        raise UnsoundError("it is cut off, or too large")
    return data


def _outcome(facts: dict[str, Any]) -> Kept:
    if "patch" in facts:
        for patch in (facts["patch"], *(step["patch"] for step in facts.get("steps", ()))):
            patch["data"] = base64.b64decode(patch["data"])
    outcome: Kept = _reader(facts["status"])(facts)
    return outcome


@functools.cache
def _reader(status: str) -> Any:
    import pydantic

    return pydantic.TypeAdapter(KINDS[status]).validate_python


def patches_of(outcome: Kept) -> tuple[Patch, ...]:
    """Give the patches of an outcome: the whole, and each step."""
    return (outcome.patch, *(step.patch for step in outcome.steps)) if isinstance(outcome, Changed) else ()


def _require_sound(entry: Entry, task: FixTask) -> None:
    """Raises UnsoundError for what is of another task, or leads anywhere but to the contents that are beside it."""
    outcome = entry.outcome
    if (outcome.path, outcome.before) != (task.path, task.diagnostics):
        raise UnsoundError("it is of another task")
    for key, content in entry.contents.items():
        if blob_id(content) != key:
            raise UnsoundError("a content is not what its name says")
    for blob in (blob for patch in patches_of(outcome) for blob in patch.blobs):
        require_path(blob.path)
        if blob.id is not None:
            require_commit(blob.id)
            if blob.id not in entry.contents:
                raise UnsoundError("a content is missing")
