"""Push, or take back, the pull requests of a whole fleet: each forge by itself, one repository after the other."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase

from stomper.errors import EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_LEFT, StomperError, UsageError
from stomper.fleet.folder import FleetFolder
from stomper.fleet.local import why
from stomper.fleet.model import Entry, Fleet
from stomper.fleet.pulls.journal import NOT_DONE, Pulled, PullJournal
from stomper.fleet.pulls.offer import Offer, offer_of, report_in, why_nothing
from stomper.fleet.pulls.push_one import Pusher, needed
from stomper.fleet.result import Result
from stomper.fleet.session import GRACE, at_work
from stomper.forges.hosts import known_hosts
from stomper.forges.limits import StoppedWaitingError
from stomper.forges.model import Host
from stomper.forges.open_forge import Opened, open_forge
from stomper.process.interrupts import Interrupts
from stomper.text.counts import plural
from stomper.text.times import iso


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears of it: `note` of limits and of what is begun, `done` of each repository that is over.

    With `show`, nothing outside this machine is changed, and it hears of each request that would be made.
    """

    note: Callable[[str], None]
    done: Callable[[Pulled], None]
    show: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done: push or `withdraw`, for repositories whose names match `only`, if any.

    `change` gives the fleet the terms that hold for this time.
    """

    change: Callable[[Fleet], Fleet]
    withdraw: bool = False
    only: tuple[str, ...] = ()


def push_fleet(folder: FleetFolder, wish: Wish, hearing: Hearing) -> int:
    """Do what is wished for all repositories of a fleet; give the exit code.

    0: all is as wished. 1: something was left alone, or failed; the others are done.
    """
    folder.read_header()
    with folder.held():
        identity, fleet = folder.read_header()
        interrupts = Interrupts(GRACE)
        with at_work(identity, interrupts):
            work = _Work(folder, identity, wish.change(fleet), wish, hearing, lambda: interrupts.level)
            pulled = work.do()
        if interrupts.stopping:
            return EXIT_INTERRUPTED
    return EXIT_LEFT if any(one.action in NOT_DONE for one in pulled) else EXIT_CLEAN


class _Work:
    """One call: its repositories by forge."""

    def __init__(
        self,
        folder: FleetFolder,
        identity: str,
        fleet: Fleet,
        wish: Wish,
        hearing: Hearing,
        stop: Callable[[], int],
    ) -> None:
        self.folder, self.identity, self.fleet = folder, identity, fleet
        self.wish, self.hearing, self.stop = wish, hearing, stop
        self.journal = PullJournal(folder.path)
        self.pulled: list[Pulled] = []

    def do(self) -> list[Pulled]:
        """Do all of it. Whatever happens to one repository, the others are done."""
        by_host = self._offers()
        with ThreadPoolExecutor(max(1, len(by_host))) as threads:
            for done in [threads.submit(self._on_host, host, offers) for host, offers in by_host.items()]:
                done.result()
        return self.pulled

    def _offers(self) -> Mapping[Host, list[Offer]]:
        results, hosts = self.folder.history().results, known_hosts(self.fleet.hosts)
        by_host: dict[Host, list[Offer]] = defaultdict(list)
        for entry in _chosen(self.fleet.entries, self.wish.only):
            if (offer := self._offer(entry, results.get(entry.name), hosts)) is not None:
                by_host[offer.place.host].append(offer)
        return by_host

    def _offer(self, entry: Entry, result: Result | None, hosts: Mapping[str, Host]) -> Offer | None:
        report = report_in(self.folder, entry.name)
        if self.wish.withdraw:
            result, report = result or Result(entry.name, "skipped"), report or {}
        elif reason := why_nothing(result, report):
            self._finish("", Pulled(entry.name, "skipped", reason))
            return None
        assert result is not None
        assert report is not None
        try:
            return offer_of(entry, result, report, hosts)
        except StomperError as error:
            self._finish("", Pulled(entry.name, "failed", why(error)))
            return None

    def _on_host(self, host: Host, offers: Sequence[Offer]) -> None:
        """Do all repositories of a forge, one after the other."""
        try:
            opened = open_forge(host, self.stop, self.hearing.note, self.hearing.show)
        except Exception as error:
            for offer in offers:
                self._finish(offer.key, Pulled(offer.entry.name, "failed", why(error)))
            return
        try:
            self._foresee(opened, len(offers))
            pusher = Pusher(opened, self.fleet.pulls, self.journal, self.hearing.show)
            for offer in offers:
                if self.stop():
                    return
                self._one(pusher, offer)
        finally:
            opened.client.close()

    def _foresee(self, opened: Opened, count: int) -> None:
        """Say at the start whether the limit of a forge is enough for what is to be done."""
        try:
            quota = opened.forge.quota()
        except StomperError:
            return  # the first repository has the same reason, in its own line
        name, most = opened.client.host.name, needed(opened, self.fleet.pulls, count)
        if quota is None:
            self.hearing.note(f"{name}: {plural(count, 'repository', 'repositories')}, at most {most} requests")
            return
        opened.client.limits.quota = quota
        left = f"{quota.remaining} of {quota.limit} requests are left until {iso(quota.reset)}"
        wait = "" if quota.remaining >= most else "; when they are used up, it waits until then"
        self.hearing.note(f"{name}: {left}, at most {most} are needed{wait}")

    def _one(self, pusher: Pusher, offer: Offer) -> None:
        try:
            pulled = pusher.withdraw(offer) if self.wish.withdraw else pusher.push(offer)
        except StoppedWaitingError:
            return
        except Exception as error:
            pulled = Pulled(offer.entry.name, "failed", why(error))
        self._finish(offer.key, pulled)

    def _finish(self, place: str, pulled: Pulled) -> None:
        if self.hearing.show is None:
            self.journal.finish(self.identity, place, pulled)
        self.pulled.append(pulled)
        self.hearing.done(pulled)


def _chosen(entries: Iterable[Entry], only: Sequence[str]) -> list[Entry]:
    """Give the repositories that are meant. Raises UsageError if there is none."""
    found = [entry for entry in entries if not entry.skipped]
    if only:
        found = [entry for entry in found if any(fnmatchcase(entry.name, glob) for glob in only)]
    if not found:
        raise UsageError("no repository of the fleet is chosen")
    return found
