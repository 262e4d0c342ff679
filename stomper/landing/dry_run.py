"""Results that are for nowhere: everything is done but the delivery."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from stomper.git.repository import Head
from stomper.journal.run_folder import Header, RunFolder
from stomper.landing.destination import Delivery, Destination, Result
from stomper.models import Blob


@dataclass(frozen=True, slots=True)
class DryRun(Destination):
    """Nowhere. All but the delivery is as for the place that is `planned`."""

    planned: Destination

    def require_place(self, start: Head, own: Collection[str]) -> None:
        self.planned.require_place(start, own)

    def begin(self, start: Head) -> str:
        return self.planned.begin(start)

    def resumable(self, header: Header) -> tuple[str, ...]:
        return self.planned.resumable(header)

    def branch(self, start: Head) -> str | None:
        return self.planned.branch(start)

    def follows(self, header: Header, start: Head, own: Collection[str]) -> bool:
        return self.planned.follows(header, start, own)

    def tip(self, header: Header, start: Head, own: Collection[str]) -> str:
        return self.planned.tip(header, start, own)

    def edited(self, folder: RunFolder) -> Collection[str]:
        return self.planned.edited(folder)

    def misfit(self, folder: RunFolder, base: str, blobs: Iterable[Blob]) -> str:
        return self.planned.misfit(folder, base, blobs)

    def users_base(self, start: Head, base: str) -> str:
        return self.planned.users_base(start, base)

    def withhold(self, result: Result, problem: str) -> Delivery:
        return self.planned.withhold(result, problem)

    def bring(self, result: Result) -> Delivery:
        return result.undelivered()
