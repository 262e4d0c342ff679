"""The rest of a file's change where some units of it are dropped: content, patches, steps, attempts, parts."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from stomper.git.commit_stream import CommitStream
from stomper.grades import Dropped, Part
from stomper.models import Attempt, AttemptResult, Changed, Diagnostic, Patch, Step
from stomper.plan.tasks import beyond
from stomper.text.counts import shorten
from stomper.units.division import Division

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Remnant:
    """The outcome of a file, without the `fallen` units of its change; the first of them is the guilty one.

    `back` is, wherever it is asked for, what is found again without them.
    """

    outcome: Changed
    division: Division
    fallen: frozenset[int]

    @property
    def kept(self) -> frozenset[int]:
        return frozenset(range(len(self.division.units))) - self.fallen

    @property
    def content(self) -> bytes:
        return self.division.content(self.kept)

    @property
    def is_sound(self) -> bool:
        """Say whether it can be formatted, and each part is a kept attempt: so the step of each is known."""
        attempts = [a for step in self.outcome.steps for a in step.attempts] or self.outcome.attempts
        return len(_kept(attempts)) == len(self.division.parts) and self.division.is_formatted(self.kept)

    def patch(self, stream: CommitStream, base: str) -> Patch:
        """The patch from the tree of the base commit to the content that is left."""
        return stream.patch_between(base, self._tree(stream, base, self.content))

    def steps(self, stream: CommitStream, base: str, back: Sequence[Diagnostic]) -> tuple[Step, ...]:
        """The steps of which something is left, each on the one before; none where only one commit is."""
        steps: list[Step] = []
        first, before, lost = 0, base, list[Diagnostic]()
        for step in self.outcome.steps:
            last = first + len(_kept(step.attempts))
            mine = self._back_in(range(first, last), back, last == len(self.division.parts))
            parts = {unit for unit in self.kept if self.division.units[unit].part < last}
            tree = self._tree(stream, base, self.division.content(parts))
            now = [*lost, *(found for found in mine if found not in lost)]
            if tree != before:
                steps.append(
                    replace(
                        step,
                        before=(*step.before, *lost),
                        after=(*step.after, *now),
                        patch=stream.patch_between(before, tree),
                        attempts=self.attempts(step.attempts, (), first),
                        suppressed=beyond(step.suppressed, back),
                    )
                )
            first, before, lost = last, tree, now
        return tuple(steps) if len(steps) > 1 else ()

    def attempts(self, attempts: Sequence[Attempt], broken: Sequence[str], first: int = 0) -> tuple[Attempt, ...]:
        """The attempts, of which the kept ones are the parts from `first` on; refused where nothing of one is left."""
        gone, found, part = self._gone_parts(), [], first
        for attempt in attempts:
            if attempt.result is AttemptResult.KEPT:
                attempt = self._refused(attempt, broken) if part in gone else attempt
                part += 1
            found.append(attempt)
        return tuple(found)

    def parts(self, back: Sequence[Diagnostic]) -> tuple[Part, ...]:
        """The parts that lead to the content that is left."""
        gone = self._gone_parts()
        parts = enumerate(self.division.parts_with(self.kept))
        return tuple(replace(part, codes=self._left_codes(n, back)) for n, part in parts if n not in gone)

    def dropped(self, back: Sequence[Diagnostic], broken: tuple[str, ...]) -> tuple[Dropped, ...]:
        """The parts that are dropped, or edits of them. Those that only fall with the guilty one break nothing."""
        guilty = self.division.units[min(self.fallen)].part
        return tuple(
            Dropped(
                self.division.parts[part].fixer,
                self._dropped_codes(part, back),
                self.division.lines(units),
                broken if part == guilty else (),
                self.division.parts[part].grade,
            )
            for part, units in self._fallen_by_part()
        )

    def _fallen_by_part(self) -> Iterator[tuple[int, list[int]]]:
        units, fallen = self.division.units, sorted(self._own(self.fallen))
        for part in sorted({units[unit].part for unit in fallen}):
            yield part, [unit for unit in fallen if units[unit].part == part]

    def _gone_parts(self) -> set[int]:
        """The parts of which nothing is left."""
        units = self.division.units
        fallen, kept = ({units[unit].part for unit in self._own(some)} for some in (self.fallen, self.kept))
        return fallen - kept

    def _own(self, some: Collection[int]) -> list[int]:
        """Give the units, of some, that fixers have made, and not formatters."""
        return [unit for unit in some if not self.division.units[unit].is_layout]

    def _dropped_codes(self, part: int, back: Sequence[Diagnostic]) -> tuple[tuple[str, str, int], ...]:
        """The codes of what a part had taken away that are back; all of its own if that cannot be told."""
        codes = self.division.parts[part].codes
        if part in self._gone_parts():
            return codes
        counts = Counter((found.tool, found.code) for found in back)
        again = [(tool, code, min(count, counts[tool, code])) for tool, code, count in codes if counts[tool, code]]
        return tuple(again) or codes

    def _left_codes(self, part: int, back: Sequence[Diagnostic]) -> tuple[tuple[str, str, int], ...]:
        codes = self.division.parts[part].codes
        if part not in {number for number, _ in self._fallen_by_part()}:
            return codes
        less = {(tool, code): count for tool, code, count in self._dropped_codes(part, back)}
        left = [(tool, code, count - less.get((tool, code), 0)) for tool, code, count in codes]
        return tuple(entry for entry in left if entry[2] > 0)

    def _back_in(self, parts: range, back: Sequence[Diagnostic], last: bool) -> list[Diagnostic]:
        """Give what is back by the loss of these parts; with the last one, all that no part is known to have lost."""
        fallen = {number for number, _ in self._fallen_by_part()}
        mine = {(tool, code) for n in parts if n in fallen for tool, code, _ in self.division.parts[n].codes}
        return [found for found in back if last or (found.tool, found.code) in mine]

    def _refused(self, attempt: Attempt, broken: Sequence[str]) -> Attempt:
        codes = tuple(replace(code, fixed=0) for code in attempt.codes)
        detail = f"dropped by the gate: breaks {shorten(broken, SHOWN)}" if broken else "dropped by the gate"
        return replace(attempt, result=AttemptResult.REFUSED, detail=detail, after=attempt.before, codes=codes)

    def _tree(self, stream: CommitStream, base: str, content: bytes) -> str:
        (blob,) = self.outcome.patch.blobs
        new = replace(blob, id=stream.blob(content))
        stream.store()
        return stream.tree_with_blobs(base, [new])


def _kept(attempts: Sequence[Attempt]) -> list[Attempt]:
    return [attempt for attempt in attempts if attempt.result is AttemptResult.KEPT]
