"""The order by which a repository is fixed on another machine. No secret of this one is in it."""

import dataclasses
import json
import shlex
from dataclasses import dataclass
from typing import Any

from stomper import process
from stomper.errors import StomperError
from stomper.fleet.addresses import FILE, is_address, secrets_of
from stomper.fleet.model import Terms
from stomper.fleet.prepare import Ready
from stomper.fleet.purse import Allowance
from stomper.git.commits import read_ref
from stomper.git.far import HEADS
from stomper.git.mirrors import REMOTE
from stomper.git.parcels import identity_of, pack_up, size_of
from stomper.git.remotes import remote_address
from stomper.git.repository import Head, Repository
from stomper.text.printable import toml_text
from stomper.text.redact import hidden, remember, secrets_in_variables, secrets_in_words

MOST_BYTES = 256 * 2**20


class OrderError(StomperError):
    """A repository cannot be worked on elsewhere; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with the `commit` of a repository called `name`, within so many `seconds`.

    What the parcel does not have is fetched from the `address`, where the branch has come to `known`. `shallow` belongs
    to the parcel. `words` are the options of `stomper fix`, `defaults` the settings where it has none of its own, as
    TOML, `set_up` what is run before. Commits are made by `author`.
    """

    name: str
    commit: str
    branch: str | None
    words: tuple[str, ...]
    seconds: float
    author: tuple[str, str]
    origin: str = ""
    address: str = ""
    known: str = ""
    shallow: tuple[str, ...] = ()
    defaults: str = ""
    set_up: tuple[str, ...] = ()
    depth: int | None = None
    partial: bool = False
    cache_gigabytes: float = 0.0

    def to_bytes(self) -> bytes:
        return json.dumps(dataclasses.asdict(self)).encode()


def read_order(content: bytes) -> Order:
    """Read an order."""
    facts: dict[str, Any] = json.loads(content)
    lists = {name: tuple(facts[name]) for name in ("words", "author", "shallow", "set_up")}
    return Order(**{**facts, **lists})


def fetchable(ready: Ready, head: Head) -> tuple[str, str]:
    """Give the address that workers may fetch from, and the commit that they find there; '' if there is none.

    An address of this machine is none, nor is one with a password in it: the repository is sent then.
    """
    source, top = ready.entry.source, ready.top
    if ready.entry.in_place or not is_address(source) or source.startswith(FILE) or secrets_of(source):
        return "", ""
    known = read_ref(top, f"{REMOTE}{(head.branch or '').removeprefix(HEADS)}") if head.branch else None
    return (source, known) if known else ("", "")


def make_order(
    ready: Ready,
    repository: Repository,
    head: Head,
    terms: Terms,
    words: tuple[str, ...],
    allowed: Allowance,
    sent: bool,
) -> tuple[Order, bytes]:
    """Make an order with its pack; `sent`: the whole repository is in that. Raises StomperError."""
    top, entry = repository.top, ready.entry
    address, known = ("", "") if sent else fetchable(ready, head)
    if (size := size_of(top, head.commit, known)) > MOST_BYTES:
        limit = f"{MOST_BYTES / 2**20:.0f} MiB"
        raise OrderError(
            f"it has {size / 2**20:.0f} MiB, more than is sent to a worker ({limit}): name it by an address"
        )
    parcel = pack_up(top, repository.common, head.commit, known)
    order = Order(
        name=top.name,
        commit=head.commit,
        branch=head.branch,
        words=words,
        seconds=allowed.seconds,
        author=identity_of(top),
        origin=remote_address(top),
        address=address,
        known=known,
        shallow=parcel.shallow,
        defaults=toml_text(dict(entry.config)) if entry.config else "",
        set_up=entry.set_up,
        depth=terms.depth,
        partial=terms.partial,
        cache_gigabytes=terms.cache_gigabytes,
    )
    require_no_secret(order)
    return order, parcel.pack


def require_no_secret(order: Order) -> None:
    """Raises OrderError if an order has a secret in it: it would pass through the scheduler."""
    remember(secrets_in_variables(process.user_variables()))
    lines = [list(order.words), *(shlex.split(line) for line in order.set_up)]
    found = any(secret for words in lines for secret in secrets_in_words(words))
    text = "\n".join([*order.words, *order.set_up, order.defaults, order.origin, order.address])
    if found or hidden(text) != text:
        hint = "its options, settings or set-up have a secret in them, which is not sent: set it on the workers"
        raise OrderError(hint)
